"""A copy of a SQLite file that others are writing, in a state that may be restored anywhere."""

import sqlite3
from contextlib import closing
from pathlib import Path

from nmr_core.challenge import database as challenge
from nmr_core.errors import FailedError
from nmr_core.jobs import database as jobs
from nmr_core.people import database as people
from nmr_core.workshop import database as workshop

AT_REST = {"jobs": jobs.AT_REST, "people": people.AT_REST, "workshop": workshop.AT_REST}
"""Name of a file without its ending -> SQL that ends what must not go on after a restore."""
REMEDIES = {
    "jobs": jobs.LAYOUT.remedy,
    "people": people.LAYOUT.remedy,
    "workshop": workshop.LAYOUT.remedy,
    "challenge": challenge.LAYOUT.remedy,
}


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite file by the backup of SQLite, and check the copy.

    Parameters
    ----------
    source : Path
        The file; others may write it meanwhile.
    target : Path
        The copy: jobs that run are lost in it, and no one is logged in.

    Raises
    ------
    FailedError
        The file is damaged, busy or cannot be read.
    """
    try:
        address = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            with closing(sqlite3.connect(address, uri=True, timeout=30)) as original:
                original.backup(copy)
            problem = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem != "ok":
                raise sqlite3.DatabaseError(problem)
            if copy.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                copy.executescript(AT_REST.get(source.stem, ""))  # else it is just being made
            copy.execute("VACUUM")
            copy.execute("PRAGMA journal_mode = WAL")
    except sqlite3.DatabaseError as error:
        raise _worded(error, source) from error


def _worded(error: sqlite3.DatabaseError, source: Path) -> FailedError:
    is_damaged = not isinstance(error, sqlite3.OperationalError)
    remedy = REMEDIES.get(source.stem, "Move it away.") if is_damaged else "Try again."
    return FailedError(f"{source} cannot be copied ({error}), so there is no backup. {remedy}")
