"""The files of one measurement (a file, a folder or a zip of it), where readers can open them."""

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from nmr_core.errors import FailedError, InputError, first_line
from nmr_core.io.archives import check_infos, check_name, is_npz, opened
from nmr_core.io.source import MAX_FILES, Source, open_source

MAX_BYTES = 500_000_000
"""All files of one measurement, unpacked."""
MARKS = ("fid", "ser", "data.dat", "data.1d", "fid.1d", "nmr_fid.dx")
"""Names by which a vendor's folder is known."""


@dataclass(frozen=True)
class MeasurementFiles:
    """Files of one measurement on the disk.

    Attributes
    ----------
    path : Path
        The file, or the folder with the files (of a zip: a temporary one).
    name : str
        Name of the file, folder or zip, for messages.
    source : Source
        The files, to look into.
    memo : dict
        What was found in them, so that it is looked for only once.
    """

    path: Path
    name: str
    source: Source
    memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def names(self) -> set[str]:
        """File names of the folder (or the file's)."""
        return set(self.source.names)

    @property
    def file(self) -> Path | None:
        """The only file; None for a folder of several."""
        if self.path.is_file():
            return self.path
        return self.path / self.source.single if self.source.single else None

    def head(self, n_bytes: int = 4096) -> bytes:
        """The first bytes of the only file; nothing for a folder of several."""
        return self.source.head(self.source.single, n_bytes) if self.source.single else b""


@contextmanager
def open_measurement(path: str | Path) -> Iterator[MeasurementFiles]:
    """Open a file, a vendor's folder, or a zip of it.

    A zip is unpacked into a temporary folder, after its names and sizes were checked; a folder
    whose only content is the
    folder of a measurement stands for that.

    Raises
    ------
    InputError
        If there is nothing, too much, several measurements, or a zip that cannot be trusted.
    """
    path = Path(path)
    if path.is_file() and zipfile.is_zipfile(path) and not is_npz(path):
        with tempfile.TemporaryDirectory() as folder:
            _unpack(path, Path(folder))
            yield MeasurementFiles(
                Path(folder), path.name, _checked(open_source(folder), path.name)
            )
        return
    if path.is_dir():
        path = _measurement(path)
    yield MeasurementFiles(path, path.name, _checked(open_source(path), path.name))


def _checked(source: Source, name: str) -> Source:
    total = sum(source.sizes.values())
    if total > MAX_BYTES:
        raise InputError(
            f"{name} holds {total / 1e6:,.0f} MB, at most {MAX_BYTES / 1e6:,.0f} MB are read as "
            "one measurement. Cut out one echo."
        )
    return source


def _measurement(path: Path) -> Path:
    """The folder if it holds a measurement or any file, else its only subfolder that does."""
    try:
        if any(item.is_file() for item in path.iterdir()):
            return path
        inner = [
            item
            for item in sorted(path.iterdir())
            if item.is_dir() and any((item / mark).is_file() for mark in MARKS)
        ]
    except OSError as error:
        raise FailedError(
            f"{path} could not be read ({error.strerror or error}). Check its permissions."
        ) from None
    if len(inner) > 1:
        raise InputError(
            f"{path.name} holds {len(inner)} measurements "
            f"({', '.join(item.name for item in inner)[:80]}). Give one of these folders."
        )
    return inner[0] if inner else path


def _unpack(path: Path, folder: Path) -> None:
    """The files of one folder of a zip: the one with a vendor's data, else the only one."""
    try:
        with path.open("rb") as file, opened(file, path.name) as archive:
            infos = [
                info
                for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith("__MACOSX/")
            ]
            check_infos(infos, path.name, MAX_FILES, MAX_BYTES)
            for info in infos:
                check_name(info, path.name)
            for info in _one_folder(infos, path.name):
                with (
                    archive.open(info) as packed,
                    (folder / PurePosixPath(info.filename).name).open("wb") as unpacked,
                ):
                    shutil.copyfileobj(packed, unpacked, 1 << 20)
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        zlib.error,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path.name} is a damaged zip file ({first_line(error)}). Get it again."
        ) from None


def _one_folder(infos: list[zipfile.ZipInfo], name: str) -> list[zipfile.ZipInfo]:
    folders: dict[str, list[zipfile.ZipInfo]] = {}
    for info in infos:
        folders.setdefault(str(PurePosixPath(info.filename).parent), []).append(info)
    marked = [
        key
        for key, own in folders.items()
        if any(PurePosixPath(info.filename).name in MARKS for info in own)
    ]
    chosen = marked or list(folders)
    if len(chosen) != 1:
        if not chosen:
            raise InputError(f"{name} holds no files. Zip the files of one measurement.")
        raise InputError(
            f"{name} holds files in {len(chosen)} folders ({', '.join(sorted(chosen))[:80]}). Zip "
            "one measurement at a time."
        )
    return folders[chosen[0]]
