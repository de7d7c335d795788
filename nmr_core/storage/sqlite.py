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
    additions : tuple of str
        Statements of later versions that add columns with defaults, in their order. How many a
        file has is its ``application_id``, which earlier versions do not look at: they go on with
        such a file.
    """

    version: int
    schema: str
    name: str
    remedy: str
    additions: tuple[str, ...] = ()

    @property
    def state(self) -> tuple[int, int]:
        """What a file that is up to date says."""
        return self.version, len(self.additions)


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
            if _state(db) != layout.state:
                _create(db, path, layout)
            db.execute("PRAGMA synchronous = NORMAL")
            yield db
    except sqlite3.DatabaseError as error:
        raise _worded(error, path, layout) from error
    except OSError as error:
        raise FailedError(
            f"The folder {path.parent} cannot be used ({error}). Check NMR_DATA."
        ) from error


def _state(db: sqlite3.Connection) -> tuple[int, int]:
    """Version of the layout, and number of additions."""
    version, n_additions = db.execute(
        "SELECT user_version, application_id FROM pragma_user_version, pragma_application_id"
    ).fetchone()
    return version, n_additions


def _create(db: sqlite3.Connection, path: Path, layout: Layout) -> None:
    """Make the tables in an empty file, or add what a file of an earlier version lacks.

    This is done under a lock: a switch to WAL waits for no connection.
    """
    with FileLock(path.with_name(f"{path.stem}.setup.lock"), timeout=15):
        version, n_additions = _state(db)
        if version == layout.version:
            _add(db, layout, n_additions)
            return
        if version or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise FailedError(_unusable(path, layout, "it belongs to another program or version"))
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(
            f"BEGIN IMMEDIATE; {layout.schema} PRAGMA user_version = {layout.version}; COMMIT;"
        )
        _add(db, layout, 0)


def _add(db: sqlite3.Connection, layout: Layout, n_additions: int) -> None:
    """Carry out the additions that a file lacks."""
    for n, statement in enumerate(layout.additions[n_additions:], n_additions + 1):
        db.executescript(f"BEGIN IMMEDIATE; {statement}; PRAGMA application_id = {n}; COMMIT;")


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
