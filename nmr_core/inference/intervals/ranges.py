"""Coverage in ranges of every true parameter and of every estimate."""

from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from nmr_core.inference.intervals.fractions import Fractions

ESTIMATE = "predicted_"
"""Columns of estimates begin with this."""
FEWEST_RANGES, MOST_RANGES = 4, 10
PER_RANGE = 100
"""Signals per range from which there are more than the fewest ranges."""
ROUNDING = 1e-9


def by_range(
    signals: pd.DataFrame,
    targets: list[str],
    inside: dict[str, np.ndarray],
    fractions: Fractions,
) -> pd.DataFrame:
    """Return the coverage in ranges of every column that varies, and of every class.

    Parameters
    ----------
    signals : DataFrame, (n, ...)
        True parameters and estimates.
    targets : list of str
        Columns that come first.
    inside : dict
        Target -> whether the true value is inside its interval, bool (n,).
    fractions : Fractions
        Of these signals.

    Returns
    -------
    DataFrame
        As ``Coverage.regimes``.
    """
    n_ranges = int(np.clip(len(signals) // PER_RANGE, FEWEST_RANGES, MOST_RANGES))
    rows = []
    for by in distinct_columns(signals, targets):
        for number, start, stop, mask in _groups(signals[by], by in targets, n_ranges):
            for target, is_inside in inside.items():
                place = {"target": target, "by": by, "range": number, "from": start, "to": stop}
                rows.append(place | {"n": int(mask.sum())} | fractions.of(is_inside, mask))
    return pd.DataFrame(rows)


def distinct_columns(signals: pd.DataFrame, targets: list[str]) -> list[str]:
    """Return the columns that vary and do not order the signals as an earlier one does.

    Targets come first, then other true parameters, then estimates.
    """
    names = [name for name in targets if name in signals]
    names += [name for name in signals if name not in targets]
    distinct: list[str] = []
    orders: list[np.ndarray] = []
    for name in names:
        if is_numeric_dtype(signals[name]):
            x = signals[name].to_numpy(float)
            if not np.isfinite(x).all() or np.ptp(x) <= ROUNDING * np.abs(x).max():
                continue
            order = pd.Series(x).rank().to_numpy()
            if any(abs(np.corrcoef(order, other)[0, 1]) > 1 - ROUNDING for other in orders):
                continue
            orders.append(order)
        distinct.append(name)
    return distinct


def _groups(
    values: pd.Series, is_target: bool, n_ranges: int
) -> list[tuple[int, Any, Any, np.ndarray]]:
    """(number, from, to, mask) of a number; of a text target (0, name, name, mask)."""
    if not is_numeric_dtype(values):
        names = values.astype(str)
        if not is_target:
            return []
        return [(0, name, name, (names == name).to_numpy()) for name in sorted(set(names))]
    x = values.to_numpy(float)
    if not np.isfinite(x).all() or len(np.unique(x)) < 2 * n_ranges:
        return []
    edges = np.quantile(x, np.linspace(0, 1, n_ranges + 1))
    number = np.searchsorted(edges[1:-1], x, "right")
    return [
        (k + 1, float(edges[k]), float(edges[k + 1]), number == k)
        for k in range(n_ranges)
        if (number == k).any()
    ]
