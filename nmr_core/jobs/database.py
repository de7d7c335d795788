"""The file ``jobs.sqlite3``."""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from nmr_core.storage import sqlite

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

LAYOUT = sqlite.Layout(
    version=0x53454C01,
    schema=_SCHEMA,
    additions=("ALTER TABLE jobs ADD COLUMN workspace TEXT NOT NULL DEFAULT ''",),
    name="table of jobs",
    remedy="Move it aside with python -m nmr_core repair --set-aside jobs.sqlite3: a new one is "
    "made, data sets and runs stay.",
)
"""The version is "SEL", layout 1. Since 0.10 a job names its workspace."""


AT_REST = """
UPDATE jobs SET status = 'lost', finished = heartbeat, error =
    'It ran while the backup was taken. Run it again; finished parts of a data set are kept.'
WHERE status = 'running';
"""
"""What is done to the copy of the table in a backup: its workers belong to another server."""


def connection(path: Path, timeout: float = 15) -> AbstractContextManager[sqlite3.Connection]:
    """A connection in autocommit mode to the table of jobs, closed after the block.

    Parameters
    ----------
    path : Path
        The file ``jobs.sqlite3``.
    timeout : float
        Seconds to wait for another program that writes.

    Raises
    ------
    FailedError
        The file is damaged, belongs to another program, is busy or cannot be written.
    """
    return sqlite.connection(path, LAYOUT, timeout)
