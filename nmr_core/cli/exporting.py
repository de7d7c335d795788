"""``export``: a data set as files that other programs read."""

from pathlib import Path

from nmr_core.cli import arguments
from nmr_core.cli.output import show_facts, show_json, size, size_text
from nmr_core.cli.ticker import say

EXAMPLE = """example:
  python -m nmr_core export ds-20261121-031502-5f3a --format ml4sci_2020 --out challenge
  python -m nmr_core export ds-20261121-031502-5f3a --format csv_wide --out echoes.csv --json

What a format cannot hold is said; what it would turn into something else is refused."""


def add(commands) -> None:
    """Describe the command."""
    from nmr_core.cli.formats_help import formats_help

    parser = commands.add_parser(
        "export",
        help="write a data set in a foreign format",
        epilog=EXAMPLE,
        description=formats_help(
            "Write a complete data set as a new file, or a new folder of files."
        ),
    )
    parser.add_argument("dataset", metavar="ID_OR_FOLDER", help="the data set")
    parser.add_argument(
        "--format", metavar="F", required=True, type=arguments.text, help="name of the format"
    )
    parser.add_argument(
        "--out", metavar="PATH", required=True, type=arguments.text, help="the new file or folder"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args) -> None:
    """Write, and say what was lost."""
    from nmr_core.datasets import load_dataset
    from nmr_core.datasets.catalogue import find_dataset
    from nmr_core.io.formats import write_foreign

    dataset = load_dataset(arguments.stored(args.dataset, find_dataset))
    out = Path(args.out).absolute()
    say(f"Writing {len(dataset):,} curves to {out} ...")
    notes = write_foreign(dataset, out, args.format)
    n_bytes = size(out) if out.is_dir() else out.stat().st_size
    files = sorted(item.name for item in out.iterdir()) if out.is_dir() else [out.name]
    if args.json:
        show_json(
            {
                "id": dataset.manifest.id,
                "format": args.format,
                "path": out,
                "files": files,
                "n": len(dataset),
                "bytes": n_bytes,
                "notes": notes,
            }
        )
        return
    show_facts(
        {
            "id": dataset.manifest.id,
            "format": args.format,
            "path": str(out),
            "files": ", ".join(files),
            "curves": f"{len(dataset):,}",
            "size": size_text(n_bytes),
        }
    )
    if notes:
        print("\n" + "\n".join(f"note: {note}" for note in notes))
