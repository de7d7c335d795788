"""All rooms of a server."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from nmr_core.errors import InputError
from nmr_core.people import Person, Register, people_file
from nmr_core.people.database import Table, one_line
from nmr_core.people.remembered import Remembered
from nmr_core.storage import audit
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import ADMIN, acting
from nmr_core.storage.spaces.rights import RefusedError
from nmr_core.storage.workspace import checked_id, in_workspace, new_id
from nmr_core.workshop import database
from nmr_core.workshop.checks import (
    SEATS,
    checked_at_end,
    checked_contents,
    checked_end,
    checked_seats,
)
from nmr_core.workshop.codes import ROOM_LENGTH, new_code, typed
from nmr_core.workshop.room import EXPORT, Content, Look, Room, room_of


class Rooms(Table):
    """All rooms of a server.

    Whoever acts must be an administrator to change a room; see
    :func:`nmr_core.storage.spaces.person.acting`. Everyone with a code may join.

    Parameters
    ----------
    folder : Path or str
        The server's data folder.
    """

    layout = database.LAYOUT

    def __init__(self, folder: Path | str) -> None:
        super().__init__(database.workshop_file(folder))
        self.folder = Path(folder).absolute()
        self.register = Register(people_file(folder))
        self._remembered = Remembered(self.path)

    def create(
        self,
        title: str,
        *,
        ends: float,
        seats: int = SEATS,
        contents: Sequence[Content] = (),
        labs: Sequence[str] = (),
        challenge: str = "",
        at_end: str = EXPORT,
    ) -> Room:
        """Make a room.

        Parameters
        ----------
        title : str
            1 to 60 characters.
        ends : float
            End, s since 1970, within 60 days.
        seats : int
            People who may join, 1 to :data:`MOST_SEATS`.
        contents : sequence of Content
            What everyone gets a copy of.
        labs : sequence of str
            Slugs of its labs; empty for all.
        challenge : str
            Id of its challenge.
        at_end : str
            One of :data:`nmr_core.workshop.room.AT_END`.

        Raises
        ------
        InputError
            A value cannot be used.
        RefusedError
            Who acts is no administrator.
        """
        self.check("create", "")
        person = acting()
        room = Room(
            id=new_id("room"),
            title=registry.checked_title(title),
            code=new_code(ROOM_LENGTH),
            ends=checked_end(ends),
            seats=checked_seats(seats),
            contents=checked_contents(contents),
            labs=tuple(checked_id(slug) for slug in labs),
            challenge=checked_id(challenge) if challenge else "",
            at_end=checked_at_end(at_end),
            owner=person.id if person else "",
            created=time.time(),
        )
        values = asdict(room) | {
            "contents": json.dumps([asdict(content) for content in room.contents]),
            "labs": json.dumps(room.labs),
            "look": "",
        }
        marks = ", ".join(f":{name}" for name in values)
        self._one(f"INSERT INTO rooms ({', '.join(values)}) VALUES ({marks})", values)
        self.note("create", room.id, title=room.title)
        return room

    def list(self) -> Sequence[Room]:
        """All rooms, the newest first; to be read only."""
        known, version = self._remembered.get("rooms")
        if known is None:
            rows = self._all("SELECT * FROM rooms ORDER BY created DESC") if self._exists() else []
            known = [room_of(row) for row in rows]
            self._remembered.put("rooms", known, version)
        return known

    def get(self, room_id: str) -> Room:
        """The room with an id.

        Raises
        ------
        InputError
            There is none.
        """
        room = next((room for room in self.list() if room.id == room_id), None)
        if room is None:
            raise InputError(f"There is no room {room_id[:40]!r}. Copy the id from the list.")
        return room

    def find(self, code: str) -> Room:
        """The room with a code, as typed.

        Raises
        ------
        InputError
            There is none, or it is none of a room.
        """
        plain = typed(code, ROOM_LENGTH)
        room = next((room for room in self.list() if room.code == plain), None)
        if room is None:
            raise InputError("There is no room with this code. Look at the code again.")
        return room

    def room_of(self, person_id: str) -> Room | None:
        """The room of a person, None for people who came in by other ways."""
        guests = self._guests()
        room_id = guests.get(person_id)
        return next((room for room in self.list() if room.id == room_id), None)

    def people(self, room: Room) -> Sequence[tuple[Person, Path]]:
        """Everyone who has joined a room, in that order, with their data folders."""
        with in_workspace(self.folder):
            known = {person.id: person for person in self.register.list()}
            ids = [id for id, room_id in self._guests().items() if room_id == room.id]
            return [
                (known[id], registry.home_of(known[id]).folder(self.folder))
                for id in ids
                if id in known
            ]

    def return_code(self, person_id: str) -> str:
        """The return code of a person of a room, "" for others."""
        row = self._one("SELECT code FROM guests WHERE person = ?", (person_id,))
        return row["code"] if row else ""

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection for several statements that no other program interrupts."""
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            finally:
                db.execute("COMMIT")

    def join(self, code: str, name: str) -> tuple[Person, str]:
        """Make a person of a room; see :func:`nmr_core.workshop.joining.join`."""
        from nmr_core.workshop.joining import join

        return join(self, code, name)

    def come_back(self, code: str, name: str, return_code: str) -> Person:
        """The person with a return code; see :func:`nmr_core.workshop.joining.come_back`."""
        from nmr_core.workshop.joining import come_back

        return come_back(self, code, name, return_code)

    def freeze(self, room_id: str) -> Room:
        """Let the people of a room only read, until :meth:`unfreeze`; jobs go on."""
        return self._change(room_id, "freeze", frozen=1)

    def unfreeze(self, room_id: str) -> Room:
        """Let the people of a room work again."""
        return self._change(room_id, "unfreeze", frozen=0)

    def extend(self, room_id: str, ends: float) -> Room:
        """Move the end of a room, also after it has passed.

        Parameters
        ----------
        room_id : str
            Id of the room.
        ends : float
            New end, s since 1970; it may be earlier.
        """
        return self._change(room_id, "extend", ends=checked_end(ends))

    def set_seats(self, room_id: str, seats: int) -> Room:
        """Change how many may join; those who have joined stay."""
        return self._change(room_id, "seats", seats=checked_seats(seats))

    def look_here(self, room_id: str, page: str, query: str | dict[str, str] = "") -> Room:
        """Ask everyone in a room to open a page.

        Parameters
        ----------
        room_id : str
            Id of the room.
        page : str
            Page of the app, e.g. "simulate"; "" ends the request.
        query : str or dict
            Query of its address.
        """
        text = query if isinstance(query, str) else urlencode(query)
        if len(text) > 4000 or not text.isprintable():
            raise InputError("The query of an address must have at most 4000 characters.")
        look = Look(one_line(page, 60), text.removeprefix("?"), time.time())
        content = json.dumps(asdict(look)) if look.page else ""
        return self._change(room_id, "look", look=content)

    def look(self, room_id: str) -> Look | None:
        """Where everyone in a room is asked to look."""
        return self.get(room_id).look

    def close(self, room_id: str) -> Path | None:
        """End a room and remove everything in it; see :func:`nmr_core.workshop.ending.close`."""
        from nmr_core.workshop.ending import close

        return close(self, room_id)

    def export(self, room_id: str, *, arrays: bool = True) -> bytes:
        """Everything of a room as a zip file; see :func:`nmr_core.workshop.export.export`."""
        from nmr_core.workshop.export import export

        return export(self, room_id, arrays=arrays)

    def set(self, room_id: str, **values: Any) -> None:
        """Write some columns of a room; rights are checked and noted by the caller."""
        changes = ", ".join(f"{name} = :{name}" for name in values)
        self._one(f"UPDATE rooms SET {changes} WHERE id = :id", {**values, "id": room_id})

    def forget_people(self, room_id: str) -> None:
        """Forget who has joined a room, when all of them are removed."""
        self._one("DELETE FROM guests WHERE room = ?", (room_id,))

    def _change(self, room_id: str, what: str, **values: Any) -> Room:
        self.check(what, room_id)
        if self.get(room_id).status == "closed":
            raise InputError("This room is closed. Make another one.")
        self.set(room_id, **values)
        self.note(what, room_id, **values)
        return self.get(room_id)

    def _guests(self) -> dict[str, str]:
        """Id of a person -> id of the room, in the order of joining."""
        known, version = self._remembered.get("guests")
        if known is None:
            sql = "SELECT person, room FROM guests ORDER BY joined, rowid"
            rows = self._all(sql) if self._exists() else []
            known = {row["person"]: row["room"] for row in rows}
            self._remembered.put("guests", known, version)
        return known

    def _exists(self) -> bool:
        """Whether there was ever a room: a look makes no file."""
        return self.path.exists()

    def check(self, what: str, room_id: str) -> None:
        """Refuse and record whoever may not change rooms."""
        person = acting()
        if person is None or (person.role == ADMIN and not person.disabled):
            return
        problem = "Only an administrator may do this. Ask one."
        self.note(what, room_id, ok=False, reason=problem)
        raise RefusedError(problem)

    def note(
        self, what: str, room_id: str, ok: bool = True, reason: str = "", **details: Any
    ) -> None:
        """Record a change of a room."""
        with in_workspace(self.folder):
            audit.note("room", kind="room", id=room_id, ok=ok, reason=reason, what=what, **details)
