"""The disorder of a sample as noise: curves in units of what other placements of the offsets
change, direction by direction.
"""

from dataclasses import dataclass

import numpy as np

RIDGES = tuple(10.0 ** -np.arange(4, 13))
"""Variances that are tried for directions in which no disorder was seen, in units of M²."""


def flat(curves: np.ndarray) -> np.ndarray:
    """Re and Im of complex curves (n, n_settings, n_seen) as real rows (n, n_numbers)."""
    rows = np.asarray(curves).reshape(len(curves), -1)
    return np.concatenate([rows.real, rows.imag], axis=1).astype(np.float64)


@dataclass(frozen=True)
class Whitening:
    """x -> C^(-1/2) x for C = covariance of the disorder + ridge.

    Attributes
    ----------
    variances, axes : array
        Of the disorder's principal components, (k,) and (n_numbers, k).
    ridge : float
        Variance everywhere else, and added to all.
    """

    variances: np.ndarray
    axes: np.ndarray
    ridge: float

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Whitened rows, (..., n_numbers)."""
        inside = rows @ self.axes
        scale = 1 / np.sqrt(self.variances + self.ridge) - 1 / np.sqrt(self.ridge)
        return rows / np.sqrt(self.ridge) + (inside * scale) @ self.axes.T


def whitening(rows: np.ndarray, slopes: np.ndarray, sigma: float = 0.0) -> Whitening:
    """From curves at the same parameters, real (n, n_numbers), and the slopes of their mean,
    (n_numbers, n_parameters).

    Three quarters of the curves give the covariance; the ridge is the one of ``RIDGES`` (plus
    sigma²) with which the linear
    estimate (J'C^-1 J)^-1 J'C^-1 of the other quarter scatters least.
    """
    cut = 3 * len(rows) // 4
    known, held = rows[:cut], rows[cut:] - rows[cut:].mean(axis=0)
    _, s, axes = np.linalg.svd(known - known.mean(axis=0), full_matrices=False)
    variances = s**2 / (cut - 1)
    found = [Whitening(variances, axes.T, ridge + sigma**2) for ridge in RIDGES]
    return min(found, key=lambda white: _scatter(white, held, slopes, sigma))


def _scatter(white: Whitening, held: np.ndarray, slopes: np.ndarray, sigma: float) -> float:
    """Log of the volume that estimates of held-out curves scatter over; noise of ``sigma`` comes on
    top.
    """
    step = np.linalg.pinv(white(slopes.T).T)
    moved = white(held) @ step.T
    noise = sigma**2 * (white(white(step)) ** 2).sum(axis=1) if sigma else 0.0
    return float(np.log(moved.var(axis=0) + noise + 1e-300).sum())
