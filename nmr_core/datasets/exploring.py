"""Exploring a data set: similar samples, and the correlation of parameters with the signal."""

import numpy as np
import pandas as pd

BLOCK = 500
"""Samples that are compared at a time, which bounds the memory."""


def distances(signals: np.ndarray, index: int) -> np.ndarray:
    """Distance of every sample k from one of them, the rms of |M_k - M_index|.

    Parameters
    ----------
    signals : complex array, (n_samples, n_settings, n_times)
        Signals M.
    index : int
        Index of the sample.

    Returns
    -------
    float64 array, (n_samples,)
    """
    reference = signals[index]
    squares = np.empty(len(signals))
    for start in range(0, len(signals), BLOCK):
        difference = signals[start : start + BLOCK] - reference
        square = difference.real**2 + difference.imag**2
        squares[start : start + BLOCK] = square.mean(axis=(1, 2))
    return np.sqrt(squares)


def nearest(signals: np.ndarray, index: int, k: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """The samples nearest to one of them, without itself.

    Parameters
    ----------
    signals : complex array, (n_samples, n_settings, n_times)
        Signals M.
    index, k : int
        The sample, and the number of neighbours.

    Returns
    -------
    indices : int array, (k,)
        Nearest first.
    distances : float64 array, (k,)
    """
    distance = distances(signals, index)
    distance[index] = np.inf
    order = np.argsort(distance, kind="stable")[: min(k, len(signals) - 1)]
    return order, distance[order]


def correlations(parameters: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """Pearson's r of every parameter with every time point.

    Parameters
    ----------
    parameters : DataFrame
        Numbers, one row per sample.
    values : float array, (n_samples, n_times)
        Real signal of every sample, such as abs(M).

    Returns
    -------
    float64 array, (n_parameters, n_times)
        NaN where one of the two does not vary.
    """
    numbers = parameters.to_numpy(float)
    x = numbers - numbers.mean(0)
    y = values - values.mean(0, dtype=float)
    scale = np.sqrt((x**2).sum(0))[:, None] * np.sqrt((y**2).sum(0))
    # Below this the variation is round-off
    largest = np.abs(numbers).max(0)[:, None] * max(np.abs(values).max(), 1e-300)
    floor = 1e-12 * len(x) * largest
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(scale > floor, np.clip(x.T @ y / scale, -1, 1), np.nan)
