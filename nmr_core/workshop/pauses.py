"""Why the people of a room may not change anything now: it is frozen, or has ended.

Reading, downloading and cancelling an own job stay possible, and running jobs go on.
"""

import time
from collections.abc import Callable

from nmr_core.storage.spaces.person import Person
from nmr_core.workshop.table import RoomTable


def pauses(rooms: RoomTable) -> Callable[[Person], str]:
    """What :func:`nmr_core.storage.spaces.rights.set_pause` needs to know.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.

    Returns
    -------
    callable
        Person -> one sentence, "" for a person who may work.
    """

    def pause(person: Person) -> str:
        room = rooms.room_of(person.id)
        status = room.status if room else "open"
        if room is None or status == "open":
            return ""
        if status == "frozen":
            return f'"{room.title}" is paused. Look at the wall; the organiser resumes it.'
        until = time.strftime("%d %B, %H:%M", time.localtime(room.removed_at))
        return f'"{room.title}" has ended. Its work can be read and downloaded until {until}.'

    return pause
