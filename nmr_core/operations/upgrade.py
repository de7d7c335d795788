"""A data folder of one user, of any version, for a server for a team.

Until 0.9 a data folder held its things directly, without workspaces. On a server for a team such
things are in no workspace, and no one sees them. The upgrade moves them into one: each step is a
rename, a record of all steps is written first, and ``undo`` goes back.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.database import connection
from nmr_core.jobs.store import JobStore
from nmr_core.storage.files import failure, write_json
from nmr_core.storage.kinds import KINDS, REFINED_POSTERIOR
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.entering import named
from nmr_core.storage.spaces.registry import Workspace
from nmr_core.storage.spaces.usage import OTHER
from nmr_core.storage.workspace import server_folder

RECORD = "upgraded.json"
"""What was moved, in the server's data folder."""
FOLDERS = sorted({kind.folder for kind in KINDS.values()} | set(OTHER) | {REFINED_POSTERIOR.folder})
"""Folders of a data folder that belong into a workspace."""


@dataclass(frozen=True)
class Plan:
    """What an upgrade moves.

    Parameters
    ----------
    target : str
        Id of the workspace.
    title : str
        Its title.
    names : tuple of str
        Paths, relative to the server's folder before and to that of the workspace afterwards.
    taken : tuple of str
        Paths that stay, because the workspace has something else under this name.
    """

    target: str
    title: str
    names: tuple[str, ...]
    taken: tuple[str, ...]

    def sentence(self) -> str:
        """What is moved, counted by folder."""
        counts = dict.fromkeys(FOLDERS, 0)
        for name in self.names:
            counts[name.split("/")[0]] += 1
        parts = [f"{n} in {folder}" for folder, n in counts.items() if n]
        return f"{', '.join(parts)}: into the workspace {self.title!r}"


def old_things(folder: Path | str | None = None) -> list[str]:
    """Relative paths of things that are in no workspace.

    Parameters
    ----------
    folder : Path or str, optional
        The server's data folder.
    """
    root = server_folder(folder)
    found = []
    for name in FOLDERS:
        with suppress(FileNotFoundError, NotADirectoryError):
            entries = sorted(os.listdir(root / name))
            found += [f"{name}/{entry}" for entry in entries if _is_thing(entry)]
    return found


def plan(workspace: str = registry.LIBRARY_ID) -> Plan:
    """What :func:`upgrade` would move; nothing is changed, but that the library exists.

    Parameters
    ----------
    workspace : str
        Id or title of the workspace; default: the library, which everyone reads.
    """
    target = _target(workspace)
    home = target.folder()
    names = old_things()
    taken = tuple(name for name in names if (home / name).exists())
    return Plan(target.id, target.title, tuple(n for n in names if n not in taken), taken)


def upgrade(workspace: str = registry.LIBRARY_ID) -> Plan:
    """Move everything that is in no workspace into one; done again, it moves what is left.

    Parameters
    ----------
    workspace : str
        Id or title of the workspace.

    Raises
    ------
    FailedError
        A job waits or runs, or a rename is refused.
    """
    _check_quiet()
    steps = plan(workspace)
    root, home = server_folder(), _target(workspace).folder()
    if not steps.names:
        return steps
    record = _record(root)
    moved = record.get(steps.target, {"names": [], "last_job": _last_job(root)})
    moved["names"] += [name for name in steps.names if name not in moved["names"]]
    write_json(root / RECORD, {**record, steps.target: moved})
    for name in steps.names:
        _rename(root / name, home / name)
    _move_jobs(root, "", steps.target, moved["last_job"])
    return steps


def undo() -> int:
    """Move back what :func:`upgrade` moved and is still there; the number of things.

    Raises
    ------
    InputError
        There was no upgrade.
    FailedError
        A job waits or runs, or a rename is refused.
    """
    _check_quiet()
    root = server_folder()
    record = _record(root)
    if not record:
        raise InputError(f"There is no upgrade of {root} to undo.")
    n_moved = 0
    for id, moved in record.items():
        home = registry.find(id).folder()
        for name in moved["names"]:
            if (home / name).exists() and not (root / name).exists():
                _rename(home / name, root / name)
                n_moved += 1
        _move_jobs(root, id, "", moved["last_job"])
    (root / RECORD).unlink()
    return n_moved


def _target(workspace: str) -> Workspace:
    if workspace == registry.LIBRARY_ID:
        return registry.library()
    return named(workspace)


def _is_thing(entry: str) -> bool:
    """Whether a name is that of a stored thing; deleted data sets of 0.1 to 0.5 are in .trash."""
    return entry == ".trash" or not entry.startswith(".")


def _check_quiet() -> None:
    """Refuse while jobs use the folders that would move."""
    root = server_folder()
    if (root / "jobs.sqlite3").exists() and JobStore(root).busy():
        raise FailedError("Jobs wait or run in this data folder. Cancel them, or wait.")


def _record(root: Path) -> dict[str, dict]:
    """Id of a workspace -> what was moved into it, and the number of the last job before."""
    with suppress(FileNotFoundError):
        try:
            return json.loads((root / RECORD).read_text(encoding="utf-8"))
        except ValueError as error:
            raise FailedError(f"{root / RECORD} is damaged ({error}). Move it away.") from None
    return {}


def _rename(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
    except OSError as error:
        raise failure(error, target) from error


def _last_job(root: Path) -> int:
    """Number of the newest job; 0 if there is none."""
    file = root / "jobs.sqlite3"
    if not file.exists():
        return 0
    with connection(file) as db:
        return db.execute("SELECT coalesce(max(number), 0) FROM jobs").fetchone()[0]


def _move_jobs(root: Path, before: str, after: str, last: int) -> None:
    """Finished jobs go with their things."""
    file = root / "jobs.sqlite3"
    if file.exists():
        with connection(file) as db:
            db.execute(
                "UPDATE jobs SET workspace = ? WHERE workspace = ? AND number <= ?",
                (after, before, last),
            )
