"""Units behind the numbers of cells: 0.3183 us, 25 mV."""

import re

from nmr_core.io.units import factor_of

_PREFIXES = {"n": 1e-9, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9}
_BASES = ("V", "A", "W", "Hz", "T", "G", "Pa", "K")
_PLAIN = re.compile(
    r"volts?|v|deg|degrees?|\u00b0|\u00b0?c|rad|%|a\.?u\.?|arb\.?|counts?|dB|ppm|K|sequence|-",
    re.IGNORECASE,
)


def scale_of(unit: str) -> tuple[float, str] | None:
    """Return (factor, base unit) of a unit; None if it is not known.

    Parameters
    ----------
    unit : str
        For example "us" (1, "us"), "mV" (.001, "V").
    """
    factor = factor_of(unit)
    if factor is not None:
        return factor, "us"
    if unit in _BASES or _PLAIN.fullmatch(unit):
        return 1.0, unit
    for base in _BASES:
        prefix = unit.removesuffix(base)
        if unit.endswith(base) and prefix in _PREFIXES:
            return _PREFIXES[prefix], base
    return None


def is_unit(text: str) -> bool:
    """Whether a text is a unit that is known here, in brackets or not; "-" is none of them."""
    text = text.strip().strip("()[]{}").strip()
    return bool(text) and scale_of(text) is not None
