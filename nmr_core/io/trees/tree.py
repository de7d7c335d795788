"""A file of named arrays as a tree: arrays that are read on demand, and single values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from nmr_core.errors import InputError, printable

MAX_LEAVES = 10_000
"""Arrays and single values of one file that are looked at."""
SHOWN = 6
"""Names that a sentence lists."""
NUMBERS = "cfiu"
"""Kinds of NumPy types that are numbers."""

LARGE = 1_000_000
"""Numbers of an array from which on only the chosen curves are read."""
Part = tuple[int | slice, ...]


@dataclass(frozen=True, eq=False)
class Leaf:
    """One array of a file, which is read when it is needed.

    Attributes
    ----------
    path : str
        Groups and name, with "/" between them.
    shape : tuple of int
        Of the array.
    dtype : numpy.dtype
        Of the array.
    load : callable
        Reads the array.
    unit : str
        As the file gives it; "" without one.
    part : callable, optional
        Reads a part of the array by an index or a slice along each axis.
    missing : str
        Stored numbers that stand for no value, which are NaN; "" if there are none.
    time_axis : int, optional
        Axis of time among those of ``shape``, where the file names it.
    has_unit_by_type : bool
        Whether the unit follows from the type of the numbers, as for spans of time.
    """

    path: str
    shape: tuple[int, ...]
    dtype: np.dtype
    load: Callable[[], np.ndarray] = field(repr=False)
    unit: str = ""
    part: Callable[[Part], np.ndarray] | None = field(default=None, repr=False)
    missing: str = ""
    time_axis: int | None = None
    has_unit_by_type: bool = False

    def curve(self, axis: int, row: int) -> np.ndarray:
        """Return one curve, without reading the others of a large array where that is possible.

        Parameters
        ----------
        axis : int
            Axis of the points, among those that are longer than 1.
        row : int
            Number of the curve among the others, from 0, the last axis fastest.
        """
        if self.part is None or self.size <= LARGE:
            rows = np.moveaxis(self.values, axis, -1)
            return rows.reshape(-1, self.lengths[axis])[row]
        others = self.lengths[:axis] + self.lengths[axis + 1 :]
        places: list[int | slice] = [int(k) for k in np.unravel_index(row, others)]
        places.insert(axis, slice(None))
        left = iter(places)
        return self.part(tuple(0 if n == 1 else next(left) for n in self.shape))

    def __post_init__(self):
        object.__setattr__(self, "path", printable(self.path))

    @cached_property
    def values(self) -> np.ndarray:
        """The array without axes of length 1."""
        return np.squeeze(self.load())

    @cached_property
    def size(self) -> int:
        """Count of its numbers."""
        return int(np.prod(self.shape, dtype=object))

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """Its shape without axes of length 1."""
        return tuple(n for n in self.shape if n != 1)

    @property
    def long_time_axis(self) -> int | None:
        """Its axis of time among those that are longer than 1; None where the file names none."""
        axis = self.time_axis
        if axis is None or axis >= len(self.shape) or self.shape[axis] == 1:
            return None
        return sum(n != 1 for n in self.shape[:axis])

    @property
    def group(self) -> str:
        """Path of its group; "" at the top."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.rpartition("/")[2]

    @property
    def is_real(self) -> bool:
        """Whether its numbers have no imaginary part."""
        return self.dtype.kind != "c"

    @property
    def words(self) -> str:
        """Path and shape, for a sentence."""
        shape = " x ".join(f"{n:,}" for n in self.shape) or "1 number"
        return f"{self.path} ({shape})"


@dataclass
class Tree:
    """Everything a file holds, by path.

    Attributes
    ----------
    leaves : dict of str to Leaf
        Arrays of numbers.
    values : dict of str to (str or float)
        Single numbers and texts, and attributes.
    units : dict of str to str
        Units of single numbers, as the file gives them.
    skipped : list of str
        Paths of what is no number, with the reason in brackets.
    unit : str, optional
        Unit of all times of the file, where its own format fixes it.
    remarks : dict of str to str
        Sentences on single arrays, by their paths.
    """

    leaves: dict[str, Leaf] = field(default_factory=dict)
    values: dict[str, str | float] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    unit: str | None = None
    remarks: dict[str, str] = field(default_factory=dict)

    def add(self, leaf: Leaf, where: str) -> None:
        """Add an array: fields of a table one by one, a pair of channels as complex numbers.

        Parameters
        ----------
        leaf : Leaf
            Of any type.
        where : str
            Name of the file, for messages.
        """
        if len(self.leaves) + len(self.values) + len(self.skipped) >= MAX_LEAVES:
            raise InputError(
                f"{where} holds more than {MAX_LEAVES:,} arrays, as no measurement does. Write the "
                "arrays of the echo alone."
            )
        if leaf.dtype.names:
            for part in _fields(leaf):
                self.add(part, where)
        elif leaf.dtype.kind == "m":
            self.add(_microseconds(leaf), where)
        elif leaf.dtype.kind == "b" or leaf.dtype.kind not in NUMBERS:
            self.skipped.append(f"{leaf.path} ({_what(leaf.dtype)})")
        elif leaf.size == 1:
            number = leaf.load().reshape(())[()]
            if leaf.is_real:
                self.set(leaf.path, float(number), leaf.unit)
        elif leaf.size:
            self.leaves[leaf.path] = leaf

    def set(self, path: str, value: str | float, unit: str = "") -> None:
        """Add a single value; numbers that are not finite are left out."""
        if isinstance(value, str) or np.isfinite(value):
            self.values[path] = value
            if unit:
                self.units[path] = unit

    @cached_property
    def homes(self) -> dict[str, list[str]]:
        """Paths of single values by the smallest group around them that holds an array."""
        holders = {""}
        for path in self.leaves:
            while path not in holders:
                holders.add(path)
                path = path.rpartition("/")[0]
        homes: dict[str, list[str]] = {}
        for path in self.values:
            home = path.rpartition("/")[0]
            while home not in holders:
                home = home.rpartition("/")[0]
            homes.setdefault(home, []).append(path)
        return homes

    @property
    def listed(self) -> str:
        """The arrays with their shapes, as far as a sentence has room."""
        arrays = _listed([leaf.words for leaf in self.leaves.values()]) or "no arrays of numbers"
        skipped = _listed(self.skipped)
        return f"{arrays}; not read: {skipped}" if skipped else arrays


def _listed(names: list[str]) -> str:
    """The first names."""
    shown = ", ".join(name[:80] for name in names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN:,} more" if len(names) > SHOWN else shown


CHANNELS = (("real", "imag"), ("re", "im"), ("r", "i"), ("i", "q"))
"""Names of two fields that are the parts of complex numbers."""


def _fields(leaf: Leaf) -> Iterator[Leaf]:
    """The fields of an array of records; two that are channels are one complex array."""
    names = {str(name).lower(): str(name) for name in leaf.dtype.names or ()}
    for re_name, im_name in CHANNELS:
        if {re_name, im_name} == set(names):
            parts = names[re_name], names[im_name]
            yield Leaf(
                leaf.path,
                leaf.shape,
                np.dtype(complex),
                partial(_complex, leaf, *parts),
                leaf.unit,
                partial(_complex, leaf, *parts) if leaf.part is not None else None,
                time_axis=leaf.time_axis,
            )
            return
    for name in leaf.dtype.names or ():
        dtype = leaf.dtype[name]
        yield Leaf(
            f"{leaf.path}/{name}",
            leaf.shape + dtype.shape,
            dtype.base,
            partial(_field, leaf, name),
            leaf.unit,
            time_axis=leaf.time_axis,
        )


def _field(leaf: Leaf, name: str) -> np.ndarray:
    return leaf.load()[name]


def _microseconds(leaf: Leaf) -> Leaf:
    """Spans of time as numbers."""
    microsecond = np.timedelta64(1000, "ns")
    return Leaf(
        leaf.path,
        leaf.shape,
        np.dtype(float),
        lambda: leaf.load().astype("m8[ns]") / microsecond,
        "us",
        has_unit_by_type=True,
    )


def _complex(leaf: Leaf, re_name: str, im_name: str, part: Part | None = None) -> np.ndarray:
    """Two fields as complex numbers, of the whole array or of a part."""
    values = leaf.load() if part is None or leaf.part is None else leaf.part(part)
    signal = np.empty(values.shape, complex)
    signal.real = values[re_name]
    signal.imag = values[im_name]
    return signal


def _what(dtype: np.dtype) -> str:
    """What an array of no numbers holds."""
    if dtype.kind == "O":
        return "objects"
    return {"b": "yes or no", "S": "text", "U": "text", "M": "dates"}.get(dtype.kind, "no numbers")
