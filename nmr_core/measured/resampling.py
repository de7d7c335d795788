"""A measurement at the time points of a model.

Where the measurement is dense, each value is that of a parabola fitted to the points within one
step of the grid; where it is sparse, of a cubic spline. No window crosses a pulse.

Notes
-----
The parabola changes a component of frequency f by (2 pi f step)^4 / 280, 0.02 % at 0.25 MHz and a
step of 0.318 µs, and averages noise like 4/9 of the points. A plain mean changes it by
(2 pi f step)^2 / 6.

References
----------
Savitzky & Golay, Anal. Chem. 36, 1627 (1964); here for points that need not be equally spaced.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from nmr_core.io.measurement import Measurement
from nmr_core.measured.target import Target

DENSE = 2.0
"""Points of the measurement per step of the grid from which they are averaged."""
SAME = 0.02
"""Steps: times that differ by less are the same."""
MIN_WINDOW = 4
"""Points that a parabola or a spline needs."""


@dataclass(frozen=True, eq=False)
class Resampled:
    """A measurement on a grid.

    Attributes
    ----------
    signal : complex array (n_grid,)
        0 where the grid is not covered.
    covered : bool array (n_grid,)
        Grid points that have points of the measurement near them.
    gain : array (n_grid,)
        Noise of a grid point over that of a point of the measurement.
    method : str
        "average", "spline" or "nearest".
    """

    signal: np.ndarray
    covered: np.ndarray
    gain: np.ndarray
    method: str


def choose_method(step: float, time: np.ndarray, grid: np.ndarray) -> str:
    """Return how to bring a measurement to a grid: "average", "spline" or "nearest".

    Parameters
    ----------
    step : float
        Of the grid, µs.
    time, grid : array (n,), (n_grid,)
        Times of the measurement and of the grid, µs.
    """
    # Long gaps between points: dense somewhere, but not on average
    if len(time) * DENSE * step <= time[-1] - time[0]:
        return "spline"
    spacing = float(np.median(np.diff(time)))
    if spacing * DENSE <= step * (1 + SAME):
        return "average"
    distance = np.abs(time[_nearest(time, grid)] - grid)
    inside = (grid >= time[0] - SAME * step) & (grid <= time[-1] + SAME * step)
    on_points = inside.any() and distance[inside].max() < SAME * step
    return "nearest" if on_points else "spline"


def resample(
    time: np.ndarray,
    signal: np.ndarray,
    grid: np.ndarray,
    *,
    step: float,
    piece: np.ndarray | None = None,
    edges: Sequence[float] | np.ndarray = (),
    method: str | None = None,
) -> Resampled:
    """Return a measurement at the times of a grid.

    Parameters
    ----------
    time, signal : array and complex array (n,)
        Increasing times, µs, and the measurement.
    grid : array (n_grid,)
        µs.
    step : float
        Of the grid, µs. A grid point is covered if its piece has a point of the measurement
        within this distance, or within the spacing of the measurement.
    piece : int array (n_grid,), optional
        Smooth piece of each grid point, between two of ``edges``; default: all one piece.
    edges : array, optional
        Times at which the signal may jump, µs.
    method : str, optional
        "average", "spline" or "nearest"; default: :func:`choose_method`.

    Returns
    -------
    Resampled
    """
    method = method or choose_method(step, time, grid)
    piece = np.zeros(len(grid), int) if piece is None else piece
    edges = np.asarray(edges, float)
    spacing = float(np.median(np.diff(time)))

    # Points first to last - 1 of the measurement belong to the piece of each grid point
    slack = SAME * min(step, spacing)
    first = np.searchsorted(time, np.r_[-np.inf, edges] + slack, "left")[piece]
    last = np.searchsorted(time, np.r_[edges, np.inf] + slack, "left")[piece]

    nearest = np.clip(_nearest(time, grid), first, np.maximum(first, last - 1))
    nearest = np.minimum(nearest, len(time) - 1)
    reach = 1.01 * max(step, spacing)
    covered = (last > first) & (np.abs(time[nearest] - grid) <= reach)

    if method == "nearest":
        values, gain = signal[nearest], np.ones(len(grid))
    elif method == "average":
        values, gain = _parabolas(time, signal, grid, first, last, step)
    else:
        values, gain = _splines(time, signal, grid, piece, first, last)
    return Resampled(np.where(covered, values, 0), covered, gain, method)


def onto_grid(
    measurement: Measurement, target: Target, zero: float, conjugate: bool, method: str | None
) -> Resampled:
    """Return a measurement at the time points of a target.

    Parameters
    ----------
    measurement : Measurement
        As read.
    target : Target
        Time points and typical signals of the model.
    zero : float
        Time zero on the clock of the measurement, µs.
    conjugate : bool
        Whether to reverse Im.
    method : str, optional
        As of :func:`resample`.
    """
    # Only the points near the grid count
    margin = 4 * max(target.step, measurement.step)
    start = int(np.searchsorted(measurement.time, target.time[0] + zero - margin))
    stop = int(np.searchsorted(measurement.time, target.time[-1] + zero + margin))
    if stop - start < MIN_WINDOW:
        start, stop = 0, len(measurement)
    signal = measurement.signal[start:stop]
    return resample(
        measurement.time[start:stop],
        signal.conj() if conjugate else signal,
        target.time + zero,
        step=target.step,
        piece=target.piece,
        edges=target.edges + zero,
        method=method,
    )


def _nearest(time: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Index of the nearest time of each grid point."""
    after = np.clip(np.searchsorted(time, grid), 1, len(time) - 1)
    before_is_nearer = grid - time[after - 1] <= time[after] - grid
    return after - before_is_nearer


def _parabolas(
    time: np.ndarray,
    signal: np.ndarray,
    grid: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    step: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Value and gain of the parabola through the window of each grid point.

    A straight line where a window has few points, or a grid point lies beyond its piece.
    """
    values = np.zeros(len(grid), complex)
    gain = np.ones(len(grid))
    start, stop, inner = _windows(time, grid, first, last, step)
    counts = stop - start
    filled = np.flatnonzero(counts)
    if not len(filled):
        return values, gain

    # The points of all windows in one array, window after window
    counts = counts[filled]
    begin = np.cumsum(counts) - counts
    window = np.repeat(np.arange(len(filled)), counts)
    within = np.arange(counts.sum()) - np.repeat(begin, counts)
    index = within + np.repeat(start[filled], counts)
    u = (time[index] - grid[filled][window]) / step
    y = signal[index]

    # Normal equations of 1, u, u^2: sums of u^(i+j) and of u^i y
    powers = [np.ones_like(u), u, u**2, u**3, u**4]
    moments = np.stack([np.add.reduceat(power, begin) for power in powers], axis=1)
    right = np.stack([np.add.reduceat(power * y, begin) for power in powers[:3]], axis=1)
    order = np.arange(3)
    normal = moments[:, order[:, None] + order] + 1e-9 * np.eye(3)

    # A straight line: no quadratic term, which the unit diagonal keeps solvable
    beyond = np.abs(inner - grid)[filled] > SAME * step
    straight = (counts < MIN_WINDOW) | beyond
    normal[straight, 2, :] = 0
    normal[straight, :, 2] = 0
    normal[straight, 2, 2] = 1
    right[straight, 2] = 0

    # The value at u = 0 is the constant term
    inverse = np.linalg.inv(normal)
    values[filled] = (inverse[:, 0] * right).sum(1)
    gain[filled] = np.sqrt(np.clip(inverse[:, 0, 0], 0, None))
    return values, gain


def _windows(
    time: np.ndarray, grid: np.ndarray, first: np.ndarray, last: np.ndarray, step: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points start to stop - 1 around each grid point, and the nearest time inside its piece."""
    n = len(time) - 1
    inner = np.clip(grid, time[np.minimum(first, n)], time[np.clip(last - 1, 0, n)])
    middle = np.searchsorted(time, inner)

    # Within one step, and at least two points on either side
    low = np.minimum(np.searchsorted(time, inner - step, "left"), middle - 2)
    high = np.maximum(np.searchsorted(time, inner + step, "right"), middle + 2)
    start = np.clip(low, first, last)
    stop = np.clip(high, start, last)

    # At the ends of a piece: more points from its inside
    start = np.where(stop - start < MIN_WINDOW, np.clip(stop - MIN_WINDOW, first, None), start)
    stop = np.where(stop - start < MIN_WINDOW, np.clip(start + MIN_WINDOW, None, last), stop)
    return start, stop, inner


def _splines(
    time: np.ndarray,
    signal: np.ndarray,
    grid: np.ndarray,
    piece: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Values and gain of a cubic spline through each piece; linear where it has few points."""
    values = np.zeros(len(grid), complex)
    for number in np.unique(piece):
        inside = piece == number
        start, stop = int(first[inside][0]), int(last[inside][0])
        t, y = time[start:stop], signal[start:stop]
        if len(t) >= MIN_WINDOW:
            values[inside] = CubicSpline(t, y)(grid[inside])
        elif len(t):
            real = np.interp(grid[inside], t, y.real)
            imag = np.interp(grid[inside], t, y.imag)
            values[inside] = real + 1j * imag
    return values, np.ones(len(grid))
