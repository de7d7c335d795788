"""A prior narrowed to the intervals of an estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nmr_core.design.plain import by_name, number, shown
from nmr_core.errors import InputError
from nmr_core.inference.identifiability.targets import is_continuous
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset, Row, rows_of, table_preset

LEAST = 1e-3
"""Narrowest interval, in ranges of the prior."""


def narrowed(preset: Preset, posterior: Mapping[str, Sequence[float]] | None) -> Preset:
    """Return the preset with the prior cut to intervals.

    Parameters
    ----------
    preset : Preset
        Without sampling densities.
    posterior : mapping or None
        Parameter -> (low, high), such as the 90 % interval of an estimate; the part outside of
        the prior is cut off. An interval narrower than 0.1 % of the range is widened to that.

    Raises
    ------
    InputError
        For a parameter that is not drawn, or an interval outside of the prior.
    """
    intervals = by_name("posterior", posterior, "posterior={'xi': (1.5, 3)}")
    if not intervals:
        return preset
    ranges = {name: _interval(preset, name, ends) for name, ends in intervals.items()}
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
        low, high = map(number, ends)
    except (TypeError, ValueError):
        low, high = None, None
    if low is None or high is None or low > high:
        raise InputError(
            f"The interval of {name} must be two numbers, low <= high, got {shown(ends)}. "
            "Write (1.5, 3)."
        )
    return low, high


def _cut(row: Row, low: float, high: float) -> Row:
    """The row with another range; the mean of a normal distribution stays inside of it."""
    if row.mean is None:
        return replace(row, low=low, high=high)
    return replace(row, low=low, high=high, mean=min(max(row.mean, low), high))
