"""The end of a room: its jobs are cancelled, everything is exported, then all of it is removed.

Each step can be done again, so that a room whose end was interrupted is closed by the next try.
"""

import logging
import time
from contextlib import suppress
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.presence import ensure_supervisor
from nmr_core.jobs.store import JobStore
from nmr_core.people import Sessions, people_file
from nmr_core.storage import clock
from nmr_core.storage.audit.noting import SERVER
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import ADMIN, Member, acting_as
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop import presence
from nmr_core.workshop.export import write
from nmr_core.workshop.room import EXPORT, Room
from nmr_core.workshop.table import RoomTable

_LOG = logging.getLogger(__name__)
FOLDER = "rooms"
"""Folder of the exports of closed rooms, in the server's data folder."""
PATIENCE = 15.0
"""Seconds to wait for the jobs that are cancelled."""
SETTLE = 1.5
"""Seconds after the end of a session in which a page may still be run: it would make its workspace
anew."""
REASON = "The room was closed."


def exported(server: Path, room: Room) -> Path:
    """The file with everything of a closed room."""
    return server / FOLDER / f"{room.id}.zip"


def close(rooms: RoomTable, room_id: str) -> Path | None:
    """End a room and remove its people, their workspaces and their jobs.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.
    room_id : str
        Id of the room.

    Returns
    -------
    Path or None
        The export; None for a room that is deleted only.

    Raises
    ------
    FailedError
        The export could not be written, so nothing was removed; or a job did not end. The next
        try goes on.
    """
    rooms.check("close", room_id)
    room = rooms.get(room_id)
    path = exported(rooms.folder, room) if room.at_end == EXPORT else None
    if room.closed:
        return path
    rooms.set(room_id, closing=time.time())
    people = rooms.people(room)
    _log_out(rooms, [person.id for person, _ in people])
    busy = _cancelled(rooms.folder, [person.id for person, _ in people])
    if path is not None and not path.exists():
        write(rooms, room, path)
    for person, folder in people:
        _remove(rooms, person.id, folder)
    if busy:
        raise FailedError(
            f"{busy} jobs of the room have not ended yet. Everything else is removed; close it "
            "again in a minute."
        )
    rooms.forget_people(room_id)
    rooms.set(room_id, closed=time.time())
    rooms.note("close", room_id, n_people=len(people))
    return path


def remove_person(rooms: RoomTable, person_id: str) -> None:
    """Remove one person of a room, with workspace and jobs; the seat and the name are free again.

    Raises
    ------
    InputError
        The person is in no room.
    FailedError
        A job did not end; the next try goes on.
    """
    rooms.check("remove person", "")
    room = rooms.room_of(person_id)
    if room is None:
        raise InputError(f"There is no person {person_id[:40]!r} in a room.")
    _log_out(rooms, [person_id])
    if _cancelled(rooms.folder, [person_id]):
        raise FailedError("A job of this person has not ended yet. Try again in a minute.")
    for person, folder in rooms.people(room):
        if person.id == person_id:
            _remove(rooms, person_id, folder)
    rooms.forget_people(room.id, person_id)
    rooms.note("remove person", room.id, person_id=person_id)


def tidy(rooms: RoomTable) -> list[str]:
    """Close what is over, by the server itself.

    A clock that jumps ahead closes nothing, see :mod:`nmr_core.storage.clock`.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.

    Returns
    -------
    list of str
        Ids of the rooms that were closed.
    """
    live = [room for room in rooms.list() if not room.closed]
    if not live:
        return []
    now, closed = clock.now(rooms.folder), []
    due = [room for room in live if room.closing or now >= room.removed_at]
    for room in due:
        try:
            with acting_as(Member(SERVER, role=ADMIN)):
                close(rooms, room.id)
            closed.append(room.id)
        except (InputError, FailedError) as error:
            _LOG.error("The room %s was not closed: %s", room.id, error)
    return closed


def _log_out(rooms: RoomTable, ids: list[str]) -> None:
    """End the sessions of some people, and wait until no page of theirs is run any more."""
    sessions = Sessions(people_file(rooms.folder))
    n_ended = sum(sessions.end_all(id) for id in ids)
    if n_ended:
        time.sleep(SETTLE)


def _cancelled(server: Path, owners: list[str]) -> int:
    """Cancel all jobs of some people; returns how many have not ended after a while."""
    store = JobStore(server)
    if not store.path.exists():
        return 0
    until = time.monotonic() + PATIENCE
    while True:
        live = [job for owner in owners for job in store.list(owner, 10**6) if job.live]
        for job in live:
            store.request_cancel(job.id, REASON)
        running = [job for job in live if job.status == "running"]
        if not running or time.monotonic() > until:
            return len(running)
        ensure_supervisor(server)
        time.sleep(0.2)


def _remove(rooms: RoomTable, person_id: str, folder: Path) -> None:
    """Remove one of the people, with the workspace and the ended jobs."""
    with in_workspace(rooms.folder), suppress(InputError):  # it may be gone already
        registry.remove(folder.name)
    store = JobStore(rooms.folder)
    if store.path.exists():
        store.forget(person_id)
    presence.forget([person_id], rooms.folder)
    rooms.register.remove_guest(person_id)
