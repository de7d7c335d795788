"""Files to read: one file, a folder, or a zip, all opened the same way and none trusted."""

import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from nmr_core.errors import FailedError, InputError
from nmr_core.io import budget
from nmr_core.io.archives import DAMAGES, checked_names, damaged_zip, is_npz
from nmr_core.io.packed import Packing, packing_of
from nmr_core.io.text_options import TextOptions

MAX_BYTES = 4_000_000_000
"""All files of one import together, unpacked."""
MAX_FILES = 1000
MAX_NUMBERS = 500_000_000
"""Points of all curves together: 4 GB in memory."""
BYTES_PER_POINT = 8
"""Of a curve in memory."""
UNPACKING = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError)
"""Errors of unpacking, which are none of the content."""
IGNORED = ("thumbs.db", "desktop.ini", "__macosx")


@dataclass(frozen=True)
class Source:
    """Files by name.

    Attributes
    ----------
    path : Path
        The file, folder or zip.
    openers : dict of str to callable
        Each opens one file for reading; a packed file never gives more bytes than it declares.
    sizes : dict of str to int
        Bytes of each file, unpacked.
    text : TextOptions
        How text files are written, where that is not to be recognised.
    """

    path: Path
    openers: dict[str, Callable[[], BinaryIO]]
    sizes: dict[str, int]
    text: TextOptions = field(default_factory=TextOptions)

    @property
    def names(self) -> list[str]:
        """File names, sorted."""
        return sorted(self.openers)

    @property
    def single(self) -> str | None:
        """The name of the only file; None if there are several."""
        return self.names[0] if len(self.openers) == 1 else None

    @property
    def only(self) -> str:
        """The name of the only file.

        Raises
        ------
        InputError
            There are several, or none.
        """
        if self.single is None:
            raise InputError(f"{self.path.name} must hold one file, got {len(self.openers)}.")
        return self.single

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file for reading from its beginning on."""
        with self.openers[name]() as file:
            try:
                yield file
            except UNPACKING as error:
                if not isinstance(file, zipfile.ZipExtFile):
                    raise
                raise damaged_zip(self.path.name, error) from None

    @contextmanager
    def seekable(self, name: str) -> Iterator[BinaryIO]:
        """A file for reading in any order; a packed one is unpacked into a temporary file."""
        with self.open(name) as file:
            if not isinstance(file, zipfile.ZipExtFile | Packing.FILES):
                yield file
                return
            with tempfile.TemporaryFile() as unpacked:
                shutil.copyfileobj(file, unpacked, 1 << 20)
                unpacked.seek(0)
                yield unpacked

    def head(self, name: str, n_bytes: int = 1 << 16) -> bytes:
        """The first bytes of a file."""
        with self.open(name) as file:
            return file.read(n_bytes)

    def checked_size(self) -> "Source":
        """Return the source itself; :class:`InputError` if it is too much to read, or nothing."""
        total = sum(self.sizes.values())
        if len(self.sizes) > MAX_FILES or total > MAX_BYTES:
            raise InputError(
                f"{self.path.name} holds {len(self.sizes):,} files with {total / 1e9:,.1f} GB; at "
                f"most {MAX_FILES:,} files with {MAX_BYTES / 1e9:g} GB are read. Split it and "
                "import the pieces."
            )
        if not self.sizes:
            raise InputError(
                f"{self.path} holds no files. Give the folder, file or zip that holds the curves."
            )
        return self


def check_numbers(n_numbers: int, name: str) -> None:
    """Refuse curves that would not fit into memory."""
    if n_numbers > MAX_NUMBERS:
        raise InputError(
            f"{name} holds {n_numbers:,} points, at most {MAX_NUMBERS:,} are read at once. Split "
            "it and import the pieces."
        )
    budget.check(BYTES_PER_POINT * n_numbers, name)


def open_source(path: str | Path) -> Source:
    """Return the files at ``path``: a file, a folder (without its folders), or a zip of one folder.

    Raises
    ------
    InputError
        If there is nothing, too much, or a zip that cannot be trusted.
    FailedError
        If it cannot be read.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return _folder(path).checked_size()
        if path.is_file():
            zipped = zipfile.is_zipfile(path) and not is_npz(path)
            return (_zip(path) if zipped else _file(path)).checked_size()
    except OSError as error:
        raise FailedError(
            f"{path} could not be read ({error.strerror or error}). Check its permissions."
        ) from None
    raise InputError(f"There is no file or folder {str(path)[:200]!r}. Check the spelling.")


def _file(path: Path) -> Source:
    return _plain_files(path, [path])


def _folder(path: Path) -> Source:
    files = [item for item in sorted(path.iterdir()) if item.is_file()]
    files = [item for item in files if not is_ignored(item.name)]
    for item in files:
        if not item.resolve().is_relative_to(path.resolve()):
            raise InputError(
                f"{item.name} is a link that leads out of the folder. Copy the file itself into "
                "the folder."
            )
    return _plain_files(path, files)


def _plain_files(path: Path, files: list[Path]) -> Source:
    """Files on the disk; those that are packed by gzip or bzip2 stand for what is in them."""
    openers: dict[str, Callable[[], BinaryIO]] = {}
    sizes = {}
    for file in files:
        packing = packing_of(file)
        if packing is None:
            openers[file.name] = partial(_opened, file)
            sizes[file.name] = file.stat().st_size
        else:
            name = packing.inner_name(file.name)
            openers[name] = partial(packing.open, file)
            sizes[name] = packing.size(file, MAX_BYTES)
    return Source(path, openers, sizes)


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _zip(path: Path) -> Source:
    entries = {
        name: info
        for name, info in checked_names(path, MAX_FILES, MAX_BYTES).items()
        if not is_ignored(name)
    }
    twice = next((name for name in entries if name.lower().endswith((".gz", ".bz2"))), None)
    if twice is not None:
        raise InputError(
            f"{path.name} holds {twice[:60]}, which is packed as well. Unpack such files before "
            "zipping them, or give them in a folder."
        )
    return Source(
        path,
        {name: partial(_packed, path, info) for name, info in entries.items()},
        {name: info.file_size for name, info in entries.items()},
    )


def _packed(path: Path, info: zipfile.ZipInfo) -> BinaryIO:
    """An entry, unpacked while it is read."""
    try:
        with zipfile.ZipFile(path) as archive:
            # The entry keeps the archive's file open as long as it needs it
            return archive.open(info)  # type: ignore[return-value]
    except DAMAGES as error:
        raise damaged_zip(path.name, error) from None


def is_ignored(name: str) -> bool:
    """Return whether a file belongs to the system, not to a measurement."""
    return name.startswith(".") or name.lower() in IGNORED
