"""MATLAB before 7.3 (.mat): variables, and structures as groups. MATLAB 7.3 writes HDF5."""

import struct
import zlib
from functools import partial
from typing import Any, BinaryIO

import numpy as np

from nmr_core.errors import DamagedError, InputError
from nmr_core.io import budget
from nmr_core.io.archives import MAX_RATIO, SMALL
from nmr_core.io.mat5 import variables
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader
from nmr_core.io.trees import Leaf, Tree

MARK = b"MATLAB 5.0 MAT-file"
HEADER = 128
MAX_DEPTH = 12


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is one of MATLAB, and the reason."""
    head = files.head(HEADER)
    if head.startswith(MARK) and head[126:128] in (b"IM", b"MI"):
        return 0.95, "a MATLAB file"
    if _is_version_4(head):
        return 0.6, "a MATLAB file of version 4"
    return 0.0, "no MATLAB file before 7.3"


def _is_version_4(head: bytes) -> bool:
    """Whether a file begins with the header of a variable: type, sizes and a name."""
    if len(head) < 20:
        return False
    for order in "<>":
        kind, n_rows, n_columns, has_imaginary, n_name = struct.unpack(f"{order}5i", head[:20])
        name = head[20 : 20 + n_name - 1] if 1 < n_name < 64 else b""
        digits = [kind // 1000, kind // 100 % 10, kind // 10 % 10, kind % 10]
        if (
            0 <= kind < 5000
            and digits[1] == 0
            and digits[2] < 6
            and digits[3] < 3
            and n_rows >= 0
            and n_columns >= 0
            and has_imaginary in (0, 1)
            and name.replace(b"_", b"a").isalnum()
            and head[20 + n_name - 1 : 20 + n_name] == b"\0"
        ):
            return True
    return False


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the measurements among the variables; functions and objects are not read."""
    name = files.source.only
    try:
        with files.source.seekable(name) as file:
            if not _is_version_4(files.head(HEADER)):  # whose beginning may be damaged
                budget.spend(files.source.sizes[name], files.name)
                found = variables(file.read(), partial(_unpacked, where=files.name))
            else:
                found = _of_version_4(file)
    except InputError:
        raise
    except Exception:  # its parser has no errors of its own, and trusts the sizes in the file
        raise DamagedError(
            f"{files.name} is a damaged MATLAB file: its variables cannot be read. Save it again "
            "with save -v7, or as HDF5 with save -v7.3."
        ) from None
    tree = Tree()
    for key, value in found.items():
        if not key.startswith("__"):
            _add(tree, key, value, files.name)
    return measurements_from(tree, options, files, "mat")


def _of_version_4(file: BinaryIO) -> dict[str, Any]:
    """Variables of version 4, which are matrices."""
    from scipy.io import loadmat

    return loadmat(file, struct_as_record=True, squeeze_me=False)


def _unpacked(packed: bytes, where: str) -> bytes:
    """A packed element, unless it unpacks to too much."""
    most = max(SMALL, MAX_RATIO * len(packed))
    unpacker = zlib.decompressobj()
    content = unpacker.decompress(packed, int(min(most, budget.left())) + 1)
    if len(content) > most:
        raise InputError(
            f"{where} would unpack to more than {MAX_RATIO} times its size, as no measurement "
            "does. Save it again without compression."
        )
    budget.spend(len(content), where)
    if not unpacker.eof:
        raise ValueError("a packed element is cut off")
    return content


def _add(tree: Tree, path: str, value: Any, where: str, depth: int = 0) -> None:
    """Add a variable: numbers, text, or the fields of structures and cells one by one."""
    is_plain = type(value) is np.ndarray
    if not is_plain or depth > MAX_DEPTH:
        tree.skipped.append(f"{path} (no plain numbers)")
    elif value.dtype.names:
        for index, one in enumerate(value.reshape(-1), 1):
            inner = path if value.size == 1 else f"{path}/{index}"
            for name in value.dtype.names:
                _add(tree, f"{inner}/{name}", one[name], where, depth + 1)
    elif value.dtype == object:
        for index, one in enumerate(value.reshape(-1), 1):
            inner = path if value.size == 1 else f"{path}/{index}"
            _add(tree, inner, one, where, depth + 1)
    elif value.dtype.kind == "U":
        if value.size == 1:
            tree.set(path, str(value.reshape(-1)[0]))
    elif value.size:
        tree.add(Leaf(path, value.shape, value.dtype, partial(np.asarray, value)), where)


READER = Reader(
    "mat",
    "MATLAB (.mat)",
    "one .mat file with variables time and signal",
    sniff,
    read,
    asks=True,
)
