"""``trash``: list what was deleted or replaced, restore it, or remove it for good."""

import time
from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING

from nmr_core.cli import owners
from nmr_core.cli.output import show_json, show_table, size_text
from nmr_core.storage.kinds import KINDS

if TYPE_CHECKING:
    from nmr_core.storage.trash import TrashEntry

EXAMPLE = """example:
  python -m nmr_core trash
  python -m nmr_core trash --restore run run-20261121-031502-5f3a
  python -m nmr_core trash --remove dataset ds-20261121-031502-5f3a
  python -m nmr_core trash --empty

Deleted data sets, runs and studies stay in the trash for a week, and so do calibrations,
robustness results and explanations that were made again. A run takes what belongs to it along:
calibration, robustness, explanation, star and note. Unfinished trainings (training) and stored
features are deleted with trainings delete. Restoring a replaced result puts the present
one into the trash. ID is that of the deleted thing, of which the last deletion counts, or a key of
the list, which names one deletion."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "trash",
        help="list, restore or remove for good what was deleted",
        epilog=EXAMPLE,
        description="List what was deleted or replaced in the last week, restore it, or remove it "
        "for good.",
    )
    actions = parser.add_mutually_exclusive_group()
    kinds = f"KIND is one of {', '.join(KINDS)}"
    for name, text in (("restore", "put it back; " + kinds), ("remove", "remove it for good")):
        actions.add_argument(f"--{name}", nargs=2, metavar=("KIND", "ID"), help=text)
    actions.add_argument("--empty", action="store_true", help="remove everything for good")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Restore, remove, or print the list."""
    from nmr_core.storage import trash

    if args.restore:
        kind, id = args.restore
        _restore(kind, id, args.json)
        return
    if args.remove or args.empty:
        several = trash.entries() if args.empty else [trash.deleted(*args.remove)]
        _remove(several, args.json)
        return
    trash.sweep()
    entries = trash.entries()
    if args.json:
        show_json([vars(entry) | {"size": entry.size, "key": entry.key} for entry in entries])
        return
    header = ("kind", "id", "title", "owner", "deleted", "by", "kept_until", "size", "trash_key")
    people = owners.names()
    show_table(header, [_row(entry, people) for entry in entries])


def _row(entry: "TrashEntry", people: dict[str, str]) -> tuple[str, ...]:
    return (
        entry.kind,
        entry.id,
        f"{entry.title} (replaced)" if entry.replaced else entry.title,
        people.get(entry.owner, entry.owner),
        _date(entry.when),
        people.get(entry.by, entry.by),
        _date(entry.until),
        size_text(entry.size),
        entry.key,
    )


def _restore(kind: str, id: str, as_json: bool) -> None:
    """Put the last deleted thing of a kind and id back."""
    from nmr_core.storage import trash

    entry = trash.deleted(kind, id)
    path = trash.restore_entry(entry, swap=entry.replaced)
    dataset = trash.missing_dataset(entry)
    if as_json:
        show_json({"path": path, "missing_dataset": dataset})
        return
    print(f"Restored {path}.")
    if dataset:
        print(f"Its data set {dataset} does not exist.")


def _remove(several: "list[TrashEntry]", as_json: bool) -> None:
    """Remove entries for good."""
    from nmr_core.storage import trash

    freed = trash.empty(several)
    if as_json:
        show_json({"removed": [entry.id for entry in several], "freed": freed})
    else:
        print(f"Removed {len(several)} for good; {size_text(freed)} are free again.")


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
