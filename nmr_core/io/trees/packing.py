"""Numbers that are stored as others: value = stored number * scale_factor + add_offset.

Attributes of an array say so by the conventions of NetCDF (CF): also which stored numbers stand
for no value (_FillValue, missing_value).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.trees.names import words
from nmr_core.io.trees.tree import Leaf, Part

SCALE = ("scale factor",)
OFFSET = ("add offset",)
MISSING = ("fill value", "missing value")
LIKE_THEM = frozenset(("scale", "gain", "factor", "slope", "conversion", "multiplier", "offset",
                       "intercept", "calibration"))  # fmt: skip
"""Names of attributes that may mean the same; no convention says so."""
NETCDF_FILLS = (9.969209968386869e36, 9.969209968386869e36 * (1 - 2**-25), -32767.0, -2147483647.0)
"""What NetCDF writes where nothing was written, if the file names no other number."""


@dataclass(frozen=True)
class Packing:
    """How the numbers of an array are stored.

    Attributes
    ----------
    scale, offset : float
        Value = stored number * scale + offset.
    missing : tuple of float
        Stored numbers that stand for no value.
    """

    scale: float = 1.0
    offset: float = 0.0
    missing: tuple[float, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the stored numbers are the values."""
        return self == Packing()

    def values(self, stored: np.ndarray) -> np.ndarray:
        """Return the values of stored numbers; NaN where there is none."""
        stored = np.asarray(stored)
        is_complex = stored.dtype.kind == "c"
        values = stored.astype(complex if is_complex else float)
        is_missing = np.zeros(stored.shape, bool)
        for number in self.missing:
            one = _stored(number, stored.real.dtype)
            is_missing |= stored.real == one
            if is_complex:
                is_missing |= stored.imag == one
        values = values * self.scale + self.offset
        values[is_missing] = np.nan
        return values


def _stored(number: float, dtype: np.dtype) -> float:
    """A number as an array of this type holds it, rounded to its digits."""
    if dtype.kind != "f":
        return number
    with np.errstate(over="ignore"):
        return float(np.asarray(number).astype(dtype))


def packing_of(
    attributes: Mapping[str, object], path: str, where: str, fill: float = 0.0
) -> Packing:
    """Return how the numbers of an array are stored, by its attributes.

    Parameters
    ----------
    attributes : mapping of str to object
        Numbers, texts, or None for anything else.
    path : str
        Of the array.
    where : str
        Name of the file, for messages.
    fill : float
        What the file holds where nothing was written.

    Raises
    ------
    InputError
        If one of these attributes is no number, or the scale is 0.
    """
    found: dict[str, list[float]] = {}
    for name, value in attributes.items():
        phrase = " ".join(words(name))
        if phrase not in SCALE + OFFSET + MISSING:
            continue
        if not isinstance(value, float) or (phrase in SCALE + OFFSET and not np.isfinite(value)):
            raise _unreadable(path, name, where)
        if phrase in SCALE and value == 0:
            raise _unreadable(path, name, where)
        found.setdefault(phrase, []).append(value)
    missing = [value for phrase in MISSING for value in found.get(phrase, [])]
    if any(np.isclose(fill, one, rtol=1e-7) for one in NETCDF_FILLS):
        missing.append(fill)
    return Packing(
        found.get(SCALE[0], [1.0])[0],
        found.get(OFFSET[0], [0.0])[0],
        tuple(value for value in dict.fromkeys(missing) if np.isfinite(value)),
    )


def _unreadable(path: str, name: str, where: str) -> InputError:
    return InputError(
        f"{where}: the attribute {name[:40]} of {path} is no number that the values can be "
        "computed with. Write the values themselves, without this attribute."
    )


def unpacked(leaf: Leaf, packing: Packing, where: str) -> Leaf:
    """Return an array with its values in place of the stored numbers.

    Parameters
    ----------
    leaf : Leaf
        As stored.
    packing : Packing
        How it is stored.
    where : str
        Name of the file, for messages.
    """
    if packing.is_plain or leaf.dtype.kind not in "cfiu":
        if leaf.dtype.names and not packing.is_plain:
            raise InputError(
                f"{where}: {leaf.path} is a table with a scale factor, an offset or a fill value. "
                "Write its columns as arrays of their own."
            )
        return leaf
    load, part = leaf.load, leaf.part

    def values_of(places: Part) -> np.ndarray:
        assert part is not None
        return packing.values(part(places))

    return replace(
        leaf,
        dtype=np.dtype(complex if leaf.dtype.kind == "c" else float),
        load=lambda: packing.values(load()),
        part=None if part is None else values_of,
        missing=", ".join(f"{value:.6g}" for value in packing.missing),
    )


def not_applied(attributes: Mapping[str, object]) -> list[str]:
    """Return the attributes that may scale the numbers, but that no convention fixes."""
    return [
        f"{name[:40]} = {value:g}"
        for name, value in attributes.items()
        if isinstance(value, float)
        and value not in (0.0, 1.0)
        and not LIKE_THEM.isdisjoint(words(name))
        and " ".join(words(name)) not in SCALE + OFFSET
    ]
