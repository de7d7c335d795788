"""A room of a workshop."""

import json
import sqlite3
import time
from dataclasses import dataclass

from nmr_core.people.person import ROOM
from nmr_core.workshop.codes import spaced

DELETE, EXPORT = AT_END = ("delete", "export")
"""What is done with everything at the end: removed, or exported first."""
GRACE = 86400.0
"""Seconds after the end for which the people of a room can still read and download."""


@dataclass(frozen=True)
class Content:
    """A thing that everyone in a room gets a copy of.

    Parameters
    ----------
    kind : str
        "dataset", "run" or "study".
    id : str
        Id of the thing.
    workspace : str
        Id of the workspace that has it.
    """

    kind: str
    id: str
    workspace: str


@dataclass(frozen=True)
class Look:
    """Where everyone in a room is asked to look.

    Parameters
    ----------
    page : str
        Page of the app, e.g. "simulate".
    query : str
        Query of its address, "" for none.
    time : float
        When it was asked, s since 1970: a later one is another request.
    """

    page: str
    query: str
    time: float


@dataclass(frozen=True)
class Room:
    """A room.

    Parameters
    ----------
    id : str
        Never changes.
    title : str
        Display text.
    code : str
        What people type to join.
    ends : float
        End, s since 1970; afterwards its people can only read.
    seats : int
        People who may join.
    contents : tuple of Content
        What everyone gets a copy of.
    labs : tuple of str
        Slugs of its labs; empty for all.
    challenge : str
        Id of its challenge, "" for none.
    at_end : str
        One of :data:`AT_END`.
    frozen : bool
        Whether its people may only read now.
    look : Look, optional
        Where everyone is asked to look.
    owner : str
        Id of the organiser who made it.
    created, closing, closed : float
        s since 1970; 0 if it was not.
    """

    id: str
    title: str
    code: str
    ends: float
    seats: int
    contents: tuple[Content, ...] = ()
    labs: tuple[str, ...] = ()
    challenge: str = ""
    at_end: str = EXPORT
    frozen: bool = False
    look: Look | None = None
    owner: str = ""
    created: float = 0.0
    closing: float = 0.0
    closed: float = 0.0

    @property
    def issuer(self) -> str:
        """Issuer of its people, see :class:`nmr_core.people.Person`."""
        return f"{ROOM}{self.id}"

    @property
    def code_text(self) -> str:
        """The code for reading, "ABCD-2345"."""
        return spaced(self.code)

    @property
    def path(self) -> str:
        """Path of the short link, e.g. "/r/ABCD2345"."""
        return f"/r/{self.code}"

    @property
    def removed_at(self) -> float:
        """When everything in it is removed unless the room is extended, s since 1970."""
        return self.ends + GRACE

    @property
    def status(self) -> str:
        """One of "open", "frozen", "ended" and "closed"."""
        if self.closing or self.closed:
            return "closed"
        if time.time() >= self.ends:
            return "ended"
        return "frozen" if self.frozen else "open"


def room_of(row: sqlite3.Row) -> Room:
    """The room in a row of the table."""
    fields = {name: row[name] for name in Room.__dataclass_fields__}
    look = json.loads(fields["look"]) if fields["look"] else None
    return Room(
        **{
            **fields,
            "contents": tuple(Content(**content) for content in json.loads(fields["contents"])),
            "labs": tuple(json.loads(fields["labs"])),
            "frozen": bool(fields["frozen"]),
            "look": Look(**look) if look else None,
        }
    )
