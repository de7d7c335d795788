"""The arrays of a NumPy archive, read without trust: nothing is unpickled."""

import zipfile
from typing import IO, BinaryIO

import numpy as np

from nmr_core.errors import DamagedError, InputError, first_line
from nmr_core.io import budget
from nmr_core.io.archives import check_infos, opened
from nmr_core.io.source import MAX_BYTES, check_numbers

MAX_ARRAYS = 1100


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
    try:
        with opened(file, name) as archive:
            infos = archive.infolist()
            check_infos(infos, name, MAX_ARRAYS, MAX_BYTES)
            return {
                info.filename.removesuffix(".npy"): _array(archive, info, name) for info in infos
            }
    except InputError:
        raise
    except (
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise DamagedError(
            f"{name} is damaged or holds Python objects ({first_line(error)}). Write it again with "
            "np.savez and plain arrays."
        ) from None


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> np.ndarray:
    with archive.open(info) as entry:
        shape, dtype = _shape(entry)
    n = int(np.prod(shape, dtype=object))
    if dtype.hasobject or n * dtype.itemsize > info.file_size:
        raise DamagedError(
            f"{info.filename} in {name} holds Python objects, or claims more numbers than it has. "
            "Write it again with np.savez and plain arrays."
        )
    check_numbers(n, info.filename)
    # Curves become complex numbers of 8 bytes, whatever they are in the file
    budget.spend(n * max(8, dtype.itemsize), info.filename)
    with archive.open(info) as entry:
        return np.lib.format.read_array(entry, allow_pickle=False)


def _shape(entry: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of an array from its header alone."""
    if np.lib.format.read_magic(entry) == (1, 0):
        shape, _, dtype = np.lib.format.read_array_header_1_0(entry)
    else:
        shape, _, dtype = np.lib.format.read_array_header_2_0(entry)
    return shape, dtype
