"""Candidates for the swept quantity from the facts of the files."""

import re
from collections.abc import Sequence

from nmr_core.measured.series.quantity import (
    DIMENSION_OF_UNIT,
    QUANTITIES,
    UNITS,
    Quantity,
    convert,
    of_dimension,
    quantity_of_word,
    unit_of,
)
from nmr_core.measured.series.series import HEADER, Candidate, Item

FACTS = {
    "temperature_k": "temperature",
    "field_t": "field",
    "recovery_us": "recovery",
    "angle_deg": "angle",
    "carrier_mhz": "frequency",
    "tau_us": "tau",
}
"""Fact of ``Measurement.about`` -> quantity, in its unit."""
PROTOCOL = ("dwell_us", "start_us", "pulse_1_us", "pulse_2_us", "angle_1_deg", "angle_2_deg")
"""Facts that make a protocol, not a sweep."""
OTHER: tuple[str, ...] = (
    "scans",
    "points",
    "n_points",
    "format",
    "version",
    "date",
    "time",
    "seed",
    "number",
)
OTHER += ("record", "experiment", "expno", "groupdelay", "grpdly", "decim", "dspfvs", "gain", "rg")
OTHER += ("sweep_mhz", "spectral_width_hz", "sw_h", "sw", "td", "receiver_gain", "dwell", "power")
"""Facts that are no quantity of the sample."""
KNOWN_UNITS = ("k", "mk", "t", "mt", "us", "ms", "s", "mhz", "khz", "hz", "deg", "v", "mv", "gpa")


def header_candidates(items: Sequence[Item]) -> list[Candidate]:
    """Return every fact of the files that is a number and varies, and known ones that do not.

    Parameters
    ----------
    items : sequence of Item
        Items that were read.
    """
    abouts = [item.measurement.about for item in items if item.measurement is not None]
    keys = dict.fromkeys(key for about in abouts for key in about)
    candidates = []
    for key in keys:
        if key in PROTOCOL or key.casefold() in OTHER:
            continue
        numbers = [_number(about.get(key)) for about in abouts]
        if not any(number is not None for number in numbers):
            continue
        quantity, values = _quantity(str(key), numbers)
        candidate = Candidate(HEADER, quantity, tuple(values))
        if candidate.varies or key in FACTS:
            candidates.append(candidate)
    return candidates


def _number(value: object) -> float | None:
    """A finite number, or a text that is one; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*[-+]?[\d.]+(e[-+]?\d+)?\s*", value, re.I):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if abs(number) < float("inf") else None


def _quantity(key: str, numbers: list[float | None]) -> tuple[Quantity, list[float | None]]:
    """Quantity of a fact, by its name and the unit at the end of it, and its values."""
    if key in FACTS:
        return QUANTITIES[FACTS[key]], numbers
    word, _, end = re.sub(r"[\s(\[\])]+", "_", key).strip("_").rpartition("_")
    unit = unit_of(end) or _unit_of_any_case(end)
    if not word or not unit:
        named = quantity_of_word(key)
        return (QUANTITIES[named] if named else Quantity(key[:40])), numbers
    values = [None if number is None else convert(number, unit) for number in numbers]
    named = quantity_of_word(word)
    dimension = DIMENSION_OF_UNIT[unit]
    if named and (named == dimension or dimension == "time" or dimension not in QUANTITIES):
        return QUANTITIES[named], values
    base = of_dimension(dimension)
    return Quantity(word[:40], base.unit), values


def _unit_of_any_case(text: str) -> str:
    """A unit of a key in small letters, as ``temperature_k``."""
    if text not in KNOWN_UNITS:
        return ""
    spellings = {unit.casefold(): unit for units in UNITS.values() for unit in units}
    return {"mk": "mK", "mt": "mT", "mv": "mV", "k": "K", "t": "T"}.get(text, spellings[text])
