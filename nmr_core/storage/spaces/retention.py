"""What is removed by age: things that were not changed for a while, and workspaces after their end.

A plan is a list, and nothing happens until it is carried out. What a plan removes goes to the trash
for a week; a workspace whose last day was :data:`GRACE` days ago is removed for good.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit, clock, trash
from nmr_core.storage.kinds import KINDS, Kind
from nmr_core.storage.spaces import registry, rights, usage
from nmr_core.storage.spaces.registry import Workspace
from nmr_core.storage.trash_entries import entry_of, folder_size
from nmr_core.storage.workspace import in_workspace

GRACE = 14
"""Days between the last day of a workspace and its removal."""
REASON = "It was not changed for longer than things stay in this workspace."
"""Told to owners whose things are removed."""
_DAY = 86400.0


@dataclass(frozen=True)
class Removal:
    """Something that a plan removes.

    Parameters
    ----------
    workspace : str
        Id of the workspace.
    kind, id : str
        What it is: a key of :data:`nmr_core.storage.kinds.KINDS`, or "workspace".
    title, owner : str
        Display text, and id of the owner.
    when : float
        When it is due, seconds since 1970.
    n_bytes : int
        Space that this frees.
    """

    workspace: str
    kind: str
    id: str
    title: str
    owner: str
    when: float
    n_bytes: int


def plan(
    workspaces: Iterable[Workspace] | None = None, *, now: float | None = None
) -> list[Removal]:
    """What is due in some workspaces (default: all), the first due first.

    Parameters
    ----------
    workspaces : iterable of Workspace, optional
        Which.
    now : float, optional
        Time, s since 1970; default: see :mod:`nmr_core.storage.clock`, so that a clock that jumps
        ahead makes nothing due.
    """
    now = clock.now() if now is None else now
    found = registry.every() if workspaces is None else workspaces
    due = [removal for space in found for removal in _upcoming(space) if removal.when <= now]
    return sorted(due, key=lambda removal: removal.when)


def upcoming(workspace: Workspace) -> list[Removal]:
    """Everything in a workspace that will be removed if it is not changed, the first due first."""
    return sorted(_upcoming(workspace), key=lambda removal: removal.when)


def removed_on(workspace: Workspace) -> date | None:
    """The day on which a workspace is removed for good, None if never."""
    if not workspace.ends:
        return None
    return date.fromisoformat(workspace.ends) + timedelta(days=GRACE)


def carry_out(
    removals: Iterable[Removal], in_use: Callable[[str, Path], bool] = lambda id, folder: False
) -> list[Removal]:
    """Remove what a plan lists.

    Parameters
    ----------
    removals : iterable of Removal
        Of :func:`plan`.
    in_use : callable
        Whether a live job reads the thing with an id in a data folder, or with the id "" anything
        there; such things and workspaces stay.

    Returns
    -------
    list of Removal
        What was removed; what was changed or deleted meanwhile is left out.
    """
    done = []
    for removal in removals:
        try:
            workspace = registry.find(removal.workspace)
            with rights.because(REASON):
                if removal in _upcoming(workspace) and _remove(removal, workspace, in_use):
                    done.append(removal)
        except (InputError, FailedError):
            continue
    n_bytes = sum(removal.n_bytes for removal in done)
    audit.note("retention", n_removed=len(done), n_bytes=n_bytes)
    return done


def _remove(removal: Removal, workspace: Workspace, in_use: Callable[[str, Path], bool]) -> bool:
    folder = workspace.folder()
    is_workspace = removal.kind == "workspace"
    if in_use("" if is_workspace else removal.id, folder):
        return False
    if is_workspace:
        registry.remove(workspace.id)
        return True
    with in_workspace(folder) as place:
        trash.discard(place / KINDS[removal.kind].place(removal.id), by="retention")
    return True


def _upcoming(workspace: Workspace) -> list[Removal]:
    folder = workspace.folder()
    removals = []
    end = removed_on(workspace)
    if end is not None:
        when = time.mktime((end + timedelta(days=1)).timetuple())
        size = folder_size(folder)
        removals.append(
            Removal(workspace.id, "workspace", workspace.id, workspace.title, "", when, size)
        )
    if workspace.days_kept:
        with in_workspace(folder):
            for kind in KINDS.values():
                if not kind.of_run:
                    removals += _old(workspace, kind, folder)
    return removals


def _old(workspace: Workspace, kind: Kind, folder: Path) -> list[Removal]:
    """All things of a kind with the time at which they are due."""
    place = folder / kind.folder
    removals = []
    for thing in sorted(place.iterdir()) if place.is_dir() else []:
        if thing.name.startswith(".") or not (thing / kind.document).is_file():
            continue
        entry = entry_of(kind, thing, thing, "", 0.0)
        when = _changed(thing, kind, folder) + _DAY * workspace.days_kept
        size = usage.look_at(thing, kind.document).n_bytes
        removals.append(
            Removal(workspace.id, kind.name, thing.name, entry.title, entry.owner, when, size)
        )
    return removals


def _changed(thing: Path, kind: Kind, folder: Path) -> float:
    """When a thing, or what is attached to it, was changed last."""
    places = [thing / kind.document, *(folder / path for path in kind.places(thing.name)[1:])]
    return max(path.stat().st_mtime for path in places if path.exists())
