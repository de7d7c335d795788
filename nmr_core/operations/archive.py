"""A backup as a folder or as one tar file.

    BACKUP/data/<path in the data folder>   BACKUP/manifest.json

A tar file has the same members, the manifest last: one that was cut off has none.
"""

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from nmr_core.errors import FailedError, InputError
from nmr_core.operations.contents import MANIFEST, Contents, File, parse

TAR = ".tar"
_DATA = "data/"
_CHUNK = 1 << 20
_BLOCK = tarfile.BLOCKSIZE


class Writer(Protocol):
    """Writes a backup."""

    def add(self, name: str, source: BinaryIO, size: int, mtime_ns: int) -> File:
        """Write the first ``size`` bytes of a file."""

    def finish(self, contents: Contents) -> None:
        """Write the manifest."""


class FolderWriter:
    """Writes a backup as a folder.

    Parameters
    ----------
    folder : Path
        A new folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)

    def add(self, name: str, source: BinaryIO, size: int, mtime_ns: int) -> File:
        """Write the first ``size`` bytes of a file; what was there under this name is replaced."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        with path.open("wb") as file:
            digest = _copy(source, size, file.write)
        os.utime(path, ns=(mtime_ns, mtime_ns))
        return File(size, digest, mtime_ns)

    def link(self, name: str, earlier: Path) -> bool:
        """Link a file to that of an earlier backup; False where that is impossible."""
        path = self._path(name)
        path.unlink(missing_ok=True)
        try:
            os.link(earlier, path)
        except OSError:
            return False
        return True

    def finish(self, contents: Contents) -> None:
        """Write the manifest, and remove files that it does not name."""
        data = self.folder / "data"
        for path in sorted(data.rglob("*"), reverse=True):
            if path.is_file() and path.relative_to(data).as_posix() not in contents.files:
                path.unlink()
        if hasattr(os, "sync"):
            os.sync()
        with (self.folder / MANIFEST).open("w", encoding="utf-8") as file:
            file.write(contents.text())
            file.flush()
            os.fsync(file.fileno())

    def _path(self, name: str) -> Path:
        path = self.folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class TarWriter:
    """Writes a backup as a tar file.

    Parameters
    ----------
    file : file
        Open for writing bytes.

    Notes
    -----
    A file that was written twice is there twice; the manifest knows where the last one begins.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def add(self, name: str, source: BinaryIO, size: int, mtime_ns: int) -> File:
        """Write the first ``size`` bytes of a file."""
        start = self.file.tell()
        offset = self._head(_DATA + name, size, mtime_ns)
        try:
            digest = _copy(source, size, self.file.write)
        except EOFError:  # it has become shorter
            self.file.seek(start)
            self.file.truncate()
            raise
        self._fill(size)
        return File(size, digest, mtime_ns, offset)

    def finish(self, contents: Contents) -> None:
        """Write the manifest and the end."""
        text = contents.text().encode()
        self._head(MANIFEST, len(text), int(contents.created * 1e9))
        self.file.write(text)
        self._fill(len(text))
        self.file.write(bytes(2 * _BLOCK))
        self.file.flush()
        os.fsync(self.file.fileno())

    def _head(self, name: str, size: int, mtime_ns: int) -> int:
        """Write the head of a member; where its content begins."""
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, mtime_ns // 10**9, 0o600
        self.file.write(info.tobuf(tarfile.PAX_FORMAT))
        return self.file.tell()

    def _fill(self, size: int) -> None:
        self.file.write(bytes(-size % _BLOCK))


class Backup:
    """A finished backup.

    Parameters
    ----------
    path : Path or str
        Its folder or tar file.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is not complete, or of a later version.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).absolute()
        if not self.path.exists():
            raise InputError(f"There is no backup {self.path}. Check the path.")
        self.is_folder = self.path.is_dir()
        self.contents = parse(self._manifest(), f"the backup {self.path}")

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file of the backup, open for reading; its content begins at the present position."""
        path = self.path / "data" / name if self.is_folder else self.path
        with path.open("rb") as file:
            file.seek(self.contents.files[name].offset)
            yield file

    def copy(self, name: str, write: Callable[[bytes], object]) -> None:
        """Hand out the content of a file, and check it.

        Raises
        ------
        FailedError
            It is not what was written.
        """
        file = self.contents.files[name]
        try:
            with self.open(name) as source:
                digest = _copy(source, file.size, write)
                is_longer = self.is_folder and bool(source.read(1))
        except FileNotFoundError:
            raise self._damaged(name, "is missing") from None
        except EOFError:
            raise self._damaged(name, "is cut off") from None
        if digest != file.sha256 or is_longer:
            raise self._damaged(name, "has another content")

    def _damaged(self, name: str, how: str) -> FailedError:
        return FailedError(f"The backup {self.path} is damaged: {name} {how}. Use another backup.")

    def _manifest(self) -> str:
        if self.is_folder:
            with suppress(FileNotFoundError):
                return (self.path / MANIFEST).read_text(encoding="utf-8")
        else:
            with suppress(tarfile.TarError, EOFError), tarfile.open(self.path, "r:") as archive:
                last = archive.getmembers()[-1]
                content = archive.extractfile(last) if last.name == MANIFEST else None
                if content is not None:
                    return content.read().decode("utf-8", "replace")
        raise FailedError(
            f"{self.path} is not a complete backup: it has no manifest at its end. Use another one."
        )


def _copy(source: BinaryIO, size: int, write: Callable[[bytes], object]) -> str:
    """Copy ``size`` bytes; SHA-256 of them. :class:`EOFError` if there are fewer."""
    digest = hashlib.sha256()
    left = size
    while left:
        piece = source.read(min(_CHUNK, left))
        if not piece:
            raise EOFError
        digest.update(piece)
        write(piece)
        left -= len(piece)
    return digest.hexdigest()
