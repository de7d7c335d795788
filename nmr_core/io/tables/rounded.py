"""Times that were rounded when they were written, so that some of them repeat."""

import numpy as np

from nmr_core.errors import InputError

FEWEST = 0.05
"""Fraction of the steps that are zero, from which times count as rounded."""
TOLERATED = 0.1
"""Uncertainty of a restored time, in steps, up to which the step is certain."""
GRID = 1e-6
"""Deviation from a multiple of the rounding, in units of it."""


def restored(time: np.ndarray, name: str, unit: str) -> tuple[np.ndarray, str]:
    """Return times without repetitions, and a note if they were restored.

    Parameters
    ----------
    time : float (n,)
        As the file holds them.
    name : str
        Of the file.
    unit : str
        Of the times, for messages.

    Returns
    -------
    time : float (n,)
    note : str
        "" if nothing was changed.

    Raises
    ------
    InputError
        If they are rounded so far that the step is not certain.

    Notes
    -----
    The times are t_k = first + k step, rounded to a multiple of q: |t_k - first - k step| <= q/2
    for all k. These inequalities bound the step and each restored time (Dorst and Smeulders, IEEE
    Trans. Pattern Anal. Mach. Intell. 6, 450 (1984)).
    """
    steps = np.diff(time)
    if not np.isfinite(time).all() or len(time) < 3 or (steps < 0).any() or not (steps > 0).any():
        return time, ""
    n_repeated = int((steps == 0).sum())
    if n_repeated < max(2, FEWEST * len(steps)):
        return time, ""
    quantum = float(steps[steps > 0].min())
    multiples = steps / quantum
    bounds = None
    if np.abs(multiples - np.round(multiples)).max() < GRID * len(time):
        bounds = _bounds(time / quantum)
    if bounds is None or not _certain(bounds):
        raise InputError(
            f"{name}: the times are rounded to {quantum:.3g} {unit}, so that {n_repeated:,} of "
            f"{len(time):,} repeat the one before, and the step does not follow from them. Write "
            "them with more digits, or give the time between two points instead of the column."
        )
    middle = bounds[:, :2].mean(axis=1) * quantum
    line = np.linspace(middle[0], middle[1], len(time))
    return line, (
        f"The times are rounded to {quantum:.3g} {unit} and repeat; all of them fit equal steps of "
        f"{(middle[1] - middle[0]) / (len(time) - 1):.5g} {unit}, which are used."
    )


def _certain(bounds: np.ndarray) -> bool:
    """Whether first and last time are known to a small part of the step."""
    first, last = bounds[:, :2].mean(axis=1)
    step = (last - first) / bounds[0, 2]
    return bool((bounds[:, 1] - bounds[:, 0]).max() <= 2 * TOLERATED * step)


def _bounds(time: np.ndarray) -> np.ndarray | None:
    """Lowest and highest first and last time, rows (low, high, n - 1); None if no steps fit."""
    from scipy.optimize import linprog

    n = len(time)
    places = np.arange(n) / (n - 1)
    # |(1 - k) first + k last - t_k| <= 1/2
    weights = np.column_stack([1 - places, places])
    limit = 0.5 + 1e-6
    matrix = np.vstack([weights, -weights])
    right = np.concatenate([time + limit, limit - time])
    found = []
    for target in ([1, 0], [-1, 0], [0, 1], [0, -1]):
        result = linprog(target, A_ub=matrix, b_ub=right, bounds=[(None, None)] * 2)
        if not result.success:
            return None
        found.append(abs(np.asarray(target)) @ result.x)
    return np.array([[found[0], found[1], n - 1], [found[2], found[3], n - 1]])
