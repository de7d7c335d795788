"""The file ``challenge.sqlite3``: teams, submissions, and what changes of a challenge."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nmr_core.storage import sqlite

NAME = "challenge.sqlite3"
_SCHEMA = """
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    starts REAL NOT NULL,
    ends REAL NOT NULL,
    tries INTEGER NOT NULL,
    pause REAL NOT NULL,
    hide REAL NOT NULL,
    is_frozen INTEGER NOT NULL,
    is_hidden INTEGER NOT NULL,
    is_closed INTEGER NOT NULL,
    is_revealed INTEGER NOT NULL
);
CREATE TABLE teams (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    code TEXT UNIQUE,
    is_reference INTEGER NOT NULL DEFAULT 0,
    extra INTEGER NOT NULL DEFAULT 0,
    final INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL
);
CREATE TABLE members (
    person TEXT PRIMARY KEY,
    team TEXT NOT NULL REFERENCES teams (id),
    name TEXT NOT NULL,
    joined REAL NOT NULL
);
CREATE INDEX members_team ON members (team);
CREATE TABLE submissions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    team TEXT NOT NULL REFERENCES teams (id),
    person TEXT NOT NULL,
    time REAL NOT NULL,
    note TEXT NOT NULL,
    run TEXT NOT NULL,
    address TEXT NOT NULL,
    digest TEXT NOT NULL,
    answer BLOB,
    score REAL NOT NULL,
    error REAL NOT NULL,
    details TEXT NOT NULL,
    is_shown INTEGER NOT NULL,
    digits INTEGER NOT NULL DEFAULT 2
);
CREATE INDEX submissions_team ON submissions (team, number);
CREATE INDEX submissions_digest ON submissions (digest);
"""

LAYOUT = sqlite.Layout(
    version=0x43484101,
    schema=_SCHEMA,
    name="table of submissions",
    remedy="Restore the challenge from a backup.",
)
"""The version is "CHA", layout 1."""


def file_of(folder: Path) -> Path:
    """The file in the folder of a challenge."""
    return folder / NAME


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection for queries."""
    with sqlite.connection(file_of(folder), LAYOUT) as db:
        yield db


@contextmanager
def changing(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection for statements that belong together; an error undoes them all."""
    with sqlite.connection(file_of(folder), LAYOUT) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("UPDATE state SET version = version + 1")
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def begin(folder: Path, state: dict[str, Any]) -> None:
    """Make the file with its first state."""
    names = ", ".join(state)
    marks = ", ".join(f":{name}" for name in state)
    with changing(folder) as db:
        db.execute(f"INSERT INTO state (one, {names}) VALUES (1, {marks})", state)


def state(folder: Path) -> dict[str, Any]:
    """What changes of a challenge."""
    with reading(folder) as db:
        return state_of(db)


def state_of(db: sqlite3.Connection) -> dict[str, Any]:
    """What changes of a challenge, for the statements of a connection."""
    return dict(db.execute("SELECT * FROM state").fetchone())


def change(folder: Path, **values: Any) -> None:
    """Change values of the state."""
    changes = ", ".join(f"{name} = :{name}" for name in values)
    with changing(folder) as db:
        db.execute(f"UPDATE state SET {changes}", values)
