"""The file ``people.sqlite3`` in a server's data folder, and the form of secrets in it."""

import hashlib
import secrets
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from nmr_core.storage import sqlite

_SCHEMA = """
CREATE TABLE people (
    id TEXT PRIMARY KEY,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    role_by_group INTEGER NOT NULL DEFAULT 0,
    disabled INTEGER NOT NULL DEFAULT 0,
    password TEXT,
    created REAL NOT NULL,
    seen REAL NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE UNIQUE INDEX people_email ON people (lower(email)) WHERE issuer = 'local';
CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES people (id),
    created REAL NOT NULL,
    seen REAL NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    provider TEXT NOT NULL,
    id_token TEXT,
    ended REAL,
    reason TEXT
);
CREATE INDEX sessions_person ON sessions (person);
CREATE TABLE invitations (
    hash TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    email TEXT NOT NULL,
    person TEXT,
    created REAL NOT NULL,
    created_by TEXT NOT NULL,
    expires REAL NOT NULL,
    used REAL
);
CREATE TABLE attempts (key TEXT NOT NULL, time REAL NOT NULL);
CREATE INDEX attempts_key ON attempts (key, time);
CREATE TABLE pending (hash TEXT PRIMARY KEY, content TEXT NOT NULL, expires REAL NOT NULL);
"""

_TOKENS = """CREATE TABLE IF NOT EXISTS tokens (
    person TEXT PRIMARY KEY REFERENCES people (id),
    hash TEXT NOT NULL UNIQUE,
    created REAL NOT NULL
)"""

LAYOUT = sqlite.Layout(
    version=0x50454F01,
    schema=_SCHEMA,
    name="list of people",
    remedy="Restore it from a backup, or move it aside with python -m nmr_core repair --set-aside "
    "people.sqlite3: everyone must then be invited again.",
    additions=(_TOKENS,),
)
"""The version is "PEO", layout 1."""

AT_REST = (
    f"{_TOKENS}; DELETE FROM tokens;"
    " DELETE FROM sessions; DELETE FROM pending; DELETE FROM attempts;"
)
"""What is done to the copy of the file in a backup: no one is logged in after a restore."""


def people_file(folder: Path | str) -> Path:
    """The file with the people of a server.

    Parameters
    ----------
    folder : Path or str
        The server's data folder.
    """
    return Path(folder).absolute() / "people.sqlite3"


class Table:
    """What reads and writes one part of a file.

    Parameters
    ----------
    path : Path
        The file, see :func:`people_file`.

    Attributes
    ----------
    layout : nmr_core.storage.sqlite.Layout
        What the file holds.
    """

    layout = LAYOUT

    def __init__(self, path: Path) -> None:
        self.path = path

    def _connection(self, timeout: float = 15) -> AbstractContextManager[sqlite3.Connection]:
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)  # SQLite takes an empty file, and keeps its mode
        return sqlite.connection(self.path, self.layout, timeout)

    def _all(self, sql: str, values: tuple | dict = ()) -> list[sqlite3.Row]:
        with self._connection() as db:
            return db.execute(sql, values).fetchall()

    def _one(self, sql: str, values: tuple | dict = ()) -> sqlite3.Row | None:
        # All rows, because an UPDATE ... RETURNING must be run to its end
        rows = self._all(sql, values)
        return rows[0] if rows else None


def new_secret() -> str:
    """A secret of 256 random bits, fit for a cookie or an address."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """How a random secret is stored: SHA-256, hexadecimal.

    Guessing is hopeless because of the 256 random bits; a slow hash would add nothing.
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def new_person_id() -> str:
    """A fresh id of a person, fit as a folder's name."""
    return f"p-{secrets.token_hex(8)}"


def one_line(text: str, most: int) -> str:
    """Display text: one line of at most ``most`` characters without control characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(printable.split())[:most]
