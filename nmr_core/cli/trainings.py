"""``trainings``: what interrupted trainings have stored: listed, continued, deleted."""

import time
from argparse import Namespace, _SubParsersAction
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.output import show_json, show_table, size_text
from nmr_core.cli.ticker import Ticker, say

if TYPE_CHECKING:
    from nmr_core.learning.unfinished import StoredTraining

EXAMPLE = """example:
  python -m nmr_core trainings
  python -m nmr_core trainings continue tr-0123456789abcdef
  python -m nmr_core trainings delete tr-0123456789abcdef

A training on fresh curves or in batches that was interrupted is stored until its run is saved.
Features that train --keep-features left for other trainings are listed too. What is deleted stays
in the trash for a week (see trash --help)."""
ACTIONS = {
    "list": "list unfinished trainings and stored features (default)",
    "continue": "train to the end and save the run",
    "delete": "move an unfinished training, or stored features, to the trash",
}


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "trainings",
        help="list, continue or delete unfinished trainings",
        epilog=EXAMPLE,
        description="List, continue or delete unfinished trainings and stored features.",
    )
    arguments.add_actions(
        parser, ACTIONS, run, id="id of the list", json="print the result as JSON"
    )


def run(args: Namespace) -> None:
    """Carry out the action, or print the list."""
    if args.action == "continue":
        _continue(args.id, args.json)
    elif args.action == "delete":
        _delete(args.id, args.json)
    else:
        _list(args.json)


def listed() -> list[dict]:
    """Unfinished trainings and stored features as lines."""
    from nmr_core.learning.unfinished import list_features, list_trainings

    return [
        *(_line("training", entry) for entry in list_trainings()),
        *(_line("features", entry) for entry in list_features()),
    ]


def _line(kind: str, entry: "StoredTraining") -> dict:
    state = entry.problem
    if not state and kind == "training":
        state = f"continue it with trainings continue {entry.id}"
        if not entry.dataset:
            state = "of signals in memory; continue it in Python"
    return {
        "kind": kind,
        "id": entry.id,
        "title": entry.title,
        "dataset": entry.dataset,
        "bytes": entry.size,
        "changed": entry.when,
        "arguments": dict(entry.arguments),
        "features": entry.features,
        "state": state,
        "path": entry.path,
    }


def show(lines: list[dict]) -> None:
    """Print them as a table."""
    header = ("kind", "id", "title", "dataset", "size", "when", "state")
    show_table(header, [_row(line) for line in lines], when="last used")


def _row(line: dict) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(line["changed"]))
    size = size_text(line["bytes"])
    return (line["kind"], line["id"], line["title"], line["dataset"], size, when, line["state"])


def _list(as_json: bool) -> None:
    lines = listed()
    if as_json:
        show_json(lines)
    elif lines:
        show(lines)
    else:
        say("There are no unfinished trainings and no stored features.")


def _continue(id: str, as_json: bool) -> None:
    from nmr_core.cli.train import interruptible, show_run
    from nmr_core.learning.unfinished import continue_training

    with interruptible(), Ticker() as ticker:
        run_ = continue_training(id, ticker)
        run_.save()
        ticker(1, 1, "saved")
    show_run(run_, as_json)


def _delete(id: str, as_json: bool) -> None:
    from nmr_core.jobs.uses import check_unused
    from nmr_core.learning.unfinished import delete_features, delete_training
    from nmr_core.storage import catalogue
    from nmr_core.storage.kinds import FEATURES

    is_features = catalogue.find(FEATURES, id) is not None
    kind = "features" if is_features else "training"
    check_unused(id, kind)
    (delete_features if is_features else delete_training)(id)
    if as_json:
        show_json({"deleted": id, "kind": kind})
    else:
        print(f"{id} is in the trash; trash --restore {kind} {id} takes it out.")
