"""``trash``: list what was deleted, and restore it."""

import time
from argparse import Namespace, _SubParsersAction

from nmr_core.cli.output import show_json, show_table
from nmr_core.storage.kinds import KINDS

EXAMPLE = """example:
  python -m nmr_core trash
  python -m nmr_core trash --restore run run-20261121-031502-5f3a

Deleted data sets, runs, studies and calibrations stay in the trash for a week. \
A run takes its calibration, robustness,
explanation, star and note along."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "trash",
        help="list or restore what was deleted",
        epilog=EXAMPLE,
        description="List what was deleted in the last week, or restore it.",
    )
    parser.add_argument(
        "--restore", nargs=2, metavar=("KIND", "ID"), help=f"KIND is one of {', '.join(KINDS)}"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Restore, or print the list."""
    from nmr_core.storage import trash

    if args.restore:
        path = trash.restore(*args.restore)
        if args.json:
            show_json({"path": path})
        else:
            print(f"Restored {path}.")
        return
    trash.sweep()
    entries = trash.entries()
    if args.json:
        show_json([vars(entry) for entry in entries])
        return
    show_table(
        ("kind", "id", "title", "deleted", "kept until"),
        [
            (entry.kind, entry.id, entry.title, _date(entry.when), _date(entry.until))
            for entry in entries
        ],
    )


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
