"""The arrays of NumPy's files, read without trust: nothing is unpickled."""

import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO

import numpy as np

from nmr_core.errors import DamagedError, InputError
from nmr_core.io import budget
from nmr_core.io.archives import check_infos, opened
from nmr_core.io.source import MAX_BYTES, check_numbers

MAX_ARRAYS = 1100
NPY = b"\x93NUMPY"
"""First bytes of one array."""


@dataclass(frozen=True)
class ArrayInfo:
    """One array of an archive, by its header.

    Attributes
    ----------
    entry : zipfile.ZipInfo
    shape : tuple of int
    dtype : numpy.dtype
    """

    entry: zipfile.ZipInfo
    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def name(self) -> str:
        """Name of the array."""
        return self.entry.filename.removesuffix(".npy").strip("/")


def read_npz(file: BinaryIO, name: str) -> dict[str, np.ndarray]:
    """Return all arrays of an open .npz file by name.

    Parameters
    ----------
    file : binary file
        Opened for reading.
    name : str
        What to call it in messages.

    Raises
    ------
    DamagedError
        If the file is damaged, holds Python objects, or an array claims more numbers than it has.
    """
    return {info.name: read_array(file, info, name) for info in array_infos(file, name)}


def array_infos(file: BinaryIO, name: str) -> list[ArrayInfo]:
    """Return the arrays of an open .npz file by their headers, in the order of the file."""
    with _archive(file, name) as archive:
        entries = archive.infolist()
        check_infos(entries, name, MAX_ARRAYS, MAX_BYTES)
        infos = []
        for entry in entries:
            with archive.open(entry) as opened_entry:
                infos.append(ArrayInfo(entry, *header(opened_entry)))
        return infos


def read_array(file: BinaryIO, info: ArrayInfo, name: str) -> np.ndarray:
    """Return one array of an open .npz file; :class:`DamagedError` for Python objects."""
    check_array(info.shape, info.dtype, info.entry.file_size, f"{info.entry.filename} in {name}")
    with _archive(file, name) as archive, archive.open(info.entry) as entry:
        return np.lib.format.read_array(entry, allow_pickle=False)


def check_array(shape: tuple[int, ...], dtype: np.dtype, n_bytes: int, name: str) -> None:
    """Refuse an array before it is read.

    Parameters
    ----------
    shape, dtype
        Of the array, by its header.
    n_bytes : int
        Of its file, unpacked.
    name : str
        What to call it in messages.

    Raises
    ------
    DamagedError
        It holds Python objects, or claims more numbers than its file has.
    """
    n = int(np.prod(shape, dtype=object))
    if dtype.hasobject:
        raise DamagedError(
            f"{name} holds Python objects, which are not read. Write it again with np.savez and "
            "plain arrays."
        )
    if n * dtype.itemsize > n_bytes:
        raise DamagedError(
            f"{name} claims {n:,} numbers, more than its {n_bytes:,} bytes can hold. Write it "
            "again with np.savez and plain arrays."
        )
    check_numbers(n, name)
    # Curves become complex numbers of 8 bytes, whatever they are in the file
    budget.spend(n * max(8, dtype.itemsize), name)


def header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    """Return shape and type of an array from its header alone; ValueError if it is none."""
    try:
        if np.lib.format.read_magic(file) == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        else:
            shape, _, dtype = np.lib.format.read_array_header_2_0(file)
    except (tokenize.TokenError, SyntaxError, TypeError, KeyError, RuntimeError, MemoryError):
        # NumPy reads the header as a Python literal
        raise ValueError("the header is no literal") from None
    return shape, dtype


@contextmanager
def _archive(file: BinaryIO, name: str) -> Iterator[zipfile.ZipFile]:
    """An open archive, whose errors become sentences."""
    try:
        with opened(file, name) as archive:
            yield archive
    except InputError:
        raise
    except zipfile.BadZipFile:
        raise DamagedError(
            f"{name} is a damaged archive: its list of arrays or a checksum is wrong. Get it "
            "again, or write it again with np.savez and plain arrays."
        ) from None
    except NotImplementedError:
        raise DamagedError(
            f"{name} is packed in a way that Python cannot read. Write it again with np.savez."
        ) from None
    except (
        ValueError,
        EOFError,
        OSError,
        RuntimeError,
        TypeError,
        KeyError,
        zlib.error,
        struct.error,
    ):
        raise DamagedError(
            f"{name} is a damaged archive, or an array in it is no NumPy array. Write it again "
            "with np.savez and plain arrays."
        ) from None
