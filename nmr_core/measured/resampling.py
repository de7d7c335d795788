"""A measurement at other times: local parabolas through all its points where it is dense, a spline
where it is sparse.

A parabola fitted to the points within ± one step of the grid keeps a component of frequency f to
(2π f step)^4/280 (.02 % at
.25 MHz
and .318 µs) and averages noise like 4/9 of the points; a plain mean would lose (2π f step)²/6.
Nothing crosses a pulse.
Source: Savitzky & Golay, Anal. Chem. 36, 1627 (1964), for points that need not be equally spaced.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

DENSE = 2.0
"""Points of the measurement in one step of the grid from which on they are averaged."""
SAME = 0.02
"""Of a step: times that differ by less are the same."""


@dataclass(frozen=True, eq=False)
class Resampled:
    """signal complex (n,), covered bool (n,) where the measurement tells it, gain (n,): its noise
    over that of a point, method.
    """

    signal: np.ndarray
    covered: np.ndarray
    gain: np.ndarray
    method: str


def method_for(step: float, time: np.ndarray, grid: np.ndarray) -> str:
    """How a measurement with this step is brought to the grid, of step ``step``."""
    if len(time) * DENSE * step <= time[-1] - time[0]:
        return "spline"
    own = float(np.median(np.diff(time)))
    if own * DENSE <= step * (1 + SAME):
        return "average"
    nearest = np.abs(time[_nearest(time, grid)] - grid)
    inside = (grid >= time[0] - SAME * step) & (grid <= time[-1] + SAME * step)
    return "nearest" if inside.any() and nearest[inside].max() < SAME * step else "spline"


def resample(
    time: np.ndarray,
    signal: np.ndarray,
    grid: np.ndarray,
    *,
    step: float,
    piece: np.ndarray | None = None,
    edges: np.ndarray = (),
    method: str | None = None,
) -> Resampled:
    """The measurement at the times ``grid``.

    Parameters
    ----------
    time, signal : array
        µs and complex, (n,), increasing.
    grid, piece : array
        µs, (n_grid,), and the smooth piece of each, between two of ``edges`` (µs); None: all one
        piece.
    step : float
        µs, of the grid: a point further than this (and than the measurement's own step) from every
        point of its piece is not covered and 0.
    edges : array
        Times of the pulses in µs, where pieces begin.
    method : str, optional
        "average", "spline" or "nearest"; None: chosen from the spacing.
    """
    method = method or method_for(step, time, grid)
    piece = np.zeros(len(grid), int) if piece is None else piece
    edges = np.asarray(edges, float)
    slack = SAME * min(step, float(np.median(np.diff(time))))
    first = np.searchsorted(time, np.r_[-np.inf, edges] + slack, "left")[piece]
    last = np.searchsorted(time, np.r_[edges, np.inf] + slack, "left")[piece]
    at = np.clip(_nearest(time, grid), first, np.maximum(first, last - 1))
    there = last > first
    reach = 1.01 * max(step, float(np.median(np.diff(time))))
    covered = there & (np.abs(time[np.minimum(at, len(time) - 1)] - grid) <= reach)
    if method == "nearest":
        values, gain = signal[np.minimum(at, len(time) - 1)], np.ones(len(grid))
    elif method == "average":
        values, gain = _parabolas(time, signal, grid, first, last, step)
    else:
        values, gain = _splines(time, signal, grid, piece, first, last)
    return Resampled(np.where(covered, values, 0), covered, gain, method)


def _nearest(time: np.ndarray, grid: np.ndarray) -> np.ndarray:
    after = np.clip(np.searchsorted(time, grid), 1, len(time) - 1)
    return after - (grid - time[after - 1] <= time[after] - grid)


def _parabolas(
    time: np.ndarray,
    signal: np.ndarray,
    grid: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    step: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Least squares in the window of each grid point, all at once; a straight line where the point
    lies beyond its piece.
    """
    n = len(time) - 1
    inner = np.clip(grid, time[np.minimum(first, n)], time[np.clip(last - 1, 0, n)])
    at = np.searchsorted(time, inner)
    start = np.clip(np.minimum(np.searchsorted(time, inner - step, "left"), at - 2), first, last)
    stop = np.clip(np.maximum(np.searchsorted(time, inner + step, "right"), at + 2), start, last)
    start = np.where(stop - start < 4, np.clip(stop - 4, first, None), start)
    stop = np.where(stop - start < 4, np.clip(start + 4, None, last), stop)
    counts = stop - start
    filled = np.flatnonzero(counts)
    values, gain = np.zeros(len(grid), complex), np.ones(len(grid))
    if not len(filled):
        return values, gain
    counts = counts[filled]
    begin = np.cumsum(counts) - counts
    row = np.repeat(np.arange(len(filled)), counts)
    index = np.arange(counts.sum()) - np.repeat(begin, counts) + np.repeat(start[filled], counts)
    u, y = (time[index] - grid[filled][row]) / step, signal[index]
    powers = [np.ones_like(u), u, u**2, u**3, u**4]
    moments = np.stack([np.add.reduceat(power, begin) for power in powers], axis=1)
    right = np.stack([np.add.reduceat(power * y, begin) for power in powers[:3]], axis=1)
    order = np.arange(3)
    normal = moments[:, order[:, None] + order] + 1e-9 * np.eye(3)
    poor = (counts < 4) | (np.abs(inner - grid)[filled] > SAME * step)
    # A straight line: no quadratic term, which the unit diagonal keeps solvable
    normal[poor, 2, :] = 0
    normal[poor, :, 2] = 0
    normal[poor, 2, 2] = 1
    right[poor, 2] = 0
    inverse = np.linalg.inv(normal)
    values[filled] = (inverse[:, 0] * right).sum(1)
    gain[filled] = np.sqrt(np.clip(inverse[:, 0, 0], 0, None))
    return values, gain


def _splines(
    time: np.ndarray,
    signal: np.ndarray,
    grid: np.ndarray,
    piece: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    values = np.zeros(len(grid), complex)
    for k in np.unique(piece):
        mine = piece == k
        start, stop = int(first[mine][0]), int(last[mine][0])
        if stop - start >= 4:
            values[mine] = CubicSpline(time[start:stop], signal[start:stop])(grid[mine])
        elif stop > start:
            t, y = time[start:stop], signal[start:stop]
            values[mine] = np.interp(grid[mine], t, y.real) + 1j * np.interp(grid[mine], t, y.imag)
    return values, np.ones(len(grid))
