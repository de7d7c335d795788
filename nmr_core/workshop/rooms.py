"""All rooms of a server."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from nmr_core.errors import InputError
from nmr_core.people import Person
from nmr_core.people.database import one_line
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import acting
from nmr_core.storage.workspace import checked_id, new_id
from nmr_core.workshop import contents as shared
from nmr_core.workshop import ending, joining, returning
from nmr_core.workshop import export as exporting
from nmr_core.workshop.checks import (
    SEATS,
    checked_at_end,
    checked_contents,
    checked_end,
    checked_seats,
)
from nmr_core.workshop.codes import ROOM_LENGTH, new_code
from nmr_core.workshop.room import EXPORT, Content, Look, Room
from nmr_core.workshop.table import RoomTable


class Rooms(RoomTable):
    """All rooms of a server.

    Whoever acts must be an administrator to change a room; see
    :func:`nmr_core.storage.spaces.person.acting`. Everyone with a code may join.

    Parameters
    ----------
    folder : Path or str
        The server's data folder.
    """

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

    def join(self, code: str, name: str, browser: str = "") -> tuple[Person, str]:
        """Make a person of a room; see :func:`nmr_core.workshop.joining.join`."""
        return joining.join(self, code, name, browser)

    def come_back(self, code: str, name: str, return_code: str) -> Person:
        """The person with a return code; see :func:`nmr_core.workshop.returning.come_back`."""
        return returning.come_back(self, code, name, return_code)

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

    def add(
        self, room_id: str, contents: Sequence[Content] = (), *, challenge: str = ""
    ) -> list[str]:
        """Add things to a room; everyone who has joined gets a copy at once.

        Parameters
        ----------
        room_id : str
            Id of the room.
        contents : sequence of Content
            What is added.
        challenge : str
            Id of the challenge of the room from now on; "" leaves the present one.

        Returns
        -------
        list of str
            Why a thing could not be copied, a sentence each.
        """
        room = self.get(room_id)
        everything = checked_contents(tuple(dict.fromkeys((*room.contents, *contents))))
        room = self._change(
            room_id,
            "add",
            contents=json.dumps([asdict(content) for content in everything]),
            challenge=checked_id(challenge) if challenge else room.challenge,
        )
        people = self.people(room)
        problems = [shared.fill(self.folder, room, person) for person, _ in people]
        return sorted({sentence for sentences in problems for sentence in sentences})

    def new_return_code(self, person_id: str) -> str:
        """Give a person another return code; see :func:`nmr_core.workshop.returning.renew`."""
        return returning.renew(self, person_id)

    def remove_person(self, person_id: str) -> None:
        """Remove a person of a room; see :func:`nmr_core.workshop.ending.remove_person`."""
        ending.remove_person(self, person_id)

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
        return ending.close(self, room_id)

    def export(self, room_id: str, *, arrays: bool = True) -> bytes:
        """Everything of a room as a zip file; see :func:`nmr_core.workshop.export.export`."""
        return exporting.export(self, room_id, arrays=arrays)

    def _change(self, room_id: str, what: str, **values: Any) -> Room:
        self.check(what, room_id)
        if self.get(room_id).status == "closed":
            raise InputError("This room is closed. Make another one.")
        self.set(room_id, **values)
        self.note(what, room_id, **values)
        return self.get(room_id)
