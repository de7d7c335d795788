"""A prior narrowed to the intervals of an estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.targets import is_continuous
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset, Row, rows_of, table_preset

LEAST = 1e-3
"""Narrowest interval, in ranges of the prior."""


def narrowed(preset: Preset, posterior: Mapping[str, Sequence[float]]) -> Preset:
    """Return the preset with the prior cut to intervals.

    Parameters
    ----------
    preset : Preset
        Without sampling densities.
    posterior : mapping
        Parameter -> (low, high), such as the 90 % interval of an estimate; the part outside of
        the prior is cut off. An interval narrower than 0.1 % of the range is widened to that.

    Raises
    ------
    InputError
        For a parameter that is not drawn, or an interval outside of the prior.
    """
    if not posterior:
        return preset
    ranges = {name: _interval(preset, name, ends) for name, ends in posterior.items()}
    rows = [_cut(row, *ranges[row.name]) if row.name in ranges else row for row in rows_of(preset)]
    return table_preset(rows, preset, preset.sampling)


def _interval(preset: Preset, name: str, ends: Sequence[float]) -> tuple[float, float]:
    """The part of an interval that the prior holds."""
    specs = {spec.name: spec for spec in preset.drawn if is_continuous(spec) and not spec.values}
    if name not in specs:
        raise InputError(
            f"The estimate has {str(name)[:40]!r}, which {preset.name} does not draw from a range. "
            f"Give intervals of {', '.join(specs)}."
        )
    spec = specs[name]
    least, most = _reach(spec)
    low, high = _ends(name, ends)
    if high < least or low > most:
        unit = f" {spec.unit}" if spec.unit else ""
        raise InputError(
            f"The interval of {name} must overlap its prior, {least:.4g} to {most:.4g}{unit}, got "
            f"{low:g} to {high:g}. Choose a prior that holds the estimate."
        )
    low, high = max(low, least), min(high, most)
    width = LEAST * (most - least)
    if high - low < width:
        low = min(max((low + high - width) / 2, least), most - width)
        high = low + width
    return low, high


def _reach(spec: Parameter) -> tuple[float, float]:
    """Range of a prior; of a normal one at most four standard deviations about its mean."""
    if spec.distribution != "normal":
        return spec.low, spec.high
    return max(spec.low, spec.default - 4 * spec.sd), min(spec.high, spec.default + 4 * spec.sd)


def _ends(name: str, ends: Sequence[float]) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in ends)
    except (TypeError, ValueError):
        low, high = float("nan"), float("nan")
    if not (isfinite(low) and isfinite(high) and low <= high):
        raise InputError(
            f"The interval of {name} must be two numbers, low <= high, got {str(ends)[:40]}. "
            "Write (1.5, 3)."
        )
    return low, high


def _cut(row: Row, low: float, high: float) -> Row:
    """The row with another range; the mean of a normal distribution stays inside of it."""
    if row.mean is None:
        return replace(row, low=low, high=high)
    return replace(row, low=low, high=high, mean=min(max(row.mean, low), high))
