"""Header and parameters of a JEOL Delta file (.jdf).

The header is big-endian; parameters and data have the order that it gives.

References
----------
JEOL, "Delta NMR data file format" (public description of JDF version 1).
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

HEAD = 1360
PARAMETER = 64
"""Bytes of the header and of one parameter."""
MAX_PARAMETERS = 20_000
EDGES = {1: 8, 2: 32, 12: 4}
"""Points of a block of data in each direction, by format: one, two, small two dimensions."""
SECOND, HERTZ, PPM, KELVIN, CELSIUS, TESLA = 28, 13, 26, 14, 4, 31
REAL, COMPLEX, REAL_COMPLEX = 1, 3, 4
"""Kinds of an axis."""


@dataclass(frozen=True)
class JeolParameter:
    """One parameter.

    Attributes
    ----------
    value : str or float
        A number with the scale of its unit.
    unit : int
        Base of its unit; 0 without one.
    prefix : int
        Power of ten of its unit.
    """

    value: str | float
    unit: int
    prefix: int


@dataclass(frozen=True)
class JeolHeader:
    """What the header gives.

    Attributes
    ----------
    order : str
        Byte order of parameters and data, "<" or ">".
    dtype : str
        Of the data, without the order.
    format : int
        1: one dimension, 2 and 12: two dimensions.
    n_dimensions : int
    axes, units : tuple of int
        Kind and base unit of each axis.
    points, start, stop : tuple of int
        Points stored along each axis; first and last that were measured.
    axis_start, axis_stop : float
        Of the direct axis.
    data_start, data_bytes : int
        Where the data begin, and their length.
    file_bytes : int
        Size of the file.
    parameters : mapping of str to JeolParameter
        By their names in lower case.
    parameters_start, parameters_stop : int
        Bytes of the file that hold them; both 0 where there are none.
    """

    order: str
    dtype: str
    format: int
    n_dimensions: int
    axes: tuple[int, ...]
    units: tuple[int, ...]
    points: tuple[int, ...]
    start: tuple[int, ...]
    stop: tuple[int, ...]
    axis_start: float
    axis_stop: float
    data_start: int
    data_bytes: int
    file_bytes: int
    parameters: Mapping[str, JeolParameter]
    parameters_start: int = 0
    parameters_stop: int = 0

    @property
    def overlaps(self) -> bool:
        """Whether the data lie, in part, where the parameters are."""
        stop = self.data_start + self.data_bytes
        return self.data_start < self.parameters_stop and self.parameters_start < stop

    @property
    def n_sections(self) -> int:
        """Parts of the data, one per real or imaginary component."""
        if REAL_COMPLEX in self.axes:
            return 2
        return 2 ** self.axes.count(COMPLEX)

    @property
    def bytes_stated(self) -> float:
        """Bytes of the data by points and sections."""
        n = np.prod(self.points[: self.n_dimensions], dtype=float)
        return float(n * self.n_sections * np.dtype(self.dtype).itemsize)

    def number(self, name: str) -> float | None:
        """Return a parameter as a number; None where it is missing or a text."""
        parameter = self.parameters.get(name)
        value = parameter.value if parameter is not None else None
        return value if isinstance(value, float) and np.isfinite(value) else None

    def text(self, name: str) -> str:
        """Return a parameter as text; "" where it is missing."""
        parameter = self.parameters.get(name)
        return str(parameter.value) if parameter is not None else ""


def parsed(head: bytes, file_bytes: int) -> JeolHeader | None:
    """Return the header; None where it is none.

    Parameters
    ----------
    head : bytes
        The file up to its data, or as much as was read of it.
    file_bytes : int
        Size of the file.
    """
    if len(head) < HEAD or head[8] not in (0, 1):
        return None
    order = "<" if head[8] == 1 else ">"
    dtype = {0: "f8", 1: "f4"}.get(head[14] >> 6)
    n_dimensions = sum(1 for kind in head[24:32] if kind)
    if dtype is None or not n_dimensions:
        return None
    axis_start, axis_stop = struct.unpack_from(">d", head, 272)[0], _float(head, 336)
    (parameters_start,) = struct.unpack_from(">I", head, 1212)
    data_start, data_bytes = struct.unpack_from(">IQ", head, 1284)
    return JeolHeader(
        order,
        dtype,
        head[14] & 0x3F,
        n_dimensions,
        tuple(head[24:32])[:n_dimensions],
        tuple(head[33:48:2])[:n_dimensions],
        struct.unpack_from(">8I", head, 176),
        struct.unpack_from(">8I", head, 208),
        struct.unpack_from(">8I", head, 240),
        axis_start,
        axis_stop,
        data_start,
        data_bytes,
        file_bytes,
        _parameters(head, parameters_start, order),
        parameters_start,
        _parameters_stop(head, parameters_start, order),
    )


def _float(head: bytes, offset: int) -> float:
    return float(struct.unpack_from(">d", head, offset)[0])


def _parameters_stop(head: bytes, start: int, order: str) -> int:
    """First byte behind the parameters, by their own count."""
    if start < HEAD or start + 16 > len(head):
        return 0
    _, low, high, _ = struct.unpack_from(f"{order}4I", head, start)
    return int(start + 16 + PARAMETER * max(high - low + 1, 0))


def has_other_order(head: bytes) -> bool:
    """Whether the size of a parameter is only right in the other order than the header gives.

    Parameters
    ----------
    head : bytes
        The file up to its data, or as much as was read of it.
    """
    (start,) = struct.unpack_from(">I", head, 1212)
    if start < HEAD or start + 4 > len(head):
        return False
    stated, other = ("<I", ">I") if head[8] == 1 else (">I", "<I")
    (size,), (swapped,) = (struct.unpack_from(order, head, start) for order in (stated, other))
    return bool(size != PARAMETER and swapped == PARAMETER)


def _parameters(head: bytes, start: int, order: str) -> dict[str, JeolParameter]:
    """Parameters by their names in lower case."""
    if start + 16 > len(head):
        return {}
    _, low, high, _ = struct.unpack_from(f"{order}4I", head, start)
    there = (len(head) - start - 16) // PARAMETER
    n = max(min(high - low + 1, there, MAX_PARAMETERS), 0)
    found: dict[str, JeolParameter] = {}
    for k in range(n):
        entry = head[start + 16 + k * PARAMETER : start + 16 + (k + 1) * PARAMETER]
        name = entry[36:64].decode("latin-1").strip("\0 ").lower().replace(" ", "")
        (scale,) = struct.unpack_from(f"{order}h", entry, 4)
        (kind,) = struct.unpack_from(f"{order}i", entry, 32)
        value = _value(entry[16:32], kind, scale, order)
        if name and value is not None:
            prefix = entry[6] >> 4
            # A nibble with sign, in steps of 1000, counted downwards
            steps = prefix - 16 if prefix > 7 else prefix
            found.setdefault(name, JeolParameter(value, entry[7], -3 * steps))
    return found


def _value(raw: bytes, kind: int, scale: int, order: str) -> str | float | None:
    """Value of a parameter by its kind: 0 text, 1 integer, 2 float."""
    if kind == 0:
        return raw.partition(b"\0")[0].decode("latin-1").strip()
    if not -30 <= scale <= 30:
        return None
    if kind == 1:
        return float(struct.unpack_from(f"{order}i", raw)[0]) * 10.0**scale
    if kind == 2:
        return float(struct.unpack_from(f"{order}d", raw)[0]) * 10.0**scale
    return None
