"""``list``: what there is."""

from nmr_core.cli.output import show_json, show_table, size, size_text

EXAMPLE = """example:
  python -m nmr_core list
  NMR_DATA=/scratch/echoes python -m nmr_core list --json"""


def add(commands) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "list",
        help="list data sets, runs and studies",
        epilog=EXAMPLE,
        description="List data sets, runs and studies of the data folder, and the examples.",
    )
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(args) -> None:
    """Print the lists."""
    from nmr_core.storage.workspace import data_folder

    datasets, runs, studies = _datasets(), _runs(), _studies()
    if args.json:
        show_json(
            {"data_folder": data_folder(), "datasets": datasets, "runs": runs, "studies": studies}
        )
        return
    print(f"Data sets under {data_folder()}")
    show_table(
        ("id", "title", "curves", "size", "state"),
        [
            (d["id"], d["title"], _count(d["n"]), size_text(d["bytes"]), d["state"])
            for d in datasets
        ],
    )
    print("\nRuns")
    show_table(
        ("id", "title", "data set", "size", "state"),
        [(r["id"], r["title"], r["dataset"], size_text(r["bytes"]), r["state"]) for r in runs],
    )
    print("\nStudies")
    show_table(
        ("id", "title", "data set", "state"),
        [(s["id"], s["title"], s["dataset"], s["state"]) for s in studies],
    )


def _count(n: int | None) -> str:
    return "" if n is None else f"{n:,}"


def _datasets() -> list[dict]:
    from nmr_core.datasets import list_datasets

    rows = []
    for entry in list_datasets():
        m = entry.manifest
        state = entry.problem or (
            "complete"
            if m.complete
            else f"{entry.n_done:,} done; finish it with generate --resume {entry.id}"
        )
        rows.append(
            {
                "id": entry.id,
                "title": m.title if m else "",
                "preset": m.preset if m else None,
                "n": m.n_samples if m else None,
                "done": entry.n_done,
                "bytes": size(entry.path),
                "state": state,
                "usable": entry.usable,
                "path": entry.path,
            }
        )
    return rows


def _runs() -> list[dict]:
    from nmr_core.evaluation import list_runs

    rows = []
    for entry in list_runs():
        m = entry.run.manifest if entry.run else None
        rows.append(
            {
                "id": entry.id,
                "title": m.title if m else "",
                "dataset": m.dataset if m else "",
                "bytes": size(entry.path),
                "state": entry.problem or "complete",
                "usable": not entry.problem,
                "path": entry.path,
            }
        )
    return rows


def _studies() -> list[dict]:
    from nmr_core.studies import list_studies

    return [
        {
            "id": entry.id,
            "title": entry.study.title if entry.study else "",
            "kind": entry.study.kind if entry.study else None,
            "dataset": entry.study.dataset if entry.study else "",
            "state": entry.problem or "complete",
            "path": entry.path,
        }
        for entry in list_studies()
    ]
