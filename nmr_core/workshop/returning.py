"""Coming back into a room by a name and a return code, on another device or in another browser.

The right code always opens: with 50 random bits it is not guessed, so that no one can lock others
out by wrong codes. Those are limited per name; where a whole room is guessed at, to one per name.
The network address does not count, because a room shares one.
"""

import hmac
import sqlite3
import time

from nmr_core.errors import InputError
from nmr_core.people import Person
from nmr_core.people.database import hashed, one_line
from nmr_core.people.throttle import WINDOW
from nmr_core.workshop.codes import RETURN_LENGTH, new_code, typed
from nmr_core.workshop.joining import LONGEST_NAME, arrived, guest_named, name_key, over
from nmr_core.workshop.room import Room
from nmr_core.workshop.table import RoomTable

PER_NAME, PER_ROOM = 10, 300
"""Wrong return codes within five minutes of one name, and of all names in a room."""


class WaitError(InputError):
    """There were too many wrong return codes."""


def come_back(rooms: RoomTable, code: str, name: str, return_code: str) -> Person:
    """The person of a room with a name and a return code.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.
    code : str
        Of the room, as typed.
    name, return_code : str
        As typed.

    Raises
    ------
    WaitError
        The code is wrong, as too many were before.
    InputError
        They are wrong, or the room is closed; or it has removed the person meanwhile.
    """
    room = rooms.find(code)
    if room.status == "closed":
        raise over(room)
    typed_code = typed(return_code, RETURN_LENGTH)
    key = name_key(one_line(name, LONGEST_NAME))
    with rooms.writing() as db:
        row = guest_named(db, room, key)
        if row is None or not hmac.compare_digest(row["code"], typed_code):
            _check_limits(db, room, key)
            now = time.time()
            attempts = [(_of_name(room.id, key), now), (hashed(room.id), now)]
            db.executemany("INSERT INTO attempts (key, time) VALUES (?, ?)", attempts)
            row = None
    if row is None:
        raise InputError("The name or the return code is wrong. Check both.")
    return arrived(rooms, room, row["person"], row["name"])


def renew(rooms: RoomTable, person_id: str) -> str:
    """Give a person of a room another return code, which works at once.

    Parameters
    ----------
    rooms : RoomTable
        Of the server.
    person_id : str
        Id of the person.

    Raises
    ------
    InputError
        The person is in no room.
    RefusedError
        Who acts is no administrator.
    """
    rooms.check("return code", "")
    code = new_code(RETURN_LENGTH)
    with rooms.writing() as db:
        sql = "UPDATE guests SET code = ? WHERE person = ? RETURNING room, key"
        rows = db.execute(sql, (code, person_id)).fetchall()
        for row in rows:
            db.execute("DELETE FROM attempts WHERE key = ?", (_of_name(row["room"], row["key"]),))
    if not rows:
        raise InputError(f"There is no person {person_id[:40]!r} in a room.")
    rooms.note("return code", rows[0]["room"], person_id=person_id)
    return code


def _of_name(room_id: str, key: str) -> str:
    return hashed(f"{room_id} {key}")


def _check_limits(db: sqlite3.Connection, room: Room, key: str) -> None:
    now = time.time()
    db.execute("DELETE FROM attempts WHERE time < ? OR time > ?", (now - WINDOW, now + 1))
    most = PER_NAME if _count(db, hashed(room.id)) < PER_ROOM else 1
    if _count(db, _of_name(room.id, key)) >= most:
        raise WaitError(
            f"There were too many wrong return codes. Try again in {WINDOW / 60:.0f} min, or ask "
            "the organiser for a new one."
        )


def _count(db: sqlite3.Connection, key: str) -> int:
    return db.execute("SELECT count(*) FROM attempts WHERE key = ?", (key,)).fetchone()[0]
