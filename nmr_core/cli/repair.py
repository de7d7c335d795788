"""``repair``: which files of a data folder are damaged; moves a damaged one aside."""

import sys
from argparse import Namespace, _SubParsersAction
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.cli.output import show_json
from nmr_core.errors import FailedError, InputError

if TYPE_CHECKING:
    from nmr_core.storage.sqlite import Layout

EXAMPLE = """example:
  python -m nmr_core repair
  python -m nmr_core repair --set-aside jobs.sqlite3

The table of jobs, the list of people and the descriptions of workspaces are read in full. A file
that is set aside is renamed, not deleted. Without jobs.sqlite3 a new table of jobs is made: data
sets and runs stay, the list of jobs is empty. Without people.sqlite3 everyone must be invited
again: restore a backup if there is one. Of a workspace without a description the members are not
known: administrators see it, and give its people their roles again."""


def add(commands: _SubParsersAction) -> None:
    """Add the command, its arguments and its help to the subparsers of the command line."""
    parser = commands.add_parser(
        "repair",
        help="find damaged files of the data folder, and move them aside",
        epilog=EXAMPLE,
        description="Find damaged files of the data folder, and move them aside.",
    )
    parser.add_argument("--set-aside", metavar="FILE", help="move a damaged file of the list aside")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.set_defaults(run=run)


@dataclass(frozen=True)
class Part:
    """A file that can be checked.

    Parameters
    ----------
    name : str
        Path in the data folder.
    problem : str
        Why it cannot be used, "" if it can.
    renew : callable
        Makes a new one, after the damaged one was set aside.
    """

    name: str
    problem: str
    renew: Callable[[], object] = lambda: None


def run(args: Namespace) -> None:
    """Print the state of all files, or set one aside; damage that stays is exit code 1."""
    from nmr_core.storage.workspace import server_folder

    folder = server_folder()
    parts = _parts(folder)
    if args.set_aside:
        _set_aside(parts, folder, args.set_aside, args.json)
        return
    if args.json:
        show_json([{"file": part.name, "problem": part.problem} for part in parts])
    else:
        for part in parts:
            print(f"{part.name}: {part.problem or 'sound'}")
    if any(part.problem for part in parts):
        sys.exit(1)


def _parts(folder: Path) -> list[Part]:
    """All files that exist and can be checked."""
    from nmr_core.jobs.database import LAYOUT as JOBS
    from nmr_core.people.database import LAYOUT as PEOPLE
    from nmr_core.storage.spaces import registry
    from nmr_core.workshop.database import LAYOUT as WORKSHOP

    tables = {"jobs.sqlite3": JOBS, "people.sqlite3": PEOPLE, "workshop.sqlite3": WORKSHOP}
    parts = [_table(folder / name, layout) for name, layout in tables.items()]
    spaces = [
        Part(str(path.relative_to(folder)), problem, partial(registry.renew, path.parent.name))
        for path, problem in registry.problems(folder)
    ]
    return [part for part in parts if (folder / part.name).exists()] + spaces


def _table(path: Path, layout: "Layout") -> Part:
    from nmr_core.storage.damage import problem

    return Part(path.name, problem(path, layout))


def _set_aside(parts: list[Part], folder: Path, name: str, as_json: bool) -> None:
    from nmr_core.storage.damage import set_aside

    part = next((part for part in parts if part.name == name), None)
    if part is None:
        names = ", ".join(part.name for part in parts) or "none"
        raise InputError(f"FILE must be one of the list ({names}), got {name[:80]!r}.")
    if not part.problem:
        raise FailedError(f"{name} is sound and stays. Stop the server before you move it.")
    target = set_aside(folder / part.name)
    part.renew()
    if as_json:
        show_json({"file": name, "moved": target.name})
    else:
        print(f"{name} is now {target.name}.")
