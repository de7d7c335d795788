"""``server``: state of a server, announcement, maintenance."""

import os
import re
import time
from argparse import Namespace, _SubParsersAction
from dataclasses import asdict
from datetime import datetime
from typing import Any

from nmr_core.cli.output import show_cells, show_facts, show_json, size_text
from nmr_core.cli.ticker import say
from nmr_core.errors import InputError
from nmr_core.progress import duration

EXAMPLE = """example:
  python -m nmr_core server
  python -m nmr_core server announce "New version tonight" --level warning --until 2h
  python -m nmr_core server announce --none
  python -m nmr_core server maintenance "The disk is replaced" --until "2026-12-24 18:00"
  python -m nmr_core server maintenance --none

The server is that whose data folder is NMR_DATA; all of it works while the server runs, and pages
show it within seconds. During maintenance running jobs finish and new ones are refused."""
_UNITS = {"min": 60.0, "h": 3600.0, "d": 86400.0}
_LASTING = re.compile(r"(\d+(?:\.\d+)?) ?(min|h|d)")


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    from nmr_core.storage.spaces.announcement import LEVELS

    parser = commands.add_parser(
        "server",
        help="state, announcement and maintenance of a server",
        epilog=EXAMPLE,
        description="Show the state of a server, announce something, begin or end maintenance.",
    )
    parser.add_argument("--json", action="store_true", help="print the state as JSON")
    parser.set_defaults(run=_state)
    actions = parser.add_subparsers(metavar="ACTION")
    for name, run, text in (
        ("announce", _announce, "show a sentence on every page"),
        ("maintenance", _maintain, "let running jobs finish and refuse new ones"),
    ):
        action = actions.add_parser(name, help=text, description=text.capitalize(), epilog=EXAMPLE)
        action.add_argument("text", nargs="?", default="", metavar="TEXT")
        action.add_argument("--until", metavar="TIME", help='e.g. 90min, 2h, "2026-12-24 18:00"')
        action.add_argument("--none", action="store_true", help="end it")
        if name == "announce":
            action.add_argument("--level", choices=LEVELS, default=LEVELS[0])
        action.set_defaults(run=run)


def until(text: str | None) -> float | None:
    """A time as seconds since 1970, None for none.

    Parameters
    ----------
    text : str, optional
        A time from now on, "90min", "2h" or "3d"; or a date and time of this computer's clock.

    Raises
    ------
    InputError
        It is neither.
    """
    if text is None:
        return None
    if lasting := _LASTING.fullmatch(text.strip()):
        return time.time() + float(lasting[1]) * _UNITS[lasting[2]]
    try:
        return datetime.fromisoformat(text.strip()).timestamp()
    except (ValueError, OverflowError, OSError):
        raise InputError(
            f"--until must be like 90min, 2h, 3d or '2026-12-24 18:00', got {text[:40]!r}."
        ) from None


def _announce(args: Namespace) -> None:
    from nmr_core.storage.audit.noting import COMMAND_LINE
    from nmr_core.storage.spaces import announcement

    _check_text(args)
    if args.none:
        say("It was taken down." if announcement.take_down() else "There is no announcement.")
        return
    end = until(args.until)
    announcement.announce(args.text, level=args.level, until=end, by=COMMAND_LINE)
    say("Every page shows it within seconds.")


def _maintain(args: Namespace) -> None:
    from nmr_core.storage.audit.noting import COMMAND_LINE
    from nmr_core.storage.spaces import maintenance

    _check_text(args)
    if args.none:
        say("Maintenance has ended." if maintenance.end() else "There is no maintenance.")
        return
    say(maintenance.begin(args.text, until=until(args.until), by=COMMAND_LINE).sentence)


def _check_text(args: Namespace) -> None:
    if bool(args.text) == args.none:
        raise InputError("Give a text, or --none to end it.")


def _state(args: Namespace) -> None:
    state = _collected()
    if args.json:
        show_json(state)
        return
    for check in state["checks"]:
        print(f"{'ok   ' if check['ok'] else 'FAILS'} {check['name']}: {check['text']}")
    show_facts(
        {
            "jobs": ", ".join(f"{n} {status}" for status, n in state["jobs"].items()) or "none",
            "people": f"{state['people']}, {state['logged_in']} logged in",
            "announcement": (state["announcement"] or {}).get("text", "none"),
            "maintenance": (state["maintenance"] or {}).get("reason", "none"),
            "versions": ", ".join(f"{k} {v}" for k, v in state["versions"].items()),
            "load": f"{state['load']['load_1_min']:.1f} on {state['load']['cores']} cores",
        }
    )
    if state["processes"]:
        rows = [
            (p["name"], p["pid"], size_text(p["memory"]), duration(p["seconds"]))
            for p in state["processes"]
        ]
        show_cells(("process", "pid", "memory", "running for"), rows)


def _collected() -> dict[str, Any]:
    from nmr_core.errors import FailedError
    from nmr_core.jobs import machine, readiness
    from nmr_core.jobs.store import JobStore
    from nmr_core.people import Register, Sessions, people_file
    from nmr_core.storage.spaces import announcement, maintenance
    from nmr_core.storage.workspace import server_folder

    folder = server_folder()
    try:
        jobs = JobStore(folder).counts()
    except FailedError:  # a check says so
        jobs = {}
    file = people_file(folder)
    has_people = os.path.isfile(file)
    sessions = Sessions(file).list() if has_people else []
    shown, maintained = announcement.current(folder), maintenance.current(folder)
    return {
        "checks": [asdict(check) for check in readiness.checks(folder)],
        "jobs": jobs,
        "people": len(Register(file).list()) if has_people else 0,
        "logged_in": len({session.person.id for session in sessions}),
        "announcement": asdict(shown) if shown else None,
        "maintenance": asdict(maintained) if maintained else None,
        "versions": machine.versions(),
        "load": machine.load(),
        "processes": [asdict(process) for process in machine.running(folder)],
    }
