"""What was read from a SQLite file, for as long as no one has written to it."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

MOST = 10_000
"""Entries that are remembered."""


class Remembered:
    """Results of queries; all are forgotten when any program has changed the file.

    SQLite counts the changes by others for a connection that stays open, which costs some
    microseconds instead of the half millisecond of a query.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._version: int | None = None
        self._entries: dict[str, Any] = {}

    def get(self, key: str) -> tuple[Any, int | None]:
        """What was remembered, and the version of the file.

        Returns
        -------
        tuple
            (value or None, version); a version of None says that nothing can be remembered.
        """
        with self._lock:
            version = self._data_version()
            if version is None or version != self._version:
                self._entries.clear()
            self._version = version
            return self._entries.get(key), version

    def put(self, key: str, value: Any, version: int | None) -> None:
        """Remember a result that was read after :meth:`get` returned this version."""
        with self._lock:
            if version is None or version != self._version:
                return
            if len(self._entries) >= MOST:
                self._entries.clear()
            self._entries[key] = value

    def _data_version(self) -> int | None:
        try:
            if self._db is None:
                if not self._path.is_file():
                    return None
                self._db = sqlite3.connect(self._path, timeout=0, check_same_thread=False)
            return self._db.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None
