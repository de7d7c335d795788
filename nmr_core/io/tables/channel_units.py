"""The unit of a channel in the name of its column: factor x prefix x unit, as in mV or 10^-3 V."""

import re

from nmr_core.io.tables.cell_units import scale_of
from nmr_core.io.units import in_brackets, leading_factor

_POWER_OF_TEN = re.compile(
    r"10\s*(\^|\*\*)|[\u2070-\u209f\u00b9\u00b2\u00b3]|e[+-]?\d|10\s*-", re.I
)
_SPLIT = re.compile(r"[\s_/]+")
PHYSICAL = ("V", "A", "W", "T", "G", "Hz", "Pa", "K")
"""Units that cannot be compared with each other."""
_VOLTS = ("volt", "volts", "v")


def in_base_unit(label: str) -> str:
    """Return a name with its unit without factor and prefix: Im (mV) -> Im (V), re_mV -> re_V."""
    outside, inside = in_brackets(label)
    known = unit_of(label)
    if known is None or known == (1.0, ""):
        return label
    if len(inside) == 1:
        return f"{outside.strip()} ({known[1]})".removesuffix(" ()")
    last = _last_word(label)
    return label.removesuffix(last) + known[1] if not inside and last else label


def unit_of(label: str) -> tuple[float, str] | None:
    """Return (factor, base unit) of a channel; (1, "") if its name has none; None if not known."""
    inside = in_brackets(label)[1]
    text = inside[-1] if inside else _last_word(label)
    if not text:
        return 1.0, ""
    factor, rest = leading_factor(text)
    if factor is None:
        return None
    if not rest:
        return (factor, "") if _POWER_OF_TEN.search(text) else None
    scale = scale_of("V" if rest.lower() in _VOLTS else rest)
    if scale is None or scale[1] == "us":
        return None
    return factor * scale[0], scale[1]


def _last_word(label: str) -> str:
    """The last word of a name without brackets if it is a physical unit, such as that of re_mV."""
    words = [word for word in _SPLIT.split(label.strip()) if word]
    if len(words) < 2 or in_brackets(label)[1]:
        return ""
    scale = scale_of("V" if words[-1].lower() in _VOLTS else words[-1])
    return words[-1] if scale is not None and scale[1] in PHYSICAL else ""
