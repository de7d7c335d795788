"""Single files that are packed by gzip or bzip2: recognised by their first bytes, never trusted."""

import bz2
import gzip
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, ClassVar

from nmr_core.errors import InputError
from nmr_core.io.archives import MAX_RATIO, SMALL

_CHUNK = 1 << 20
DAMAGES = (EOFError, OSError, zlib.error, ValueError)
"""What Python raises for packed files that are damaged."""


@dataclass(frozen=True)
class Packing:
    """A way in which one file is packed.

    Attributes
    ----------
    name : str
        Of the program.
    mark : bytes
        First bytes of its files.
    suffixes : tuple of str
        Of its files.
    """

    name: str
    mark: bytes
    suffixes: tuple[str, ...]
    FILES: ClassVar = gzip.GzipFile | bz2.BZ2File

    def open(self, path: Path) -> BinaryIO:
        """Open a packed file for reading what is in it."""
        return gzip.open(path) if self.name == "gzip" else bz2.open(path)  # type: ignore

    def inner_name(self, name: str) -> str:
        """Return the name of the file inside: without the suffix, if it has one."""
        path = PurePath(name)
        if path.suffix.lower() not in self.suffixes or not path.stem:
            return name
        return f"{path.stem}.tar" if path.suffix.lower() in (".tgz", ".tbz") else path.stem

    def size(self, path: Path, most: int) -> int:
        """Return the bytes inside, which are counted while they are unpacked once.

        Raises
        ------
        InputError
            There are more than ``most``, far more than measurements are packed, or it is damaged.
        """
        total = 0
        packed = path.stat().st_size
        try:
            with self.open(path) as file:
                while chunk := file.read(_CHUNK):
                    total += len(chunk)
                    self._check(total, packed, most, path.name)
        except InputError:
            raise
        except DAMAGES:
            raise self._damaged(path.name) from None
        return total

    def unpack(self, path: Path, target: Path, most: int) -> None:
        """Write what is inside into a new file; see :meth:`size`."""
        self.size(path, most)
        with self.open(path) as file, target.open("wb") as written:
            shutil.copyfileobj(file, written, _CHUNK)

    def _check(self, total: int, packed: int, most: int, where: str) -> None:
        if total > most:
            raise InputError(
                f"{where} unpacks to more than {most / 1e6:,.0f} MB, which is not read. Cut out "
                "one echo."
            )
        if total > SMALL and total > MAX_RATIO * packed:
            raise InputError(
                f"{where} would unpack to more than {MAX_RATIO} times its size, as no measurement "
                "does. Unpack it yourself if you trust it."
            )

    def _damaged(self, where: str) -> InputError:
        return InputError(
            f"{where} is packed by {self.name}, and damaged or cut off. Get it again."
        )


PACKINGS = (
    Packing("gzip", b"\x1f\x8b\x08", (".gz", ".tgz", ".gzip")),
    Packing("bzip2", b"BZh", (".bz2", ".tbz", ".bzip2")),
)


def packing_of(path: Path) -> Packing | None:
    """Return how a file is packed; None for a plain file."""
    with path.open("rb") as file:
        head = file.read(10)
    for packing in PACKINGS:
        if not head.startswith(packing.mark):
            continue
        if packing.name == "bzip2" and head[4:10] != b"1AY&SY":
            continue
        return packing
    return None


def unpacked(path: Path, folder: Path, most: int = 500_000_000) -> Path:
    """Return a file in a folder that holds what is packed in another.

    Parameters
    ----------
    path : Path
        A file for which :func:`packing_of` gives a packing.
    folder : Path
        Where to write it.
    most : int
        Bytes that are unpacked at most.
    """
    packing = packing_of(path)
    assert packing is not None
    target = folder / packing.inner_name(path.name)
    packing.unpack(path, target, most)
    return target
