"""Where deleted data sets wait, so that deleting can be undone: ``datasets/.trash/<id>``, for a week."""

import os
import shutil
import time
from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.storage.files import failure
from nmr_core.storage.workspace import checked_id, datasets_folder

DAYS_KEPT = 7


def trash_folder() -> Path:
    """``datasets/.trash``."""
    return datasets_folder() / ".trash"


def discard(folder: Path) -> None:
    """Move a data set's folder to the trash."""
    target = trash_folder() / folder.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        os.utime(folder)  # the week begins now
        os.replace(folder, target)
    except OSError as error:
        raise failure(error, target) from error


def restore(name: str) -> None:
    """Take a data set out of the trash."""
    source, target = trash_folder() / checked_id(name), datasets_folder() / name
    if not (source / "manifest.json").is_file():
        raise InputError(
            f"There is no deleted data set {name!r}: what is deleted is kept for {DAYS_KEPT} days. "
            "Generate it again."
        )
    if target.exists():
        raise InputError(
            f"There is a data set {name!r} again, so the deleted one cannot come back. Delete that one first."
        )
    try:
        os.replace(source, target)
    except OSError as error:
        raise failure(error, target) from error


def empty_trash(days: float = DAYS_KEPT) -> list[str]:
    """Remove for good what was deleted more than ``days`` ago; the ids that went."""
    root, gone = trash_folder(), []
    for folder in list(root.iterdir()) if root.is_dir() else []:
        try:
            if time.time() - folder.stat().st_mtime > 86400 * days:
                shutil.rmtree(folder)
                gone.append(folder.name)
        except OSError:  # another page empties it, too
            continue
    return gone
