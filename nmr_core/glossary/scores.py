"""Scores in words where their digits mean nothing."""

import math
from collections.abc import Mapping
from functools import lru_cache

FAR_WORSE = "far worse than the baseline"
REACH = 2.0
"""Error, in units of the baseline's, from which on a model is far worse than the baseline."""
MOST_TIMES = 10
"""Largest error that is written as a change, in units of the reference's."""


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


@lru_cache(maxsize=10_000)
def score_text(
    value: float,
    baseline: float,
    higher_is_better: bool = False,
    low: float = math.nan,
    high: float = math.nan,
    digits: int = 3,
) -> str:
    """Return "0.0531 [0.0480, 0.0590]", or words for what is far worse than the baseline.

    Parameters
    ----------
    value, baseline, higher_is_better
        As in :func:`far_worse`.
    low, high : float
        95 % interval; NaN: none.
    digits : int
        Significant digits of an error, decimals of a score; the interval has as many decimals.

    Returns
    -------
    str
        "–" if there is no value.
    """
    if far_worse(value, baseline, higher_is_better):
        return FAR_WORSE
    if not math.isfinite(value):
        return "–"
    power = math.floor(math.log10(abs(value))) if value else 0
    # Scores that are at best 1 are all compared with it
    decimals = digits if higher_is_better else min(6, max(0, digits - 1 - power))
    numbers = [_signed(f"{number:.{decimals}f}") for number in (value, low, high)]
    is_bounded = math.isfinite(low) and math.isfinite(high)
    return f"{numbers[0]} [{numbers[1]}, {numbers[2]}]" if is_bounded else numbers[0]


def change_text(change: float, low: float = math.nan, high: float = math.nan) -> str:
    """Return "−12 % [−18, −5]" for a relative change of −0.12 from −0.18 to −0.05.

    Parameters
    ----------
    change : float
        Relative change; NaN: unknown, written "–".
    low, high : float
        95 % interval; NaN: none.
    """
    if not math.isfinite(change):
        return "–"
    if change > MOST_TIMES - 1:
        return f"over {MOST_TIMES} times"
    numbers = [_signed(f"{100 * number:+.0f}") for number in (change, low, high)]
    is_bounded = math.isfinite(low) and math.isfinite(high)
    interval = f" [{numbers[1]}, {numbers[2]}]" if is_bounded else ""
    return f"{numbers[0]} %{interval}"


def _signed(number: str) -> str:
    """A number with a minus sign instead of a hyphen, and a zero without any sign."""
    unsigned = number.lstrip("+-")
    if not unsigned.strip("0."):
        return unsigned
    return number.replace("-", "−")


def percent_text(percent: float) -> str:
    """Return "12.3", "over 100" or "–": an error in % of a parameter's range."""
    if not math.isfinite(percent):
        return "–"
    return "over 100" if percent > 100 else f"{percent:.1f}"


def score_cell(name: str, row: Mapping[str, float]) -> str:
    """Return a score of a row for a table, in words where its digits mean nothing.

    Parameters
    ----------
    name : str
        Column of the row, such as "r2", "r2_alpha" or "mse_w2".
    row : mapping
        Scores by column, with those of the baseline.
    """
    value = row[name]
    if name.startswith(("r2", "skill")):
        return score_text(value, 0.0, True)
    if name == "mse_w2":
        return score_text(value, row["baseline_mse_w2"])
    if name == "error":
        return score_text(value, row["baseline"])
    if name == "rmse_percent":
        return percent_text(value)
    return f"{value:.4g}" if value == value else "–"
