"""Units of time as people write them, and what a header says about them; none is ever assumed."""

import re

from nmr_core.errors import InputError

TIME_UNITS: dict[str, float] = {"s": 1e6, "ms": 1e3, "us": 1.0, "ns": 1e-3}
"""µs in one of each."""
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


def checked_unit(unit: str) -> str:
    """A key of ``TIME_UNITS``; :class:`InputError` for anything else."""
    known = _WORDS.get(str(unit).strip().lower())
    if known is None:
        raise InputError(
            f"{str(unit)[:20]!r} is no unit of time; there are s, ms, us (µs) and ns. Give one of them."
        )
    return known


def unit_in(text: str) -> str | None:
    """The unit that a column's name or an attribute names: "t (ms)", "time_us", "Time [µs]", "seconds"; None if it names none."""
    for word in reversed(re.split(r"[^a-zµμ]+", text.lower())):
        if word in _WORDS:
            return _WORDS[word]
    return None


def ask_unit(name: str, first: float, last: float, n: int) -> InputError:
    """What to ask when nothing says the unit: with what each one would mean."""
    means = "; ".join(
        f"{unit}: {by * abs(last - first):.3g} µs long" for unit, by in TIME_UNITS.items()
    )
    return InputError(
        f"{name} does not say the unit of its times, which run from {first:.4g} to {last:.4g} in {n:,} points "
        f"({means}). "
        "Choose the unit: s, ms, us or ns."
    )
