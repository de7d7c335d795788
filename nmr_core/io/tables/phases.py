"""The unit of a phase, as the name of its column gives it: factor x prefix x unit."""

import re
from math import pi

from nmr_core.io.tables.names import family_of, is_signal_name, is_time_name
from nmr_core.io.units import in_brackets, leading_factor

_ANGLES: dict[str, float] = {
    "rad": 1.0,
    "radian": 1.0,
    "radians": 1.0,
    "deg": pi / 180,
    "degree": pi / 180,
    "degrees": pi / 180,
    "\u00b0": pi / 180,
    "gon": pi / 200,
    "cycle": 2 * pi,
    "cycles": 2 * pi,
    "turn": 2 * pi,
    "turns": 2 * pi,
    "rev": 2 * pi,
    "revolutions": 2 * pi,
    "pi": pi,
    "\u03c0": pi,
    "pi rad": pi,
    "\u03c0 rad": pi,
}
_PREFIXES = {"": 1.0, "m": 1e-3, "milli": 1e-3, "u": 1e-6, "micro": 1e-6, "n": 1e-9}
_PREFIXED = ("rad", "radian", "radians", "deg", "degree", "degrees", "\u00b0")
_SCALES = {
    prefix + word: factor * _ANGLES[word]
    for prefix, factor in _PREFIXES.items()
    for word in _PREFIXED
} | _ANGLES
_SPLIT = re.compile(r"[\s_/,]+")
_FACTOR_OUTSIDE = re.compile(r"\d\s*[x\u00d7*]|[x\u00d7*]\s*\d|10\s*(\^|\*\*)|\de-?\d|\d\.\d")


def radians_in(unit: str) -> float | None:
    """Return the radians in one unit of a phase; None if it is not known.

    Parameters
    ----------
    unit : str
        For example "deg", "mrad", "0.01 deg", "cycles". "grad" is not known: it is a degree in
        German, and 1/400 of a turn elsewhere.
    """
    if unit == "Grad":
        return pi / 180
    factor, rest = leading_factor(unit)
    scale = _SCALES.get(" ".join(rest.lower().split()))
    return None if scale is None or factor is None else factor * scale


def phase_unit(name: str) -> str:
    """Return the unit of a phase in the name of its column.

    Parameters
    ----------
    name : str
        Of the column.

    Returns
    -------
    str
        A unit that :func:`radians_in` knows; "?" if there is one that is not known; "" if there is
        none.
    """
    outside, inside = in_brackets(name)
    for text in inside:
        if radians_in(text) is not None:
            return "?" if _FACTOR_OUTSIDE.search(outside.lower()) else text
    words = [word for word in _SPLIT.split(outside.strip()) if word]
    for word in words[1:]:
        if radians_in(word) is not None:
            return "?" if _FACTOR_OUTSIDE.search(outside.lower()) else word
    if any(not _is_name(text) for text in inside):
        return "?"
    if name.rstrip().endswith("\u00b0"):
        return "\u00b0"
    return "?" if _FACTOR_OUTSIDE.search(outside.lower()) else ""


def _is_name(text: str) -> bool:
    """Whether the text in brackets names a signal: arg(M)."""
    known = is_signal_name(text) or bool(family_of(text)) or is_time_name(text)
    return known and text.replace("_", "").isalnum()
