"""``agenda``: the guided path of a workshop, and its cheat sheet."""

from argparse import Namespace, _SubParsersAction
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from nmr_core.cli import arguments
from nmr_core.cli.output import show_json
from nmr_core.cli.ticker import say
from nmr_core.storage.files import write_file

if TYPE_CHECKING:
    from nmr_core.labs.agenda import Agenda
    from nmr_core.labs.steps import Step

EXAMPLE = """example:
  python -m nmr_core agenda
  python -m nmr_core agenda half-day --notes
  python -m nmr_core agenda --cheat-sheet sheet.pdf --link http://192.168.1.5:8501/r/7KQM4XHD

The cheat sheet needs the extra "server"."""
DEFAULT = "90-minutes"


def list_agendas() -> str:
    """Names and lengths, for the help."""
    from nmr_core.cli.output import listed
    from nmr_core.labs.agenda import agendas

    entries = {
        key: f"{len(agenda.steps)} steps in {agenda.minutes} minutes"
        for key, agenda in agendas().items()
    }
    return listed("agendas", entries)


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "agenda",
        help="guided path of a workshop, with speaker notes; cheat sheet",
        epilog=EXAMPLE,
        description="Print what is done in a workshop, when and on which page.",
    )
    parser.listing = list_agendas
    parser.add_argument(
        "agenda",
        metavar="NAME",
        nargs="?",
        default=DEFAULT,
        help=f"name of the agenda; default: {DEFAULT}",
    )
    parser.add_argument("--notes", action="store_true", help="print speaker notes too")
    parser.add_argument(
        "--cheat-sheet", metavar="FILE", type=arguments.text, help="write the cheat sheet as PDF"
    )
    parser.add_argument("--link", metavar="URL", default="", help="of a room, for the cheat sheet")
    parser.add_argument("--code", default="", help="of a room, for the cheat sheet")
    parser.add_argument("--json", action="store_true", help="print the agenda as JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> None:
    """Write the cheat sheet, or print the agenda."""
    from nmr_core.labs.agenda import get

    agenda = get(args.agenda)
    if args.cheat_sheet:
        _write_sheet(Path(args.cheat_sheet), args.link, args.code)
    elif args.json:
        show_json([_entry(start, step) for start, step in _timed(agenda)])
    else:
        _show(agenda, notes=args.notes)


def _write_sheet(path: Path, link: str, code: str) -> None:
    from nmr_core.pretrained.first_echoes import first_echoes
    from nmr_core.workshop.cheat_sheet import cheat_sheet

    content = cheat_sheet(first_echoes(), link, code)
    write_file(path, lambda temporary: temporary.write_bytes(content))
    say(f"Wrote {path}")


def _timed(agenda: "Agenda") -> "list[tuple[int, Step]]":
    return list(zip(agenda.starts, agenda.steps, strict=True))


def _entry(start: int, step: "Step") -> dict:
    """A step as JSON."""
    return {
        "start": start,
        "minutes": step.minutes,
        "kind": step.kind,
        "title": step.title,
        "task": step.task,
        "page": step.page,
        "query": dict(step.query),
        "notes": step.notes,
    }


def _show(agenda: "Agenda", *, notes: bool) -> None:
    for start, step in _timed(agenda):
        page = f"  [{step.page}{f' {step.lab}' if step.lab else ''}]" if step.page else ""
        print(f"{start // 60}:{start % 60:02d}  {step.title}, {step.minutes} min{page}")
        print(_wrapped(step.task, "      "))
        for note in step.notes if notes else ():
            print(_wrapped(note, "      - "))


def _wrapped(text: str, first: str) -> str:
    return fill(text, 96, initial_indent=first, subsequent_indent=" " * len(first))
