"""The file ``workshop.sqlite3`` in a server's data folder: rooms and who has joined them.

It changes rarely, so that what was read of it can be remembered. Where people are changes every
second and stands elsewhere.
"""

from pathlib import Path

from nmr_core.storage import sqlite

_SCHEMA = """
CREATE TABLE rooms (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    ends REAL NOT NULL,
    seats INTEGER NOT NULL,
    contents TEXT NOT NULL,
    labs TEXT NOT NULL,
    challenge TEXT NOT NULL,
    at_end TEXT NOT NULL,
    frozen INTEGER NOT NULL DEFAULT 0,
    look TEXT NOT NULL DEFAULT '',
    owner TEXT NOT NULL,
    created REAL NOT NULL,
    closing REAL NOT NULL DEFAULT 0,
    closed REAL NOT NULL DEFAULT 0
);
CREATE TABLE guests (
    person TEXT PRIMARY KEY,
    room TEXT NOT NULL REFERENCES rooms (id),
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    code TEXT NOT NULL,
    joined REAL NOT NULL,
    browser TEXT NOT NULL DEFAULT '',
    UNIQUE (room, key)
);
CREATE TABLE attempts (key TEXT NOT NULL, time REAL NOT NULL);
CREATE INDEX attempts_key ON attempts (key, time);
"""

LAYOUT = sqlite.Layout(
    version=0x524F4F01,
    schema=_SCHEMA,
    name="list of rooms",
    remedy="Restore it from a backup, or move it aside with python -m nmr_core repair --set-aside "
    "workshop.sqlite3: the people of its rooms can then not come back.",
)
"""The version is "ROO", layout 1."""

AT_REST = "DELETE FROM attempts;"
"""What is done to the copy of the file in a backup."""


def workshop_file(folder: Path | str) -> Path:
    """The file with the rooms of a server.

    Parameters
    ----------
    folder : Path or str
        The server's data folder.
    """
    return Path(folder).absolute() / "workshop.sqlite3"
