"""The file ``jobs.sqlite3``: made on demand, opened for a moment, its errors in one sentence.

WAL lets pages read while workers write; a WAL file must lie on a local disk, not on a network
share.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock

from nmr_core.errors import FailedError

LAYOUT = 0x53454C01
"""Written into the file as its ``user_version``: "SEL", layout 1.

Anything else is not our table.
"""

_SCHEMA = """
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    params TEXT NOT NULL,
    title TEXT NOT NULL,
    owner TEXT NOT NULL,
    status TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL,
    started REAL,
    finished REAL,
    heartbeat REAL,
    host TEXT,
    pid INTEGER,
    process_started REAL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    result TEXT,
    reported REAL,
    base_done INTEGER NOT NULL DEFAULT 0,
    base_time REAL
);
CREATE INDEX jobs_status ON jobs (status);
CREATE INDEX jobs_owner ON jobs (owner, status);
"""


@contextmanager
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection in autocommit mode, closed after the block; raises :class:`FailedError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=15, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            if _layout(db) != LAYOUT:
                _create(db, path)
            db.execute("PRAGMA synchronous = NORMAL")
            yield db
    except sqlite3.DatabaseError as error:
        raise _worded(error, path) from error
    except OSError as error:
        raise FailedError(
            f"The folder {path.parent} cannot be used ({error}). Check NMR_DATA."
        ) from error


def _layout(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


def _create(db: sqlite3.Connection, path: Path) -> None:
    """Make the table in an empty file, under a lock: a switch to WAL waits for no connection."""
    with FileLock(path.with_name("jobs.setup.lock"), timeout=15):
        if _layout(db) == LAYOUT:
            return
        if _layout(db) or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise FailedError(_unusable(path, "it belongs to another program or version"))
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {LAYOUT}; COMMIT;")


def _unusable(path: Path, why: str) -> str:
    return (
        f"{path} is not a usable table of jobs ({why}). Move it away: a new one is made, data "
        "sets and runs stay."
    )


def _worded(error: sqlite3.DatabaseError, path: Path) -> Exception:
    """What to tell the user; a mistake in our own SQL stays what it is."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return FailedError(
            f"{path} was busy for 15 s. Try again; "
            "if it stays so, see which program holds the file."
        )
    if code in (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
    ):
        return FailedError(
            f"{path} cannot be written ({error}). Check free space and permissions of the folder."
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or "no such" in str(error):
        return FailedError(_unusable(path, str(error)))
    return error
