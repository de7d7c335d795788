"""A backup of a data folder while people work: everything that was confirmed before it began.

The folder is listed and copied until another look finds every thing as it was copied: then all of
them existed at one moment. Where that never happens, each thing is of one moment. Databases are
copied by the backup of SQLite, the table of jobs first and the list of people last, so that neither
names what the backup lacks.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.operations.archive import TAR, Backup, FolderWriter, TarWriter, Writer
from nmr_core.operations.contents import Contents, File
from nmr_core.operations.databases import copy_database
from nmr_core.operations.inventory import Inventory, Stamp, look, look_at, stamp_of, units
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.files import checksum, is_full
from nmr_core.storage.spaces.limits import size as size_text
from nmr_core.storage.workspace import server_folder

LAST = "people.sqlite3"
"""Copied at the end: a person may come while a backup is taken, and must own nothing unknown."""
PASSES = 5
"""Looks at a folder that changes all the time, before each thing is looked at by itself."""
ATTEMPTS = 50
"""Looks at a thing that changes all the time, before the backup is given up."""


def take(
    target: Path | str,
    *,
    folder: Path | str | None = None,
    base: Path | str | None = None,
    progress: Progress = silent,
) -> Contents:
    """Write a backup and check it.

    Parameters
    ----------
    target : Path or str
        A new tar file, if the name ends with ``.tar``; else a new folder.
    folder : Path or str, optional
        The data folder; default: that of the server.
    base : Path or str, optional
        An earlier backup as a folder: what has not changed since is a hard link to it.
    progress : callable
        Called as progress(done, total, text).

    Returns
    -------
    Contents
        The manifest.

    Raises
    ------
    InputError
        ``target`` exists or lies in the data folder, or ``base`` is no folder.
    FailedError
        The disk is too full, a database is damaged, or what was written cannot be read.
    """
    root = server_folder(folder)
    place = Path(target).absolute()
    _check_places(root, place)
    earlier = _earlier(base, place)
    inventory = look(root)
    if not (inventory.files or inventory.databases):
        raise InputError(f"The data folder {root} is empty. Set NMR_DATA to that of the server.")
    if earlier is None:
        check_space(place.parent, inventory.n_bytes, "the backup")
    with _new(place) as temporary:
        copying = part_of(progress, 0, 70)
        contents = _write(temporary, place.suffix == TAR, inventory, earlier, copying)
        check(Backup(temporary), part_of(progress, 70, 100))
        os.replace(temporary, place)
    progress(100, 100, "done")
    return contents


def check(backup: Backup, progress: Progress = silent) -> None:
    """Read a backup in full and compare it with its manifest; :class:`FailedError` if it differs.

    Parameters
    ----------
    backup : Backup
        The backup.
    progress : callable
        Called as progress(done, total, text).
    """
    done = 0
    for name, file in backup.contents.files.items():
        backup.copy(name, _ignore)
        done += file.size
        progress(done, backup.contents.n_bytes, "checking")


def check_space(folder: Path, n_bytes: float, what: str) -> None:
    """Refuse to begin where there is no room.

    Parameters
    ----------
    folder : Path
        Where it is written.
    n_bytes : float
        What is needed.
    what : str
        Noun for the sentence.
    """
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < 1.02 * n_bytes + 1e6:
        raise FailedError(
            f"The disk is too full: {what} needs {size_text(n_bytes)}, {size_text(free)} are free "
            f"at {existing}. Free some space, or choose another disk."
        )


def not_written(error: OSError, place: Path) -> FailedError:
    """The sentence for an error of the system while ``place`` was written; nothing is left of it.

    Parameters
    ----------
    error : OSError
        The error.
    place : Path
        The backup, or the folder that is restored.
    """
    if is_full(error):
        return FailedError(f"The disk became full: {place} was not written. Free some space.")
    return FailedError(
        f"{place} could not be written ({error.strerror or error}). Check the permissions."
    )


def _ignore(piece: bytes) -> None:
    """Nothing is written by a check."""


def _check_places(root: Path, place: Path) -> None:
    if place.exists():
        raise InputError(f"There is {place} already. Choose a new name, such as the date.")
    if place.is_relative_to(root):
        raise InputError(f"A backup must not lie in the data folder {root}. Choose another place.")
    if not root.is_dir():
        raise InputError(f"There is no data folder {root}. Set NMR_DATA to that of the server.")


def _earlier(base: Path | str | None, place: Path) -> Backup | None:
    if base is None:
        return None
    backup = Backup(base)
    if not backup.is_folder or place.suffix == TAR:
        raise InputError("Hard links need folders: neither backup can be a .tar file.")
    return backup


@contextmanager
def _new(place: Path) -> Iterator[Path]:
    """A path beside the new backup that disappears after an error."""
    temporary = place.with_name(f".{place.name}.{secrets.token_hex(3)}.tmp")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
    except OSError as error:
        raise not_written(error, place) from error
    finally:
        with suppress(OSError):
            if temporary.is_dir():
                shutil.rmtree(temporary)
            temporary.unlink(missing_ok=True)


def _write(
    temporary: Path,
    is_tar: bool,
    inventory: Inventory,
    earlier: Backup | None,
    progress: Progress,
) -> Contents:
    """Write all files and the manifest."""
    if is_tar:
        temporary.touch(mode=0o600)
        with temporary.open("r+b") as file:
            return _Copying(TarWriter(file), temporary, inventory, progress).run()
    writer = FolderWriter(temporary)
    return _Copying(writer, temporary, inventory, progress, earlier).run()


class _Copying:
    """One backup while it is written; ``whole`` are things that were found as they were copied."""

    def __init__(
        self,
        writer: Writer,
        temporary: Path,
        inventory: Inventory,
        progress: Progress,
        earlier: Backup | None = None,
    ) -> None:
        self.writer, self.temporary, self.earlier = writer, temporary, earlier
        self.root, self.inventory = inventory.root, inventory
        self.contents = Contents(time.time(), left_out=inventory.left_out)
        self.stamps: dict[str, Stamp] = {}
        self.whole: set[str] = set()
        self.progress, self.done, self.total = progress, 0, inventory.n_bytes

    def run(self) -> Contents:
        """Copy everything."""
        for name in self.inventory.databases:
            if name != LAST:
                self._database(name)
        self._things()
        self._growing()
        if LAST in self.inventory.databases:
            self._database(LAST)
        self.writer.finish(self.contents)
        return self.contents

    def _growing(self) -> None:
        """Copy what lines are added to, again where a rotation has given files other names."""
        for _ in range(PASSES):
            now = look(self.root).growing
            moved = [name for name in now if self.stamps.get(name, (0,))[0] != now[name][0]]
            if not moved:
                return
            for name in moved:
                self._file(name)

    def _things(self) -> None:
        """Copy until every thing is of one moment."""
        for _ in range(PASSES):
            changed = self._changed(look(self.root).files)
            if not changed:
                return
            for name in sorted(changed):
                self.whole.discard(changed[name])
                self._file(name)
        for unit in sorted(set(self._changed(look(self.root).files).values())):
            self._thing(unit)

    def _changed(self, now: dict[str, Stamp]) -> dict[str, str]:
        """Relative paths of files that differ from what was copied -> their things."""
        unit = units({*now, *self.stamps})
        names = {name for name in unit if now.get(name) != self.stamps.get(name)}
        changed = {name: unit[name] for name in names}
        self.whole |= set(unit.values()) - set(changed.values())
        return changed

    def _thing(self, unit: str) -> None:
        """Copy a thing until it is of one moment; one that was copied may be deleted by now."""
        for _ in range(ATTEMPTS):
            now = look_at(self.root, unit)
            copied = {name for name in self.stamps if name == unit or name.startswith(f"{unit}/")}
            if not now and unit in self.whole:
                return
            changed = {n for n in {*now, *copied} if now.get(n) != self.stamps.get(n)}
            if not changed:
                return
            self.whole.discard(unit)
            for name in sorted(changed):
                self._file(name)
        raise FailedError(
            f"{self.root / unit} changes all the time, so there is no backup. "
            "Try again when its job has ended."
        )

    def _file(self, name: str) -> None:
        """Copy a file, unless it disappears meanwhile: the next look tells."""
        self._forget(name)
        try:
            with (self.root / name).open("rb") as source:
                stamp = stamp_of(os.fstat(source.fileno()))
                file = self._linked(name, stamp)
                file = file or self.writer.add(name, source, stamp[1], stamp[2])
        except (FileNotFoundError, EOFError):
            return
        self.contents.files[name], self.stamps[name] = file, stamp
        self._report(file.size)

    def _linked(self, name: str, stamp: Stamp) -> File | None:
        """The file of the earlier backup, if it has not changed since."""
        if self.earlier is None or not isinstance(self.writer, FolderWriter):
            return None
        file = self.earlier.contents.files.get(name)
        if file is None or (file.size, file.mtime_ns) != stamp[1:]:
            return None
        path = self.earlier.path / "data" / name
        try:
            is_sound = checksum(path) == file.sha256
        except OSError:
            return None
        return file if is_sound and self.writer.link(name, path) else None

    def _database(self, name: str) -> None:
        copy = self.temporary.with_name(f"{self.temporary.name}-copy")
        try:
            copy.touch(mode=0o600)
            copy_database(self.root / name, copy)
            size, now = copy.stat().st_size, time.time_ns()
            with copy.open("rb") as source:
                self.contents.files[name] = self.writer.add(name, source, size, now)
        finally:
            for ending in ("", "-wal", "-shm", "-journal"):
                copy.with_name(copy.name + ending).unlink(missing_ok=True)
        self._report(size)

    def _forget(self, name: str) -> None:
        self.contents.files.pop(name, None)
        self.stamps.pop(name, None)

    def _report(self, n_bytes: int) -> None:
        self.done += n_bytes
        self.total = max(self.total, self.done)
        self.progress(self.done, self.total, f"{size_text(self.done)} copied")
