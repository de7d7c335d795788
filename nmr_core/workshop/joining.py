"""Joining a room by its code and a name: a code makes a new person, and opens no existing one."""

import sqlite3
import time
import unicodedata

from nmr_core.errors import InputError
from nmr_core.people import Person
from nmr_core.people.database import hashed, new_person_id, one_line
from nmr_core.workshop.codes import RETURN_LENGTH, new_code
from nmr_core.workshop.contents import fill
from nmr_core.workshop.room import Room, room_of
from nmr_core.workshop.table import RoomTable

LONGEST_NAME = 40
"""Characters of a name."""


class TakenError(InputError):
    """Another person in the room has this name."""


def join(rooms: RoomTable, code: str, name: str, browser: str = "") -> tuple[Person, str]:
    """Make a person of a room.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.
    code : str
        Of the room, as typed.
    name : str
        As others see it; unique in the room.
    browser : str
        Secret of the browser. Where the answer was lost, as on a bad Wi-Fi, the same name from the
        same browser is the same person.

    Returns
    -------
    tuple of Person and str
        The person, and the code that brings the person back on another device.

    Raises
    ------
    TakenError
        Another person in the room has this name.
    InputError
        There is no such room, it has ended, its seats are taken, or the name is empty.
    """
    room = rooms.find(code)
    name = _checked_name(name)
    person_id, return_code = new_person_id(), new_code(RETURN_LENGTH)
    with rooms.writing() as db:
        room = _now(db, room)  # it may have been closed since
        same = guest_named(db, room, name_key(name))
        if same and browser and same["browser"] == hashed(browser) and room.status != "closed":
            person_id, name, return_code = same["person"], same["name"], same["code"]
        else:
            _check_open(db, room)
            _check_name(same, name)
            values = (person_id, room.id, name, name_key(name), return_code, time.time())
            db.execute(
                "INSERT INTO guests (person, room, name, key, code, joined, browser)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*values, hashed(browser) if browser else ""),
            )
    return arrived(rooms, room, person_id, name), return_code


def name_key(name: str) -> str:
    """What two names that look the same have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _checked_name(name: str) -> str:
    text = one_line(unicodedata.normalize("NFKC", name[:400]), 400)
    if not 0 < len(text) <= LONGEST_NAME or not any(sign.isalnum() for sign in text):
        raise InputError(
            f"A name must have 1 to {LONGEST_NAME} characters, got {len(text)}. "
            "Others in the room see it."
        )
    return text


def _now(db: sqlite3.Connection, room: Room) -> Room:
    return room_of(db.execute("SELECT * FROM rooms WHERE id = ?", (room.id,)).fetchone())


def _check_open(db: sqlite3.Connection, room: Room) -> None:
    """Refuse a room that has ended or is full."""
    if room.status in ("ended", "closed"):
        raise over(room)
    taken = db.execute("SELECT count(*) FROM guests WHERE room = ?", (room.id,)).fetchone()[0]
    if taken >= room.seats:
        raise InputError(
            f'All {room.seats} seats of "{room.title}" are taken. Ask the organiser for more.'
        )


def guest_named(db: sqlite3.Connection, room: Room, key: str) -> sqlite3.Row | None:
    """Who has a name in a room, as :func:`name_key`."""
    sql = "SELECT * FROM guests WHERE room = ? AND key = ?"
    return db.execute(sql, (room.id, key)).fetchone()


def _check_name(same: sqlite3.Row | None, name: str) -> None:
    if same is not None:
        raise TakenError(
            f'The name "{name}" is taken in this room. If that is you, come back with your return '
            "code; else add a letter."
        )


def over(room: Room) -> InputError:
    """The error for a room that takes no one any more."""
    return InputError(f'"{room.title}" has ended. Ask the organiser to extend it.')


def arrived(rooms: RoomTable, room: Room, person_id: str, name: str) -> Person:
    """The person with a workspace that holds what the room holds."""
    person = rooms.register.add_guest(person_id, room.issuer, name)
    if person.disabled:
        raise InputError("You were locked out of this room. Ask the organiser.")
    fill(rooms.folder, room, person)
    return person
