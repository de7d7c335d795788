"""The workspaces of a server: ``NMR_DATA/workspaces/<id>/workspace.json``, one folder each.

personal   one person, its owner; made when that person comes for the first time
team       members with a role each: viewer, member, owner
library    shared and read-only: everybody is a viewer, its members and owners publish into it

Whoever may not read a workspace learns nothing about it: it does not exist for them.
"""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import failure, read_json, write_json
from nmr_core.storage.locking import locked
from nmr_core.storage.spaces.person import ADMIN, Person
from nmr_core.storage.spaces.policy import MEMBERS, Action, Role, allowed
from nmr_core.storage.workspace import WORKSPACES, checked_id, new_id, server_folder

DOCUMENT = "workspace.json"
PERSONAL, TEAM, LIBRARY = KINDS = ("personal", "team", "library")
LIBRARY_ID = "library"
HOME = "home-"
"""Begin of the ids of personal workspaces."""
LONGEST_TITLE = 60
"""Characters of a title."""
REMOVED = ".removed"
"""Folder beside the workspaces with a mark, an empty file, for each one that was removed."""
_PATIENCE = 5.0


@dataclass(frozen=True)
class Workspace:
    """A workspace.

    Parameters
    ----------
    id : str
        Name of its folder.
    title : str
        Display text.
    kind : str
        One of :data:`KINDS`.
    members : dict
        Id of a person -> role, one of :data:`MEMBERS`.
    created : float
        Seconds since 1970.
    ends : str
        Last day, e.g. "2026-12-24"; "" for none. Afterwards it can be read only, and
        :mod:`nmr_core.storage.spaces.retention` removes it.
    days_kept : int
        Days after which a thing that was not changed goes to the trash; 0: never.
    disk : int or None
        Bytes that everything in it may take; None: as the server's limits say.
    """

    id: str
    title: str
    kind: str
    members: dict[str, str] = field(default_factory=dict)
    created: float = 0.0
    ends: str = ""
    days_kept: int = 0
    disk: int | None = None

    @property
    def has_ended(self) -> bool:
        """Whether its last day has passed."""
        return bool(self.ends) and date.today().isoformat() > self.ends

    def folder(self, server: Path | None = None) -> Path:
        """Its data folder."""
        return (server or server_folder()) / WORKSPACES / self.id


def role_of(workspace: Workspace, person: Person) -> Role:
    """The role of a person in a workspace, "stranger" for those who may not know of it."""
    if person.disabled:
        return "stranger"
    if person.role == ADMIN:
        return "admin"
    role = workspace.members.get(person.id, "")
    if role in MEMBERS:
        return role  # type: ignore[return-value]
    return "viewer" if workspace.kind == LIBRARY else "stranger"


def may(person: Person | None, action: Action, workspace: Workspace) -> bool:
    """Whether a person may do something with own things there; None: everything is allowed."""
    return person is None or allowed(role_of(workspace, person), action, own=True)


def home_of(person: Person) -> Workspace:
    """The personal workspace of a person, which is made if there is none."""
    id = f"{HOME}{hashlib.sha256(person.id.encode()).hexdigest()[:20]}"
    number, workspace = 1, _read(id)
    while workspace is not None and workspace.kind != PERSONAL:  # handed over, see handover.py
        number += 1
        workspace = _read(f"{id}-{number}")
    if workspace is None:
        id = id if number == 1 else f"{id}-{number}"
        title = (person.name or "Personal")[:LONGEST_TITLE]
        workspace = _put_new(Workspace(id, title, PERSONAL, {person.id: "owner"}))
    return workspace


def library() -> Workspace:
    """The shared library, which is made if there is none."""
    return _read(LIBRARY_ID) or _put_new(Workspace(LIBRARY_ID, "Library", LIBRARY))


def create_team(title: str, owner: Person, *, ends: str = "", days_kept: int = 0) -> Workspace:
    """Make a team's workspace.

    Parameters
    ----------
    title : str
        1 to :data:`LONGEST_TITLE` characters.
    owner : Person
        Its first owner.
    ends : str
        Last day, e.g. of a workshop; "" for none.
    days_kept : int
        Days after which a thing that was not changed goes to the trash; 0: never.

    Raises
    ------
    InputError
        The title cannot be used, or the owner is a guest of a workshop.
    """
    if owner.is_guest:
        raise InputError("The people of a room make no teams. Join a team of the challenge.")
    workspace = _put_new(
        Workspace(
            new_id("space"),
            checked_title(title),
            TEAM,
            {owner.id: "owner"},
            ends=checked_day(ends),
            days_kept=_whole(days_kept),
        )
    )
    audit.note("create workspace", workspace=workspace.id, title=workspace.title, owner=owner.id)
    return workspace


def find(id: str, person: Person | None = None) -> Workspace:
    """The workspace with an id.

    Parameters
    ----------
    id : str
        Id.
    person : Person, optional
        Who looks; None: everything is readable.

    Raises
    ------
    InputError
        There is none, or this person may not read it: the sentence is the same.
    """
    workspace = _read(checked_id(id))
    if workspace is None or not may(person, "read", workspace):
        raise absent(id)
    return workspace


def absent(id: str) -> InputError:
    """The error for a workspace that does not exist for a person."""
    return InputError(f"There is no workspace {id!r} here. Choose one from the list.")


def readable(person: Person | None = None) -> list[Workspace]:
    """The workspaces that a person may read: personal, teams by title, the library last.

    An administrator's list holds all teams, but of the personal ones only their own: others are
    opened by their id.
    """
    found = [space for space in every() if may(person, "read", space)]
    if person is not None:
        found = [s for s in found if s.kind != PERSONAL or person.id in s.members]
    return sorted(found, key=lambda space: (KINDS.index(space.kind), space.title.casefold()))


def every() -> list[Workspace]:
    """All workspaces of the server."""
    try:
        names = sorted(os.listdir(server_folder() / WORKSPACES))
    except (FileNotFoundError, NotADirectoryError):
        return []
    read = (_read(name) for name in names if not name.startswith("."))
    return [workspace for workspace in read if workspace is not None]


def problems(server: Path) -> list[tuple[Path, str]]:
    """The description of each workspace of a server, and why it cannot be read; "" if it can."""
    found = []
    for path in sorted((server / WORKSPACES).glob(f"[!.]*/{DOCUMENT}")):
        try:
            _parse(path.parent)
            found.append((path, ""))
        except FailedError as error:
            found.append((path, str(error)))
    return found


def renew(id: str) -> None:
    """Describe a team's workspace whose description is lost, without members.

    Administrators see it, and give its people their roles again. Personal workspaces and the
    library are described anew by the next visit.
    """
    if id != LIBRARY_ID and not id.startswith(HOME):
        _put_new(Workspace(checked_id(id), id, TEAM))


def at(folder: Path) -> Workspace | None:
    """The workspace whose data folder this is, None if it is none."""
    return _read_at(folder) if folder.parent.name == WORKSPACES else None


def change(id: str, **values: Any) -> Workspace:
    """Change title, end, days or disk of a workspace; rights are checked by the caller."""
    if "title" in values:
        values["title"] = checked_title(values["title"])
    if "ends" in values:
        values["ends"] = checked_day(values["ends"])
    if "days_kept" in values:
        values["days_kept"] = _whole(values["days_kept"])
    if "disk" in values:
        values["disk"] = _checked_disk(values["disk"])
    with _changing(id) as workspace:
        changed = _put(replace(workspace, **values))
    audit.note("change workspace", workspace=id, **values)
    return changed


def set_member(id: str, person: str, role: str | None) -> Workspace:
    """Give a person a role in a workspace, or take it away.

    Parameters
    ----------
    id, person : str
        Ids of the workspace and the person.
    role : str or None
        One of :data:`MEMBERS`; None: not a member any more.

    Raises
    ------
    InputError
        An unknown role, a personal workspace, or the last owner would be gone.
    """
    if role is not None and role not in MEMBERS:
        raise InputError(f"A role must be one of {', '.join(MEMBERS)}, got {str(role)[:40]!r}.")
    with _changing(id) as workspace:
        if workspace.kind == PERSONAL:
            raise InputError("A personal workspace has no members. Make a team to share things.")
        members = {**workspace.members, **({person: role} if role else {})}
        if role is None:
            members.pop(person, None)
        if workspace.kind == TEAM and "owner" not in members.values():
            raise InputError("A team must have an owner. Make another member an owner first.")
        changed = _put(replace(workspace, members=members))
    audit.note("member", kind="person", id=person, workspace=id, to=role or "none")
    return changed


def pass_on(id: str, leaving: Person, heir: Person) -> Workspace:
    """Give a person's place to another one; a personal workspace becomes a team's.

    Nothing changes where the person has no place (any more).
    """
    with _changing(id) as workspace:
        if leaving.id not in workspace.members:
            return workspace
        members = dict(workspace.members)
        roles = {members.pop(leaving.id, ""), members.get(heir.id, "")}
        members[heir.id] = max(roles.intersection(MEMBERS), key=MEMBERS.index)
        if workspace.kind != PERSONAL:
            return _put(replace(workspace, members=members))
        title = f"{leaving.name[: LONGEST_TITLE - 20]}, handed over"
        return _put(replace(workspace, kind=TEAM, title=title, members=members))


def remove(id: str) -> None:
    """Remove a workspace for good, with everything in it; rights are checked by the caller."""
    with _changing(id) as workspace:
        folder = workspace.folder()
        gone = folder.with_name(f".removed-{id}-{secrets.token_hex(3)}")
        try:
            os.replace(folder, gone)
        except OSError as error:
            raise failure(error, folder) from error
        with suppress(OSError):  # a full disk: then a job's late result stays, nothing is lost
            mark = _mark(id)
            mark.parent.mkdir(exist_ok=True)
            mark.touch()
    shutil.rmtree(gone, ignore_errors=True)
    audit.note("remove workspace", workspace=id, title=workspace.title)


def was_removed(id: str, server: Path | None = None) -> bool:
    """Whether a workspace was removed by :func:`remove`, and neither made anew nor put back.

    A workspace whose description is missing, damaged or set aside was not.
    """
    folder = (server or server_folder()) / WORKSPACES / checked_id(id)
    if not _mark(id, server).exists():
        return False
    try:
        names = os.listdir(folder)
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    if any(name.startswith(DOCUMENT) for name in names):  # it was put back by hand
        _mark(id, server).unlink(missing_ok=True)
        return False
    return True


def _mark(id: str, server: Path | None = None) -> Path:
    return (server or server_folder()) / WORKSPACES / REMOVED / id


def checked_title(title: str) -> str:
    """A title on one line; :class:`InputError` if it is empty or too long."""
    text = " ".join("".join(c for c in title if c.isprintable()).split())
    if not 0 < len(text) <= LONGEST_TITLE:
        raise InputError(
            f"A title must have 1 to {LONGEST_TITLE} characters, got {len(text)}. Change it."
        )
    return text


def checked_day(text: str) -> str:
    """A day like "2026-12-24", or ""; :class:`InputError` for all else."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except (ValueError, TypeError):
        raise InputError(
            f"A day must look like 2026-12-24, got {str(text)[:40]!r}. Leave it empty for none."
        ) from None


def _checked_disk(n_bytes: float | None) -> int | None:
    if n_bytes is not None and not 0 < n_bytes < 1e18:
        raise InputError(f"The disk must be bytes > 0, got {n_bytes:g}. Use none for no own limit.")
    return None if n_bytes is None else int(n_bytes)


def _whole(days: int) -> int:
    if not isinstance(days, int) or days < 0:
        raise InputError(f"Days must be a whole number >= 0, got {str(days)[:40]}.")
    return days


def _read(id: str) -> Workspace | None:
    return _read_at(server_folder() / WORKSPACES / id)


def _read_at(folder: Path) -> Workspace | None:
    """The workspace in a folder; None where there is none, or it cannot be read."""
    try:
        return read_once(folder, DOCUMENT, _parse)
    except FailedError:
        return None


def _parse(folder: Path) -> Workspace:
    try:
        stored = read_json(folder / DOCUMENT, "workspace")
    except FailedError as error:
        raise _unreadable(folder) from error
    known = {entry.name: stored[entry.name] for entry in fields(Workspace) if entry.name in stored}
    workspace = Workspace(**{"title": folder.name, "kind": "", **known, "id": folder.name})
    if workspace.kind not in KINDS or not isinstance(workspace.members, dict):
        raise _unreadable(folder)
    return workspace


def _unreadable(folder: Path) -> FailedError:
    name = f"{WORKSPACES}/{folder.name}/{DOCUMENT}"
    return FailedError(
        f"The description of the workspace {folder.name} cannot be read. Its things are kept. "
        f"Check the permissions and the disk, or restore {name} from a backup; "
        f'"repair --set-aside {name}" moves it away.'
    )


def _put_new(workspace: Workspace) -> Workspace:
    """Describe a new workspace; one that is described already stays as it is."""
    with _locked():
        folder = workspace.folder()
        if _is_described(folder):
            return _parse(folder)
        _mark(workspace.id).unlink(missing_ok=True)
        return _put(replace(workspace, created=time.time()))


def _is_described(folder: Path) -> bool:
    """Whether there is a description, readable or not."""
    try:
        (folder / DOCUMENT).lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise failure(error, folder) from error
    return True


def _put(workspace: Workspace) -> Workspace:
    content = {name: value for name, value in asdict(workspace).items() if name != "id"}
    write_json(workspace.folder() / DOCUMENT, content)
    return workspace


@contextmanager
def _changing(id: str) -> Iterator[Workspace]:
    """One change of the workspaces at a time; yields the one with an id."""
    with _locked():
        workspace = _read(checked_id(id))
        if workspace is None:
            raise absent(id)
        yield workspace


def _locked() -> AbstractContextManager[None]:
    busy = "Another process changes the workspaces. Try again."
    return locked(server_folder() / WORKSPACES, busy, _PATIENCE)
