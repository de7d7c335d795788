"""Whitening of residuals by the disorder of a sample: random offsets count as noise."""

from dataclasses import dataclass

import numpy as np

RIDGES = tuple(10.0 ** -np.arange(4, 13))
"""Candidate variances, in units of M^2, of directions that the disorder does not fill."""


def real_rows(signals: np.ndarray) -> np.ndarray:
    """Return Re and Im of complex signals (n, ...) as real rows (n, n_values)."""
    rows = np.asarray(signals).reshape(len(signals), -1)
    return np.concatenate([rows.real, rows.imag], axis=1).astype(np.float64)


@dataclass(frozen=True)
class Whitening:
    """The map x -> C^(-1/2) x for C = covariance of the disorder + ridge.

    Attributes
    ----------
    variances : array (n_components,)
        Of the principal components of the disorder.
    axes : array (n_values, n_components)
        Principal components.
    ridge : float
        Variance that is added in all directions.
    """

    variances: np.ndarray
    axes: np.ndarray
    ridge: float

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """Return whitened rows, (..., n_values)."""
        along = rows @ self.axes
        # C^(-1/2) = 1/sqrt(ridge) outside of the components, 1/sqrt(variance + ridge) along them
        correction = 1 / np.sqrt(self.variances + self.ridge) - 1 / np.sqrt(self.ridge)
        return rows / np.sqrt(self.ridge) + (along * correction) @ self.axes.T


def fit_whitening(rows: np.ndarray, jacobian: np.ndarray, sigma: float = 0.0) -> Whitening:
    """Return the whitening with which linear estimates scatter least.

    Parameters
    ----------
    rows : array (n, n_values)
        Simulations at the same parameters, see :func:`real_rows`.
    jacobian : array (n_values, n_parameters)
        Derivatives of the mean simulation J.
    sigma : float
        Noise of one channel, which is added to the ridge.

    Notes
    -----
    Three quarters of the simulations give the covariance C. The ridge is the one of
    :data:`RIDGES` with which the estimates (J^T C^-1 J)^-1 J^T C^-1 x of the other quarter
    have the smallest generalised variance.
    """
    cut = 3 * len(rows) // 4
    training = rows[:cut]
    test = rows[cut:] - rows[cut:].mean(axis=0)
    _, s, axes = np.linalg.svd(training - training.mean(axis=0), full_matrices=False)
    variances = s**2 / (cut - 1)
    candidates = [Whitening(variances, axes.T, ridge + sigma**2) for ridge in RIDGES]
    return min(candidates, key=lambda whitening: _log_scatter(whitening, test, jacobian, sigma))


def _log_scatter(
    whitening: Whitening, test: np.ndarray, jacobian: np.ndarray, sigma: float
) -> float:
    """Sum of the log variances of linear estimates of the test simulations with noise."""
    estimator = np.linalg.pinv(whitening(jacobian.T).T)
    estimates = whitening(test) @ estimator.T
    noise = 0.0
    if sigma:
        noise = sigma**2 * (whitening(whitening(estimator)) ** 2).sum(axis=1)
    return float(np.log(estimates.var(axis=0) + noise + 1e-300).sum())
