"""Removing people of rooms, with everything that is theirs on the server."""

from contextlib import suppress

from nmr_core.errors import InputError
from nmr_core.jobs.store import JobStore
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import Member
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop import presence
from nmr_core.workshop.table import RoomTable


def remove(rooms: RoomTable, person_id: str) -> None:
    """Remove a person of a room, with workspace, ended jobs, sessions and token.

    Of submissions to challenges, network address and note are removed.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.
    person_id : str
        Id of the person; what is gone already is left out.
    """
    from nmr_core.challenge.forgetting import forget  # pandas takes half a second to import

    with in_workspace(rooms.folder):
        forget([person_id])
    with in_workspace(rooms.folder), suppress(InputError):
        registry.remove(registry.home_of(Member(person_id)).id)
    store = JobStore(rooms.folder)
    if store.path.exists():
        store.forget(person_id)
    presence.forget([person_id], rooms.folder)
    rooms.register.remove_guest(person_id)


def strays(rooms: RoomTable) -> list[str]:
    """Ids of people whose room has removed them, as where they came back at that moment.

    People of rooms that are not in the file, as after it was set aside, are none.
    """
    known = {room.issuer for room in rooms.list()}
    return [
        person.id
        for person in rooms.register.list()
        if person.issuer in known and rooms.room_of(person.id) is None
    ]
