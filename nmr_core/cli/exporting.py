"""``export``: write a data set as files that other programs read."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path

from nmr_core.cli import arguments
from nmr_core.cli.output import listed, show_facts, show_json, size, size_text
from nmr_core.cli.ticker import say

EXAMPLE = """example:
  python -m nmr_core export ds-20261121-031502-5f3a --format ml4sci_2020 --out challenge
  python -m nmr_core export ds-20261121-031502-5f3a --format csv_wide --out echoes.csv --json

What a format cannot hold is listed after writing; what it would falsify is refused."""


def list_formats() -> str:
    """The formats and their files, for the help of ``import`` and ``export``."""
    from nmr_core.io.formats import FORMATS

    entries = {name: f"{format_.label}: {format_.files}" for name, format_ in FORMATS.items()}
    return listed("formats", entries)


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "export",
        help="write a data set in a foreign format",
        epilog=EXAMPLE,
        description="Write a complete data set as a new file, or a new folder of files.",
    )
    parser.listing = list_formats
    parser.add_argument("dataset", metavar="ID_OR_FOLDER", help="the data set")
    parser.add_argument(
        "--format", metavar="F", required=True, type=arguments.text, help="name of the format"
    )
    parser.add_argument(
        "--out", metavar="PATH", required=True, type=arguments.text, help="the new file or folder"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Write the files, and list what the format could not hold."""
    from nmr_core.io.formats import write_foreign
    from nmr_core.storage.audit import note_download
    from nmr_core.storage.workspace import workspace_id

    dataset = arguments.load_dataset(args.dataset)
    out = Path(args.out).absolute()
    say(f"Writing {len(dataset):,} curves to {out} ...")
    notes = write_foreign(dataset, out, args.format)
    manifest = dataset.manifest
    note_download("dataset", manifest.id, manifest.owner, workspace_id())
    if out.is_dir():
        files, n_bytes = sorted(item.name for item in out.iterdir()), size(out)
    else:
        files, n_bytes = [out.name], out.stat().st_size
    result = {"id": dataset.manifest.id, "format": args.format, "path": out}
    if args.json:
        numbers = {"files": files, "n": len(dataset), "bytes": n_bytes, "notes": notes}
        show_json(result | numbers)
        return
    texts = {
        "files": ", ".join(files),
        "curves": f"{len(dataset):,}",
        "size": size_text(n_bytes),
    }
    show_facts({name: str(value) for name, value in result.items()} | texts)
    if notes:
        print("\n" + "\n".join(f"note: {note}" for note in notes))
