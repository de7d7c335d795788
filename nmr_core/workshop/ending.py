"""The end of a room: its jobs are cancelled, everything is exported, then all of it is removed.

Each step can be done again, so that a room whose end was interrupted is closed by the next try.
One program closes a room at a time.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.presence import ensure_supervisor
from nmr_core.jobs.store import JobStore
from nmr_core.people import Sessions, people_file
from nmr_core.storage import clock
from nmr_core.storage.audit.noting import SERVER
from nmr_core.storage.files import failure
from nmr_core.storage.spaces.person import ADMIN, Member, acting_as
from nmr_core.workshop import removal
from nmr_core.workshop.export import write
from nmr_core.workshop.room import EXPORT, Room
from nmr_core.workshop.table import RoomTable

_LOG = logging.getLogger(__name__)
FOLDER = "rooms"
"""Folder of the exports of closed rooms, in the server's data folder."""
PATIENCE = 15.0
"""Seconds to wait for the jobs that are cancelled."""
TURN = 60.0
"""Seconds to wait for another program that closes the same room."""
SETTLE = 1.5
"""Seconds after the end of a session in which a page may still be run: it would make its workspace
anew."""
REASON = "The room was closed."


def exported(server: Path, room: Room) -> Path:
    """The file with everything of a closed room."""
    return server / FOLDER / f"{room.id}.zip"


def close(rooms: RoomTable, room_id: str, *, patience: float = TURN) -> Path | None:
    """End a room and remove its people, their workspaces and their jobs.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.
    room_id : str
        Id of the room.
    patience : float
        Seconds to wait for another program that closes the room.

    Returns
    -------
    Path or None
        The export; None for a room that is deleted only.

    Raises
    ------
    FailedError
        A job did not end, the export could not be written, or another program closes the room:
        nothing was removed, no one joins any more, and the next try goes on.
    """
    rooms.check("close", room_id)
    room = rooms.get(room_id)
    if not room.closed:
        with _turn(rooms, room, patience):
            _close(rooms, room)
    return exported(rooms.folder, room) if room.at_end == EXPORT else None


def _close(rooms: RoomTable, room: Room) -> None:
    """Close a room unless it is; no other program does it at the same time."""
    if rooms.get(room.id).closed:
        return
    rooms.set(room.id, closing=time.time())
    ids = rooms.guests(room.id)
    _log_out(rooms, ids)
    busy = _cancelled(rooms.folder, ids)
    if busy:
        raise FailedError(
            f"{busy} jobs of the room have not ended yet. Nothing is removed; close the room again "
            "in a minute."
        )
    path = exported(rooms.folder, room)
    if room.at_end == EXPORT and not path.exists():
        write(rooms, room, path)
    for id in ids:
        removal.remove(rooms, id)
    rooms.forget_people(room.id)
    rooms.set(room.id, closed=time.time())
    rooms.note("close", room.id, n_people=len(ids))


@contextmanager
def _turn(rooms: RoomTable, room: Room, patience: float) -> Iterator[None]:
    """Let one program close a room at a time; a program that was killed holds up no other."""
    path = rooms.folder / f".{room.id}.lock"
    try:
        lock = FileLock(path).acquire(timeout=patience)
    except Timeout:
        raise FailedError("The room is being closed already. Look again in a minute.") from None
    except OSError as error:
        raise failure(error, path) from error
    with lock:
        yield
        with suppress(OSError):  # Windows keeps a file that is open
            path.unlink()


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
    rooms.forget_people(room.id, person_id)
    removal.remove(rooms, person_id)
    rooms.note("remove person", room.id, person_id=person_id)


def tidy(rooms: RoomTable) -> list[str]:
    """Close what is over, by the server itself.

    A clock that jumps ahead closes nothing, see :mod:`nmr_core.storage.clock`. People whom their
    room has removed are removed once more if they are there.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.

    Returns
    -------
    list of str
        Ids of the rooms that were closed.
    """
    _remove_strays(rooms)
    live = [room for room in rooms.list() if not room.closed]
    if not live:
        return []
    now, closed = clock.now(rooms.folder), []
    due = [room for room in live if room.closing or now >= room.removed_at]
    for room in due:
        try:
            with acting_as(Member(SERVER, role=ADMIN)):
                close(rooms, room.id, patience=0)
            closed.append(room.id)
        except (InputError, FailedError) as error:
            _LOG.error("The room %s was not closed: %s", room.id, error)
    return closed


def _remove_strays(rooms: RoomTable) -> None:
    for id in removal.strays(rooms):
        _log_out(rooms, [id])
        if not _cancelled(rooms.folder, [id]):
            removal.remove(rooms, id)


def _log_out(rooms: RoomTable, ids: Sequence[str]) -> None:
    """End the sessions of some people, and wait until no page of theirs is run any more."""
    sessions = Sessions(people_file(rooms.folder))
    n_ended = sum(sessions.end_all(id) for id in ids)
    if n_ended:
        time.sleep(SETTLE)


def _cancelled(server: Path, owners: Sequence[str]) -> int:
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
