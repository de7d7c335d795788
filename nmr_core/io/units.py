"""Units of time as people write them, and as a header names them; none is ever assumed."""

import re

from nmr_core.errors import InputError

TIME_UNITS: dict[str, float] = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
"""Factors to µs."""
_WORDS = {
    "s": "s",
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "ms": "ms",
    "msec": "ms",
    "millisecond": "ms",
    "milliseconds": "ms",
    "us": "us",
    "µs": "us",
    "μs": "us",
    "usec": "us",
    "microsecond": "us",
    "microseconds": "us",
    "ns": "ns",
    "nsec": "ns",
    "nanosecond": "ns",
    "nanoseconds": "ns",
}


def unit_key(unit: str) -> str:
    """Return the key of :data:`TIME_UNITS` for a unit; :class:`InputError` for anything else."""
    key = _WORDS.get(str(unit).strip().lower())
    if key is None:
        raise InputError(
            f"{str(unit)[:20]!r} is no unit of time; there are s, ms, us (µs) and ns. Give one of "
            "them."
        )
    return key


def time_unit_in(text: str) -> str | None:
    """Return the unit that the name of a column or an attribute holds; None if there is none.

    Examples: "t (ms)", "time_us", "Time [µs]", "seconds".
    """
    for word in reversed(re.split(r"[^a-zµμ]+", text.lower())):
        if word in _WORDS:
            return _WORDS[word]
    return None


def missing_unit(name: str, first: float, last: float, n: int) -> InputError:
    """Return the error for times without a unit, with the length of the measurement in each.

    Parameters
    ----------
    name : str
        File name.
    first, last : float
        First and last time, as the file counts them.
    n : int
        Number of points.
    """
    lengths = "; ".join(
        f"{unit}: {factor * abs(last - first):.3g} µs long" for unit, factor in TIME_UNITS.items()
    )
    return InputError(
        f"{name} does not give the unit of its times, which run from {first:.4g} to {last:.4g} in "
        f"{n:,} points ({lengths}). Choose the unit: s, ms, us or ns."
    )
