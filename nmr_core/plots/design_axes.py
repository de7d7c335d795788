"""Experiment design: axes, times and error bars that its figures share."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from nmr_core.plots.layout import axis
from nmr_core.plots.palette import Palette

ERROR = "weighted error (% of the ranges)"
TIMES = {"s": 1.0, "min": 60.0, "h": 3600.0}
"""Unit of an axis of time -> seconds."""


def time_unit(longest: float) -> str:
    """Return the unit in which times up to ``longest`` (s) are read most easily."""
    return "s" if longest < 120 else "min" if longest < 7200 else "h"


def error_bars(rows: pd.DataFrame) -> dict[str, Any]:
    """Return error bars from low to high, in % of the ranges.

    Parameters
    ----------
    rows : DataFrame
        error, low and high, in fractions of the ranges.
    """
    error, low, high = (100 * rows[name].to_numpy(float) for name in ("error", "low", "high"))
    return {"type": "data", "symmetric": False, "array": high - error, "arrayminus": error - low}


def rows_axis(names: Sequence[str], palette: Palette) -> dict:
    """Return an axis with one row per name, the first at the top."""
    return axis(
        "",
        palette,
        type="category",
        categoryorder="array",
        categoryarray=list(reversed(names)),
        range=[-0.6, len(names) - 0.4],
    )
