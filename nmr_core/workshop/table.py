"""What stands in the file of rooms, as it is read and written."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nmr_core.errors import InputError
from nmr_core.people import Person, Register, people_file
from nmr_core.people.database import Table
from nmr_core.people.remembered import Remembered
from nmr_core.storage import audit
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import ADMIN, acting
from nmr_core.storage.spaces.rights import RefusedError
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop import database
from nmr_core.workshop.codes import ROOM_LENGTH, typed
from nmr_core.workshop.room import Room, room_of


class RoomTable(Table):
    """The rooms of a server and who has joined them; reading waits for nothing.

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
            raise InputError("There is no room with this code. Check the code.")
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
            return [
                (known[id], registry.home_of(known[id]).folder(self.folder))
                for id in self.guests(room.id)
                if id in known
            ]

    def guests(self, room_id: str) -> "Sequence[str]":
        """Ids of everyone who has joined a room, in that order."""
        return [id for id, room in self._guests().items() if room == room_id]

    def return_code(self, person_id: str) -> str:
        """The return code of a person of a room, "" for others."""
        row = self._one("SELECT code FROM guests WHERE person = ?", (person_id,))
        return row["code"] if row else ""

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection for several statements that no other program interrupts.

        What was written before an error inside stays.
        """
        with self._connection() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            finally:
                db.execute("COMMIT")

    def set(self, room_id: str, **values: Any) -> None:
        """Write some columns of a room; rights are checked and noted by the caller."""
        changes = ", ".join(f"{name} = :{name}" for name in values)
        self._one(f"UPDATE rooms SET {changes} WHERE id = :id", {**values, "id": room_id})

    def forget_people(self, room_id: str, person_id: str = "") -> None:
        """Forget who has joined a room, or one of them, after they were removed."""
        sql = "DELETE FROM guests WHERE room = :room AND :person IN ('', person)"
        self._one(sql, {"room": room_id, "person": person_id})

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
