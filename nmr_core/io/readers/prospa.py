"""Prospa's binary files (Magritek): data.1d, fid.1d.

"PROS", "DATA" and the version, each reversed; then type, width, height, depth and hyper as int32,
then the numbers, all little-endian. The type tells whether an axis stands before the numbers, and
whether they are pairs (Re, Im).
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nmr_core.io.readers.damage import damaged
from nmr_core.io.readers.records import stored

OWNERS = (b"SORPATAD", b"PROSDATA")
HEAD = 32
"""Bytes before the numbers, version 1.1; 28 in version 1.0, which has no hyper."""


@dataclass(frozen=True)
class Type:
    """What the numbers of a file are.

    Attributes
    ----------
    dtype : str
        Of one number.
    has_axis : bool
        Whether width numbers of an axis stand first.
    is_complex : bool
        Whether a point is a pair (Re, Im).
    """

    dtype: str
    has_axis: bool
    is_complex: bool


TYPES = {
    500: Type("<f4", False, False),
    501: Type("<f4", False, True),
    502: Type("<f8", False, False),
    503: Type("<f4", True, False),
    504: Type("<f4", True, True),
}


@dataclass(frozen=True, eq=False)
class ProspaData:
    """Numbers of a file.

    Attributes
    ----------
    number : int
        Type, as the file gives it.
    type : Type
        What it means.
    n_points, n_records : int
        Width; height, depth and hyper together.
    n_bytes : int
        Size of the file.
    n_head : int
        Bytes before the numbers.
    path : Path
    """

    number: int
    type: Type
    n_points: int
    n_records: int
    n_bytes: int
    n_head: int
    path: Path

    @property
    def numbers_stated(self) -> int:
        """Numbers in the file by its header."""
        per_point = 2 if self.type.is_complex else 1
        axis = self.n_points if self.type.has_axis else 0
        return axis + per_point * self.n_points * self.n_records

    @property
    def numbers_there(self) -> float:
        """Numbers in the file by its size."""
        return (self.n_bytes - self.n_head) / np.dtype(self.type.dtype).itemsize

    @property
    def _numbers(self) -> np.ndarray:
        return stored(self.path, self.type.dtype, self.n_bytes - self.n_head, self.n_head)

    @property
    def axis(self) -> np.ndarray | None:
        """Axis (n_points,) as stored; None without one."""
        if not self.type.has_axis:
            return None
        with np.errstate(invalid="ignore"):  # a damaged axis is no number, which is refused
            return np.array(self._numbers[: self.n_points], float)

    @property
    def rows(self) -> np.ndarray:
        """Numbers (n_records, n) as stored."""
        start = self.n_points if self.type.has_axis else 0
        return self._numbers[start:].reshape(self.n_records, -1)


def open_prospa(path: Path, name: str) -> ProspaData:
    """Return a file by its header; its numbers are read when they are asked for.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Of the measurement, for messages.

    Raises
    ------
    InputError
        The file does not begin as Prospa's files do, or its type is unknown.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
    if len(head) < HEAD or not head.startswith(OWNERS):
        raise damaged(name, "Spinsolve", f"{path.name} does not begin as Prospa's files do")
    is_old = head[8:12] in (b"0.1V", b"V1.0")
    number, *sizes = struct.unpack("<4i" if is_old else "<5i", head[12 : 28 if is_old else 32])
    if number not in TYPES:
        known = ", ".join(map(str, TYPES))
        raise damaged(name, "Spinsolve", f"{path.name} is of type {number}; known are {known}")
    if min(sizes) < 1:
        raise damaged(name, "Spinsolve", f"the header of {path.name} gives no points")
    n_records = int(np.prod(sizes[1:], dtype=float))
    n_head = 28 if is_old else HEAD
    return ProspaData(number, TYPES[number], sizes[0], n_records, path.stat().st_size, n_head, path)
