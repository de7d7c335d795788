"""Curves one below the other in one table: by a column that numbers them, or by their times."""

import numpy as np

from nmr_core.io.measurement import MIN_POINTS
from nmr_core.io.tables.names import other_kind
from nmr_core.io.units import time_unit_in

_SWEPT = ("index", "temperature", "field", "angle")
"""Kinds of columns that may number the curves."""


def curves_in(
    names: list[str], numbers: np.ndarray, time: int | None
) -> tuple[list[np.ndarray], list[int]]:
    """Return the rows of each curve, and the columns that number them.

    Parameters
    ----------
    names : list of str
        Of the columns; [] where there are none.
    numbers : float or complex (n_rows, n_columns)
        Numbers of the table.
    time : int, optional
        Column of the times.

    Returns
    -------
    rows : list of int arrays
        One per curve, in the order of the file; each has at least ``MIN_POINTS``.
    columns : list of int
        [] if there is one curve, or if the times restart without such a column.
    """
    everything = [np.arange(len(numbers))]
    if len(numbers) < 2 * MIN_POINTS:
        return everything, []
    groups = [
        k
        for k, name in enumerate(names)
        if k != time
        and (other_kind(name) in _SWEPT or time_unit_in(name) is not None)
        and np.isfinite(numbers[:, k]).all()
    ]
    # Each alone must divide the rows into curves; a number per row is an index
    groups = [k for k in groups if _divides(numbers[:, [k]].real)]
    if groups and _divides(numbers[:, groups].real):
        _, first, inverse = np.unique(
            numbers[:, groups].real, axis=0, return_index=True, return_inverse=True
        )
        inverse = inverse.reshape(-1)
        rows = np.argsort(inverse, kind="stable")
        curves = np.split(rows, np.cumsum(np.bincount(inverse))[:-1])
        return [curves[k] for k in np.argsort(first)], groups
    if time is not None:
        starts = _restarts(numbers[:, time].real)
        if len(starts) > 1:
            return np.split(everything[0], starts[1:]), []
    return everything, []


def _divides(columns: np.ndarray) -> bool:
    """Whether values divide the rows into at least two curves, each long enough."""
    _, counts = np.unique(columns, axis=0, return_counts=True)
    return len(counts) > 1 and counts.min() >= MIN_POINTS


def _restarts(time: np.ndarray) -> np.ndarray:
    """First rows of curves of equal length that begin at the same time each."""
    steps = np.diff(time)
    back = steps < 0 if (steps >= 0).mean() > 0.5 else steps > 0
    starts = np.r_[0, np.flatnonzero(back) + 1]
    lengths = np.diff(np.r_[starts, len(time)])
    if (
        len(set(lengths)) > 1
        or lengths[0] < MIN_POINTS
        or np.ptp(time[starts]) > np.abs(steps).min()
    ):
        return starts[:1]
    return starts
