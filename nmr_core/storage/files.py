"""Files and folders that are written whole or not at all: under a temporary name, then renamed."""

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from nmr_core.errors import FailedError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def is_full(error: BaseException | None) -> bool:
    """Whether an error says that the disk, or the user's share of it, is full."""
    return isinstance(error, OSError) and error.errno in _FULL


def failure(error: OSError, path: Path) -> FailedError:
    """The sentence for an operating-system error while writing ``path``."""
    if is_full(error):
        return FailedError(
            f"The disk is full: {path} could not be written. Free some space and run the same "
            "again; finished parts are kept."
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
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


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
    return hashlib.sha256(path.read_bytes()).hexdigest()


def check_space(folder: Path, n_bytes: float) -> None:
    """Refuse work before it starts when its result cannot fit on the disk."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < n_bytes:
        raise FailedError(
            f"The disk is too full: about {n_bytes / 1e6:,.1f} MB are needed, {free / 1e6:,.1f} MB "
            f"are free at {existing}. Free some space, or make a smaller data set."
        )
