"""Why the people of a room may not change anything now: it is frozen, or has ended.

Reading, downloading and cancelling an own job stay possible, and running jobs go on.
"""

import time
from collections.abc import Callable

from nmr_core.storage.spaces.person import acting
from nmr_core.workshop.table import RoomTable

GONE = "Your room was closed, or you were removed from it."


def pauses(rooms: RoomTable) -> Callable[[str], str]:
    """What :func:`nmr_core.storage.spaces.rights.set_pause` needs to know.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.

    Returns
    -------
    callable
        Id of a person -> one sentence, "" for a person who may work.
    """

    def pause(person_id: str) -> str:
        room = rooms.room_of(person_id)
        if room is None:
            return GONE if _is_guest(person_id) else ""
        status = room.status
        if status == "open":
            return ""
        if status == "frozen":
            return f'"{room.title}" is paused by the organiser. Reading works; wait for the rest.'
        until = time.strftime("%d %B, %H:%M %Z", time.localtime(room.removed_at))
        return f'"{room.title}" has ended. Its work can be read and downloaded until {until}.'

    return pause


def _is_guest(person_id: str) -> bool:
    """Whether who acts is this person, and joined a room."""
    person = acting()
    return person is not None and person.id == person_id and person.is_guest
