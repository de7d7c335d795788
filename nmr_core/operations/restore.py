"""Put a backup back into an empty folder."""

import os
import shutil
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.operations.archive import Backup
from nmr_core.operations.backup import check_space, not_written
from nmr_core.operations.contents import Contents, File
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.files import checksum
from nmr_core.storage.private import private_files
from nmr_core.storage.workspace import server_folder

MARK = ".restoring"
"""File that is in the folder until everything is back."""


def restore(
    source: Path | str, folder: Path | str | None = None, *, progress: Progress = silent
) -> Contents:
    """Write the files of a backup into an empty folder, and compare them with its manifest.

    Parameters
    ----------
    source : Path or str
        The backup: a folder or a tar file.
    folder : Path or str, optional
        An empty folder, or a new one; default: the data folder of the server.
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    Contents
        The manifest.

    Raises
    ------
    InputError
        There is no backup, or the folder holds something.
    FailedError
        The backup is damaged, not complete or of a later version, or the disk is too full; then
        the folder is empty again.
    """
    backup, target = Backup(source), server_folder(folder)
    _check_empty(target)
    check_space(target, backup.contents.n_bytes, "the restored folder")
    try:
        with private_files():
            target.mkdir(parents=True, exist_ok=True)
            (target / MARK).touch()
            _write(backup, target, progress)
    except BaseException as error:
        _clear(target)
        if isinstance(error, OSError):
            raise not_written(error, target) from error
        raise
    (target / MARK).unlink()
    return backup.contents


def check_whole(folder: Path) -> None:
    """Refuse a data folder that was not restored to the end.

    Parameters
    ----------
    folder : Path
        The data folder.

    Raises
    ------
    FailedError
        It is half empty.
    """
    if (folder / MARK).exists():
        raise FailedError(
            f"{folder} was not restored to the end. Empty it, and restore the backup again."
        )


def _check_empty(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError(f"{target} must be a folder, got a file. Choose another place.")
    check_whole(target)
    if target.is_dir() and any(target.iterdir()):
        raise InputError(
            f"A backup is restored into an empty folder only, got {target}. "
            "Move its content away, or choose another folder."
        )


def _write(backup: Backup, target: Path, progress: Progress) -> None:
    writing, checking = part_of(progress, 0, 70), part_of(progress, 70, 100)
    files, total, done = backup.contents.files, backup.contents.n_bytes, 0
    for name, file in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as copy:
            backup.copy(name, copy.write)
        os.utime(path, ns=(file.mtime_ns, file.mtime_ns))
        done += file.size
        writing(done, total, "restoring")
    for n, (name, file) in enumerate(files.items(), 1):
        _check(target / name, file)
        checking(n, len(files), "checking")


def _check(path: Path, file: File) -> None:
    """Compare a restored file with the manifest."""
    if checksum(path) != file.sha256:
        raise FailedError(f"{path} is not what was written. The disk may be faulty; use another.")


def _clear(target: Path) -> None:
    """Remove what this restore has written; the mark goes last."""
    for path in target.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != MARK:
            path.unlink(missing_ok=True)
    (target / MARK).unlink(missing_ok=True)
