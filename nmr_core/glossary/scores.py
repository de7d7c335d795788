"""Scores in words where their digits mean nothing."""

import math

FAR_WORSE = "far worse than the baseline"
REACH = 2.0
"""Error, in units of the baseline's, from which on a model is far worse than the baseline."""


def far_worse(value: float, baseline: float, higher_is_better: bool = False) -> bool:
    """Return whether a model is so much worse than the baseline that its digits mean nothing.

    Parameters
    ----------
    value, baseline : float
        Score of the model and of the baseline.
    higher_is_better : bool
        Of R², F1 and skill, which are at best 1; else errors, which are at best 0.
    """
    if higher_is_better:
        return bool(value < baseline - 1)
    return bool(value > REACH * baseline)


def score_text(
    value: float,
    baseline: float,
    higher_is_better: bool = False,
    low: float = math.nan,
    high: float = math.nan,
    digits: str = ".4g",
) -> str:
    """Return "0.0531 [0.048, 0.059]", or words for what is far worse than the baseline.

    Parameters
    ----------
    value, baseline, higher_is_better
        As in :func:`far_worse`.
    low, high : float
        95 % interval; NaN: none.
    digits : str
        Format of the value.

    Returns
    -------
    str
        "–" if there is no value.
    """
    if far_worse(value, baseline, higher_is_better):
        return FAR_WORSE
    if not math.isfinite(value):
        return "–"
    is_bounded = math.isfinite(low) and math.isfinite(high)
    interval = f" [{low:.3g}, {high:.3g}]" if is_bounded else ""
    return f"{value:{digits}}{interval}"


def percent_text(percent: float) -> str:
    """Return "12.3", "over 100" or "–": an error in % of a parameter's range."""
    if not math.isfinite(percent):
        return "–"
    return "over 100" if percent > 100 else f"{percent:.1f}"
