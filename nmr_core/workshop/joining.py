"""Joining a room by its code and a name: a code makes a new person, one per browser.

The only existing person that it opens is the one whom the same browser has made under the same name
within the last minute, as where the answer was lost on the way.
"""

import sqlite3
import time
import unicodedata

from nmr_core.errors import InputError
from nmr_core.people import Person, Sessions, people_file
from nmr_core.people.database import hashed, new_person_id, one_line
from nmr_core.workshop import removal
from nmr_core.workshop.codes import RETURN_LENGTH, new_code
from nmr_core.workshop.contents import fill
from nmr_core.workshop.room import Room, room_of
from nmr_core.workshop.table import RoomTable

LONGEST_NAME = 40
"""Characters of a name."""
AGAIN = 60.0
"""Seconds after joining in which the same browser may ask again."""
PER_MINUTE = 100
"""People who join a room within a minute, at most."""


class TakenError(InputError):
    """Another person in the room has this name."""


class InsideError(InputError):
    """The browser has joined the room under another name, or some time ago."""


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
        Secret of the browser, which makes one person per room; "" where there is no browser. Where
        the answer was lost, as on a bad Wi-Fi, the same name within a minute is the same person.

    Returns
    -------
    tuple of Person and str
        The person, and the code that brings the person back on another device.

    Raises
    ------
    TakenError
        Another person in the room has this name.
    InsideError
        The browser is in the room already.
    InputError
        There is no such room, it has ended, its seats are taken, or the name is empty.
    """
    room = rooms.find(code)
    name = _checked_name(name)
    person_id, return_code = new_person_id(), new_code(RETURN_LENGTH)
    with rooms.writing() as db:
        room = _now(db, room)  # it may have been closed since
        same = _guest_from(db, room, browser)
        if same and room.status != "closed" and _is_again(rooms, same, name):
            person_id, name, return_code = same["person"], same["name"], same["code"]
        else:
            _check_open(db, room)
            _check_browser(same)
            _check_name(guest_named(db, room, name_key(name)), name)
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
    sql = "SELECT count(*) FROM guests WHERE room = ? AND joined > ?"
    if db.execute(sql, (room.id, time.time() - 60)).fetchone()[0] >= PER_MINUTE:
        raise InputError("Too many people join at once. Try again in a minute.")


def _guest_from(db: sqlite3.Connection, room: Room, browser: str) -> sqlite3.Row | None:
    """Who has joined a room in a browser."""
    sql = "SELECT * FROM guests WHERE room = ? AND browser = ? ORDER BY joined DESC"
    return db.execute(sql, (room.id, hashed(browser))).fetchone() if browser else None


def _is_again(rooms: RoomTable, same: sqlite3.Row, name: str) -> bool:
    """Whether this is the join that a browser has asked for before."""
    is_fresh = abs(time.time() - same["joined"]) < AGAIN
    if same["key"] != name_key(name) or not is_fresh:
        return False
    return not Sessions(people_file(rooms.folder)).have_ended(same["person"])


def _check_browser(same: sqlite3.Row | None) -> None:
    if same is not None:
        raise InsideError(
            f'This browser has joined the room as "{same["name"]}". Come back with your return '
            "code; to let another person join here, log out first."
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
    """The person with a workspace that holds what the room holds.

    Raises
    ------
    InputError
        The person is locked out; or the room was closed, or has removed the person, meanwhile.
    """
    person = rooms.register.add_guest(person_id, room.issuer, name)
    if person.disabled:
        raise InputError("You were locked out of this room. Ask the organiser.")
    fill(rooms.folder, room, person)
    if rooms.room_of(person_id) is None or rooms.get(room.id).status == "closed":
        removal.remove(rooms, person_id)
        raise InputError("The room was closed, or you were removed from it. Ask the organiser.")
    return person
