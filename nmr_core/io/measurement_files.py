"""The files of one measurement (a file, a folder or a zip of it), where readers can open them."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nmr_core.errors import FailedError, InputError
from nmr_core.io.archives import (
    DAMAGES,
    check_infos,
    check_name,
    damaged_zip,
    entries_of,
    entry_path,
    is_npz,
    opened,
)
from nmr_core.io.natural import natural
from nmr_core.io.packed import packing_of, unpacked
from nmr_core.io.source import MAX_FILES, Source, is_ignored, open_source
from nmr_core.io.vendor_folders import incomplete, is_vendor_folder

MAX_BYTES = 500_000_000
"""All files of one measurement, unpacked."""
MAX_DEPTH = 4
"""Folders in folders in which measurements are looked for."""
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

    A zip is unpacked into a temporary folder, after its names and sizes were checked, and so is a
    file that is packed by gzip or bzip2; a folder with the folder of one measurement stands for
    that.

    Raises
    ------
    InputError
        If there is nothing, too much, several measurements, or a zip that cannot be trusted.
    """
    path = Path(path)
    # Windows keeps a file as long as its numbers are mapped
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        name = path.name
        if path.is_file() and packing_of(path):
            path = unpacked(path, Path(folder))
        if path.is_file() and zipfile.is_zipfile(path) and not is_npz(path):
            inside = Path(folder) / "files"
            inside.mkdir()
            _unpack(path, inside, name)
            path = inside
        elif path.is_dir():
            path = _measurement(path)
            name = path.name
        yield MeasurementFiles(path, name, _checked(open_source(path), name))


def _checked(source: Source, name: str) -> Source:
    total = sum(source.sizes.values())
    if total > MAX_BYTES:
        raise InputError(
            f"{name} holds {total / 1e6:,.0f} MB, at most {MAX_BYTES / 1e6:,.0f} MB are read as "
            "one measurement. Cut out one echo."
        )
    return source


def _measurement(path: Path) -> Path:
    """The folder if it is a measurement of a vendor, else its only inner folder that is one."""
    try:
        if is_vendor_folder(_file_names(path)):
            return path
        inner = list(_vendor_folders(path, MAX_DEPTH))
    except OSError as error:
        raise FailedError(
            f"{path} could not be read ({error.strerror or error}). Check its permissions."
        ) from None
    if not inner:
        return path
    if len(inner) > 1:
        shown = [str(one.relative_to(path)) for one in sorted(inner, key=_natural)]
        raise several_measurements(path.name, shown)
    return inner[0]


def _file_names(folder: Path) -> set[str]:
    return {item.name for item in folder.iterdir() if item.is_file() and not is_ignored(item.name)}


def _vendor_folders(folder: Path, depth: int) -> Iterator[Path]:
    """The folders in a folder that are measurements of a vendor."""
    for item in sorted(folder.iterdir()):
        if not item.is_dir() or is_ignored(item.name) or item.is_symlink():
            continue
        if is_vendor_folder(_file_names(item)):
            yield item
        elif depth > 1:
            yield from _vendor_folders(item, depth - 1)


def _natural(path: Path) -> list[tuple[int, int, str]]:
    return natural(str(path))


def several_measurements(name: str, places: Sequence[str]) -> InputError:
    """Return the error for a folder or zip with several measurements.

    Parameters
    ----------
    name : str
        Of the folder or zip.
    places : sequence of str
        Folders of the measurements, in it.
    """
    shown = ", ".join(place[:40] for place in places[:4])
    more = f" and {len(places) - 4:,} more" if len(places) > 4 else ""
    return InputError(
        f"{name} holds {len(places):,} measurements ({shown}{more}). Give one of these folders, or "
        "read all of them as a series."
    )


def _unpack(path: Path, folder: Path, name: str) -> None:
    """The files of one folder of a zip: the measurement of a vendor, else the only one."""
    try:
        with path.open("rb") as file, opened(file, name) as archive:
            infos = entries_of(archive, name)
            check_infos(infos, name, MAX_FILES, MAX_BYTES)
            for info in infos:
                check_name(info, name)
            for info in _one_folder(infos, name):
                with (
                    archive.open(info) as packed,
                    (folder / entry_path(info).name).open("wb") as target,
                ):
                    shutil.copyfileobj(packed, target, 1 << 20)
    except InputError:
        raise
    except DAMAGES as error:
        raise damaged_zip(name, error) from None


def _one_folder(infos: list[zipfile.ZipInfo], name: str) -> list[zipfile.ZipInfo]:
    folders: dict[str, list[zipfile.ZipInfo]] = {}
    for info in infos:
        path = entry_path(info)
        if not is_ignored(path.name):
            folders.setdefault(str(path.parent), []).append(info)
    of_vendors = [
        key
        for key, own in folders.items()
        if is_vendor_folder({entry_path(info).name for info in own})
    ]
    if len(of_vendors) > 1:
        raise several_measurements(name, sorted(of_vendors, key=natural))
    chosen = of_vendors or list(folders)
    if not chosen:
        raise InputError(f"{name} holds no files. Zip the files of one measurement.")
    if len(chosen) > 1:
        names = {entry_path(info).name for own in folders.values() for info in own}
        lacking = incomplete(names, name)
        shown = ", ".join(sorted(chosen, key=natural))[:80]
        raise InputError(
            lacking
            or f"{name} holds files in {len(chosen)} folders ({shown}), none of which is the "
            "measurement of a vendor. Zip one measurement at a time, or read them as a series."
        )
    return folders[chosen[0]]
