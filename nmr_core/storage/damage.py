"""Which files of a data folder are damaged, and moving a damaged one aside."""

import os
import time
from contextlib import suppress
from pathlib import Path

from nmr_core.errors import FailedError
from nmr_core.storage import sqlite
from nmr_core.storage.files import failure


def problem(path: Path, layout: sqlite.Layout) -> str:
    """Why a SQLite file cannot be used, as one sentence; "" for a sound one, or none.

    Parameters
    ----------
    path : Path
        The file. All of it is read.
    layout : Layout
        What it should hold.
    """
    if not path.exists():
        return ""
    try:
        with sqlite.connection(path, layout) as db:
            result = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    except FailedError as error:
        return str(error)
    return "" if result == "ok" else f"{path} is damaged ({' '.join(str(result).split())})."


def set_aside(path: Path) -> Path:
    """Rename a file, and what SQLite keeps beside it; returns the new path.

    Raises
    ------
    FailedError
        The folder cannot be changed.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    try:
        os.replace(path, target)
        for ending in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                os.replace(f"{path}{ending}", f"{target}{ending}")
    except OSError as error:
        raise failure(error, path) from error
    return target
