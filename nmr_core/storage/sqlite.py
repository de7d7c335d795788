"""A SQLite file with one layout: made on demand, opened for a moment, its errors in one sentence.

WAL lets readers read while others write; a WAL file must lie on a local disk, not on a network
share. Opening a file in WAL mode writes beside it; where nothing can be written, as on a full disk,
it is opened for reading only, and a change is refused.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from nmr_core.errors import FailedError
from nmr_core.storage.files import full, is_nearly_full

_UNWRITABLE = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
)


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
        The file is damaged, belongs to another program, is busy or cannot be written. On a full
        disk, and in a folder that is read-only, this concerns changes only.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_opened(path, layout, timeout)) as db:
            db.row_factory = sqlite3.Row
            yield db
    except sqlite3.DatabaseError as error:
        raise _worded(error, path, layout) from error
    except OSError as error:
        raise FailedError(
            f"The folder {path.parent} cannot be used ({error}). Check NMR_DATA."
        ) from error


def _opened(path: Path, layout: Layout, timeout: float) -> sqlite3.Connection:
    """A connection to an up-to-date file; for reading only where nothing can be written."""
    db = sqlite3.connect(path, timeout=timeout, isolation_level=None)
    try:
        if not _is_current(db, layout):
            _create(db, path, layout)
        db.execute("PRAGMA synchronous = NORMAL")
    except (sqlite3.OperationalError, OSError) as error:
        db.close()
        if isinstance(error, sqlite3.Error) and _code(error) not in _UNWRITABLE:
            raise
        readable = _readable(path, layout)
        if readable is None:
            raise
        return readable
    except BaseException:
        db.close()
        raise
    return db


def _readable(path: Path, layout: Layout) -> sqlite3.Connection | None:
    """A read-only connection that writes nothing beside the file; None if it is not usable."""
    try:
        db = _copied(path) or _connected(path)
    except sqlite3.Error:
        return None
    try:
        if _is_current(db, layout):
            db.execute("PRAGMA query_only = 1")
            return db
    except sqlite3.Error:
        pass
    db.close()
    return None


def _connected(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?immutable=1"
    return sqlite3.connect(address, uri=True, isolation_level=None)


def _copied(path: Path) -> sqlite3.Connection | None:
    """A copy in memory of a file with changes that are not in it yet; None if it has none.

    A process that was killed leaves them in a file beside it, which only a writer can merge.
    """
    changes = path.with_name(f"{path.name}-wal")
    try:
        if not changes.stat().st_size:
            return None
        with tempfile.TemporaryDirectory() as folder:
            for file in (path, changes):
                shutil.copyfile(file, Path(folder, file.name))
            with closing(sqlite3.connect(Path(folder, path.name))) as merged:
                copy = sqlite3.connect(":memory:", isolation_level=None)
                merged.backup(copy)
                return copy
    except OSError:
        return None


def _is_current(db: sqlite3.Connection, layout: Layout) -> bool:
    """Whether a file has our layout, with at least the additions that we know."""
    version, n_additions = _state(db)
    return version == layout.version and n_additions >= len(layout.additions)


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


def _is_no_file(path: Path) -> bool:
    """Whether something else stands in the place of a file, such as a folder."""
    return path.exists() and not path.is_file()


def _worded(error: sqlite3.DatabaseError, path: Path, layout: Layout) -> Exception:
    """What to tell the user; a mistake in our own SQL stays what it is."""
    code = _code(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return FailedError(
            f"{path} was busy for 15 s. Try again; "
            "if it stays so, see which program holds the file."
        )
    if _is_no_file(path):
        return FailedError(_unusable(path, layout, "it is no file"))
    if code in _UNWRITABLE:
        if is_nearly_full(path.parent):
            return FailedError(full(path.parent, f"the {layout.name} cannot be changed"))
        return FailedError(
            f"{path} cannot be written ({error}). Check free space and permissions of the folder."
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) or "no such" in str(error):
        return FailedError(_unusable(path, layout, str(error)))
    return error


def _code(error: sqlite3.Error) -> int:
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
