"""Files and folders that are written whole or not at all: under a temporary name, then renamed."""

import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from nmr_core.errors import FailedError

_changes = 0
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_UNFINISHED = re.compile(r"\..+\.tmp|\.new-.+|\.removed-.+|supervisor\.\d+\.tmp")
"""Names of what is renamed once it is complete, or is being removed."""
RESERVE, RESERVED_PART = 20e6, 0.02
"""Bytes, and part of a small disk, that no work takes: logins, the table of jobs and deleting need
some.
"""


def n_changes() -> int:
    """How often this process has changed something that is stored, or tried to."""
    return _changes


def note_change() -> None:
    """Count a change of something that is stored; called after it."""
    global _changes
    _changes += 1


def is_full(error: BaseException | None) -> bool:
    """Whether an error says that the disk, or the user's share of it, is full."""
    return isinstance(error, OSError) and error.errno in _FULL


def full(folder: Path, consequence: str) -> str:
    """The sentence about a full disk.

    Parameters
    ----------
    folder : Path
        On that disk.
    consequence : str
        What cannot be done, e.g. "the table of jobs cannot be changed".
    """
    free = disk_of(folder).free
    return (
        f"The disk is full: {consequence}, {free / 1e6:,.1f} MB are free. Delete data sets or "
        "runs, and empty the trash, then do the same again."
    )


def disk_of(folder: Path) -> Any:
    """Size, used and free bytes of the disk on which a folder is, or will be."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return shutil.disk_usage(existing)


def _reserve(disk: Any) -> float:
    """Bytes of a disk that no work takes."""
    return min(RESERVE, RESERVED_PART * disk.total)


def is_nearly_full(folder: Path) -> bool:
    """Whether the reserve of a folder's disk is used."""
    try:
        disk = disk_of(folder)
    except OSError:
        return False
    return disk.free < _reserve(disk)


def failure(error: OSError, path: Path) -> FailedError:
    """The sentence for an operating-system error while writing ``path``."""
    if is_full(error):
        free = disk_of(path.parent).free
        return FailedError(
            f"The disk is full: {path} could not be written ({free / 1e6:,.1f} MB are free). Free "
            "some space and run the same again; finished parts are kept."
        )
    return FailedError(
        f"{path} could not be written ({error.strerror or error}). "
        "Check the folder's permissions, or set NMR_DATA to another folder."
    )


def write_file(path: Path, write: Callable[[Path], object]) -> None:
    """Call ``write(temporary_path)``, then rename that to ``path``; an error leaves nothing."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(3)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise failure(error, path) from error
    finally:
        note_change()
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def remove_file(path: Path) -> bool:
    """Remove a file; False if there is none. :class:`FailedError` if it cannot be removed."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise failure(error, path) from error
    return True


def write_folder(
    path: Path, write: Callable[[Path], object], temporary: Path | None = None
) -> None:
    """Let ``write(temporary_folder)`` make a folder, then rename it to ``path``.

    On any error nothing is left. A leftover ``temporary`` of a killed process is removed first.
    """
    temporary = temporary or path.with_name(f".{path.name}.{secrets.token_hex(3)}.tmp")
    try:
        if temporary.exists():
            shutil.rmtree(temporary)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        os.replace(temporary, path)
    except OSError as error:
        raise failure(error, path) from error
    finally:
        note_change()
        with suppress(OSError):
            shutil.rmtree(temporary)


def write_json(path: Path, content: dict) -> None:
    """``content`` as readable JSON, atomically."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    write_file(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def read_json(path: Path, what: str) -> dict:
    """The JSON object in ``path``; :class:`FailedError` names ``what`` if missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FailedError(
            f"There is no {what} at {path.parent}: {path.name} is missing. Choose another."
        ) from None
    except (OSError, ValueError) as error:
        raise FailedError(
            f"The {what} at {path.parent} cannot be read: {path.name} is damaged ({error}). "
            "Delete it and make it again."
        ) from None
    if not isinstance(content, dict):
        raise FailedError(
            f"The {what} at {path.parent} cannot be read: {path.name} holds no object. "
            "Delete it and make it again."
        )
    return content


def checksum(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_space(folder: Path, n_bytes: float = 0.0) -> None:
    """Refuse work before it starts when its result cannot fit on the disk.

    Parameters
    ----------
    folder : Path
        Where the result goes.
    n_bytes : float
        Its size, about; 0 if unknown: then only the reserve is checked.

    Raises
    ------
    FailedError
        Less than that and the reserve are free.
    """
    disk = disk_of(folder)
    reserve = _reserve(disk)
    if disk.free >= n_bytes + reserve:
        return
    needed = f"about {n_bytes / 1e6:,.1f} MB are needed, " if n_bytes else ""
    smaller = ", or make a smaller data set" if n_bytes else ""
    raise FailedError(
        f"The disk is too full: {needed}{disk.free / 1e6:,.1f} MB are free at {folder}, of which "
        f"{reserve / 1e6:,.1f} MB are kept back. Delete something and empty the trash{smaller}."
    )


def sweep_unfinished(folder: Path, older: float = 86400.0) -> int:
    """Remove what killed processes left half-written below a data folder.

    Parameters
    ----------
    folder : Path
        Data folder.
    older : float
        Seconds since the last change, after which no process writes it any more.

    Returns
    -------
    int
        Number of files and folders removed.
    """
    latest = time.time() - older
    n = 0
    for place, names, files in os.walk(folder):
        for name in [name for name in (*names, *files) if _UNFINISHED.fullmatch(name)]:
            path = Path(place, name)
            with suppress(OSError):
                if path.stat().st_mtime > latest:
                    continue
                shutil.rmtree(path) if name in names else path.unlink()
                n += 1
        names[:] = [name for name in names if not _UNFINISHED.fullmatch(name)]
    return n


def changed_at(path: Path) -> int:
    """Return the time of the last change in ns; 0 where there is nothing, or a dead link."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
