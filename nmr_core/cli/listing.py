"""``list``: data sets, runs, studies and unfinished trainings."""

from argparse import Namespace, _SubParsersAction
from typing import Any

from nmr_core.cli import owners, trainings
from nmr_core.cli.output import show_json, show_table, size, size_text

EXAMPLE = """example:
  python -m nmr_core list
  NMR_DATA=/scratch/echoes python -m nmr_core list --json"""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "list",
        help="list data sets, runs and studies",
        epilog=EXAMPLE,
        description="List data sets, runs, studies and unfinished trainings of the data folder, "
        "and the examples.",
    )
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Print the lists."""
    from nmr_core.storage.workspace import data_folder

    datasets, runs, studies = _datasets(), _runs(), _studies()
    stored = trainings.listed()
    if args.json:
        lists = {"datasets": datasets, "runs": runs, "studies": studies, "trainings": stored}
        show_json({"data_folder": data_folder(), **lists})
        return
    for entry in datasets:
        entry["curves"] = "" if entry["n"] is None else f"{entry['n']:,}"
    people = owners.names()
    print(f"Data sets under {data_folder()}")
    _show(datasets, ("id", "title", "curves", "size", "state"), people)
    print("\nRuns")
    _show(runs, ("id", "title", "dataset", "size", "state"), people)
    print("\nStudies")
    _show(studies, ("id", "title", "dataset", "state"), people)
    if stored:
        print("\nUnfinished trainings, and features for further trainings")
        trainings.show(stored)


def _show(entries: list[dict[str, Any]], columns: tuple[str, ...], people: dict[str, str]) -> None:
    for entry in entries:
        entry["size"] = size_text(entry.get("bytes", 0))
        entry["owner"] = people.get(entry["owner"], entry["owner"])
    columns = owners.with_owner(columns, people)
    show_table(columns, [[entry[column] for column in columns] for entry in entries])


def _datasets() -> list[dict[str, Any]]:
    from nmr_core.datasets import list_datasets

    return [
        {
            "id": entry.id,
            "title": entry.manifest.title if entry.manifest else "",
            "preset": entry.manifest.preset_name if entry.manifest else None,
            "n": entry.manifest.n_samples if entry.manifest else None,
            "done": entry.n_done,
            **_origin(entry.manifest),
            "bytes": size(entry.path),
            "state": _dataset_state(entry),
            "usable": entry.usable,
            "path": entry.path,
        }
        for entry in list_datasets()
    ]


def _origin(document: Any) -> dict[str, str]:
    """Owner and time of a thing, "" for one that cannot be read."""
    return {
        "owner": document.owner if document else "",
        "created": document.created if document else "",
    }


def _dataset_state(entry: Any) -> str:
    if entry.problem:
        return entry.problem
    if entry.manifest.complete:
        return "complete"
    return f"{entry.n_done:,} done; finish it with generate --resume {entry.id}"


def _runs() -> list[dict[str, Any]]:
    from nmr_core.evaluation import list_runs

    return [
        {
            "id": entry.id,
            "title": entry.run.manifest.title if entry.run else "",
            "dataset": entry.run.manifest.dataset if entry.run else "",
            **_origin(entry.run.manifest if entry.run else None),
            "bytes": size(entry.path),
            "state": entry.problem or "complete",
            "usable": not entry.problem,
            "path": entry.path,
        }
        for entry in list_runs()
    ]


def _studies() -> list[dict[str, Any]]:
    from nmr_core.studies import list_studies

    return [
        {
            "id": entry.id,
            "title": entry.study.title if entry.study else "",
            "kind": entry.study.kind if entry.study else None,
            "dataset": entry.study.dataset if entry.study else "",
            **_origin(entry.study),
            "state": entry.problem or "complete",
            "path": entry.path,
        }
        for entry in list_studies()
    ]
