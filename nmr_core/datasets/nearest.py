"""Which curves look alike."""

import numpy as np

BLOCK = 500


def distances(signals: np.ndarray, index: int) -> np.ndarray:
    """rms over settings and times of |M_k - M_index| for every sample k, float64 (n_samples,).

    signals : complex (n_samples, n_settings, n_times)
    """
    chosen = signals[index]
    squares = np.empty(len(signals))
    for start in range(0, len(signals), BLOCK):  # bounded memory for many curves
        apart = signals[start : start + BLOCK] - chosen
        squares[start : start + BLOCK] = (apart.real**2 + apart.imag**2).mean(axis=(1, 2))
    return np.sqrt(squares)


def nearest(signals: np.ndarray, index: int, k: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """(indices, distances) of the ``k`` samples nearest to sample ``index``, itself left out, nearest first."""
    apart = distances(signals, index)
    apart[index] = np.inf
    order = np.argsort(apart, kind="stable")[: min(k, len(signals) - 1)]
    return order, apart[order]
