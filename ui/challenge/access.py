"""Who sees a challenge, and who organises challenges."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nmr_core.errors import InputError
from nmr_core.storage.spaces.person import ADMIN, Person, acting
from nmr_core.storage.workspace import server_folder
from nmr_core.workshop import Rooms

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge


def open_challenge(id: str, person: Person | None) -> "Challenge":
    """The challenge with this id.

    Parameters
    ----------
    id : str
        As in the address.
    person : Person, optional
        Who asks; None without a server.

    Raises
    ------
    InputError
        There is none, or it is that of a room in which the person is not: the same sentence.
    """
    from nmr_core.challenge import load

    present = load(id)
    if not may_enter(present, person):
        raise InputError(f"There is no challenge {id!r} here. Choose one of the list.")
    return present


def may_enter(challenge: "Challenge", person: Person | None) -> bool:
    """Whether a person takes part in a challenge.

    People of a room take part in its challenges, everyone else in those without a room;
    administrators see all. Who has lost the room sees none.
    """
    if person is None or is_organiser(person):
        return True
    room = _rooms(server_folder()).room_of(person.id)
    if room is None:
        return not challenge.room and not person.is_guest
    return challenge.room == room.id or room.challenge == challenge.id


def is_organiser(person: Person | None = None) -> bool:
    """Whether a person (default: the one who acts) may make challenges and change them."""
    who = person or acting()
    return who is None or (who.role == ADMIN and not who.disabled)


@lru_cache(maxsize=8)
def _rooms(folder: Path) -> Rooms:
    return Rooms(folder)
