"""``import``: store foreign curves as a data set."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.cli import arguments, text_options
from nmr_core.cli.exporting import list_formats
from nmr_core.cli.output import show_facts, show_json, show_table, size, size_text
from nmr_core.cli.ticker import say

if TYPE_CHECKING:
    from nmr_core.io.formats import Foreign

EXAMPLE = """example:
  python -m nmr_core import challenge/ --dry-run
  python -m nmr_core import challenge.zip --title "Challenge of 2020, training set"
  python -m nmr_core import echoes.npz --format npz --out /scratch/echoes --json

A format is recognised by its content; what was recognised is shown before anything is written."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "import",
        help="make a data set of foreign files",
        epilog=EXAMPLE,
        description="Read curves from a file, a folder or a zip, show them, and store a data set.",
    )
    parser.listing = list_formats
    parser.add_argument("path", metavar="PATH", type=arguments.text, help="file, folder or zip")
    parser.add_argument(
        "--format",
        metavar="F",
        type=arguments.text,
        help="name of the format (default: recognised)",
    )
    text_options.add(parser)
    parser.add_argument(
        "--title", type=arguments.text, help="display text (default: the name of the file)"
    )
    parser.add_argument(
        "--out",
        metavar="FOLDER",
        type=arguments.text,
        help="write here instead of under a new id in the data folder",
    )
    parser.add_argument("--dry-run", action="store_true", help="show what it is, and write nothing")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Recognise, read, show, write."""
    from nmr_core.io.formats import accept, read_foreign, recognised

    path = Path(args.path)
    text = text_options.chosen(args)
    name = args.format or recognised(path, text)
    say(f"Reading {path.name} as {name} ...")
    foreign = read_foreign(path, name, text=text)
    if not args.json:
        _show(path, name, foreign)
    stored = {}
    if not args.dry_run:
        own = path.absolute().name
        dataset = accept(foreign, source=f"{own} ({name})", title=args.title or own, path=args.out)
        stored = {"id": dataset.manifest.id, "path": dataset.path, "title": dataset.manifest.title}
    if args.json:
        show_json(_facts(path, name, foreign) | stored)
    elif stored:
        print()
        show_facts(
            {key: str(value) for key, value in stored.items()}
            | {"size": size_text(size(dataset.path))}
        )


def _facts(path: Path, name: str, foreign: "Foreign") -> dict:
    from nmr_core.io.source import open_source

    return {
        "format": name,
        "files": open_source(path).names,
        "n": len(foreign),
        "points": len(foreign.time),
        "time_us": [float(foreign.time[0]), float(foreign.time[-1])],
        "settings": foreign.settings,
        "preset": foreign.preset,
        "mz": foreign.mz is not None,
        "parameters": _ranges(foreign),
        "notes": foreign.notes,
    }


def _ranges(foreign: "Foreign") -> dict[str, list]:
    """Column -> [lowest, highest]; of texts the first and the last in the alphabet."""
    return {column: [values.min(), values.max()] for column, values in foreign.parameters.items()}


def _show(path: Path, name: str, foreign: "Foreign") -> None:
    from nmr_core.io.formats import FORMATS, unit_of_column

    facts = _facts(path, name, foreign)
    files = facts["files"]
    show_facts(
        {
            "format": f"{name}: {FORMATS[name].label}",
            "files": ", ".join(files[:8])
            + (f" and {len(files) - 8:,} more" if len(files) > 8 else ""),
            "curves": f"{len(foreign):,}",
            "points": f"{facts['points']:,}",
            "times": f"{foreign.time[0]:g} to {foreign.time[-1]:g} µs",
            "settings": _settings(foreign.settings),
            "preset": foreign.preset or "unknown",
        }
    )
    if len(foreign.parameters.columns):
        print()
        show_table(
            ("parameter", "from", "to", "unit"),
            [
                (column, _text(low), _text(high), unit_of_column(column))
                for column, (low, high) in facts["parameters"].items()
            ],
        )
    notes = foreign.notes + (
        ["Mz is in the files; a data set keeps M only."] if foreign.mz is not None else []
    )
    if notes:
        print("\n" + "\n".join(f"note: {note}" for note in notes))


def _settings(settings: list[dict]) -> str:
    each = "; ".join(
        ", ".join(f"{name} = {value:g}" for name, value in setting.items()) for setting in settings
    )
    return f"{len(settings)}" + (f" ({each})" if each.strip("; ") else "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
