"""Challenges that were made for a room become the challenge of the room."""

from nmr_core import challenge as challenges
from nmr_core.challenge import Challenge
from nmr_core.challenge.challenge import CLOSED, ENDED
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop.rooms import Rooms


def assign(rooms: Rooms) -> list[str]:
    """Give the challenges that were made for rooms to them.

    A room takes the newest one while it has none, or only one that is over or was deleted.
    Its people get the training set at once.

    Parameters
    ----------
    rooms : Rooms
        Of the server.

    Returns
    -------
    list of str
        Ids of the rooms that were given a challenge.

    Raises
    ------
    RefusedError
        There is something to give, and who acts is no administrator.
    """
    with in_workspace(rooms.folder):
        present = {one.id: one for one in challenges.list_challenges()}
    newest: dict[str, Challenge] = {}
    for one in present.values():
        if one.room and not _is_over(one):
            newest.setdefault(one.room, one)
    assigned = []
    for room in rooms.list():
        before, one = present.get(room.challenge), newest.get(room.id)
        is_free = before is None or _is_over(before)
        if one is not None and is_free and room.status not in ("ended", "closed"):
            rooms.add(room.id, challenge=one.id)
            assigned.append(room.id)
    return assigned


def _is_over(challenge: Challenge) -> bool:
    return challenge.state in (CLOSED, ENDED)
