"""A SQLite file with one layout: made on demand, opened for a moment, its errors in one sentence.

WAL lets readers read while others write; a WAL file must lie on a local disk, not on a network
share.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from nmr_core.errors import FailedError


@dataclass(frozen=True)
class Layout:
    """What a file holds.

    Parameters
    ----------
    version : int
        Written into the file as its ``user_version``. Anything else is not our file.
    schema : str
        SQL that makes the empty tables.
    name : str
        Of the file's content, in messages: "table of jobs".
    remedy : str
        What to do with a file that cannot be used, as the end of a sentence.
    """

    version: int
    schema: str
    name: str
    remedy: str


@contextmanager
def connection(path: Path, layout: Layout, timeout: float = 15) -> Iterator[sqlite3.Connection]:
    """A connection in autocommit mode, closed after the block.

    Parameters
    ----------
    path : Path
        File; it is made if it does not exist.
    layout : Layout
        What it holds.
    timeout : float
        Seconds to wait for another program that writes.

    Raises
    ------
    FailedError
        The file is damaged, belongs to another program, is busy or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=timeout, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            if _version(db) != layout.version:
                _create(db, path, layout)
            db.execute("PRAGMA synchronous = NORMAL")
            yield db
    except sqlite3.DatabaseError as error:
        raise _worded(error, path, layout) from error
    except OSError as error:
        raise FailedError(
            f"The folder {path.parent} cannot be used ({error}). Check NMR_DATA."
        ) from error


def _version(db: sqlite3.Connection) -> int:
    return db.execute("PRAGMA user_version").fetchone()[0]


def _create(db: sqlite3.Connection, path: Path, layout: Layout) -> None:
    """Make the tables in an empty file, under a lock: a switch to WAL waits for no connection."""
    with FileLock(path.with_name(f"{path.stem}.setup.lock"), timeout=15):
        version = _version(db)
        if version == layout.version:
            return
        if version or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise FailedError(_unusable(path, layout, "it belongs to another program or version"))
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(
            f"BEGIN IMMEDIATE; {layout.schema} PRAGMA user_version = {layout.version}; COMMIT;"
        )


def _unusable(path: Path, layout: Layout, why: str) -> str:
    return f"{path} is not a usable {layout.name} ({why}). {layout.remedy}"


def _worded(error: sqlite3.DatabaseError, path: Path, layout: Layout) -> Exception:
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
        return FailedError(_unusable(path, layout, str(error)))
    return error
