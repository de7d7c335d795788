"""A conjugate problem with a known joint posterior, in the form that the families take."""

import numpy as np

MEAN = np.array([0.5, 0.4])
PRIOR = np.array([0.09, 0.08])
"""Prior: independent normal densities inside [0, 1]."""
NOISE = np.array([[0.0016, 0.0012], [0.0012, 0.0025]])
"""Covariance of the measurement t = y + noise."""
GAIN = np.diag(PRIOR**2) @ np.linalg.inv(np.diag(PRIOR**2) + NOISE)
COVARIANCE = (np.eye(2) - GAIN) @ np.diag(PRIOR**2)
"""Of the posterior, for every measurement."""
SD = np.sqrt(np.diag(COVARIANCE))
CORRELATION = COVARIANCE[0, 1] / SD.prod()


def posterior_mean(measured: np.ndarray) -> np.ndarray:
    """MEAN + GAIN (t - MEAN), (n, 2)."""
    return MEAN + (measured - MEAN) @ GAIN.T


def draw(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Context (n, 4), true values (n, 2) and exact posterior means (n, 2)."""
    rng = np.random.default_rng(seed)
    y = MEAN + PRIOR * rng.standard_normal((n, 2))
    measured = y + rng.multivariate_normal([0, 0], NOISE, n)
    exact = posterior_mean(measured)
    size = np.log(SD) - 0.635 + 0.01 * rng.standard_normal((n, 2))
    return np.concatenate([exact, size], axis=1), y, exact
