"""Materials that are alike: which residuals speak for the error of an estimate.

    d_i^2 = sum_j (prediction_ij - estimate_j)^2        distance of material i
    w_i = exp(-d_i^2 / (2 b^2)) + FLOOR                 its weight, times a constant

Predictions and estimate are fractions of the ranges, so that parameters that are hardly known,
whose predictions are all near the mean, hardly count. The width b is such that the weights are
those of a given number of materials, (sum w)^2 / sum w^2.
"""

import numpy as np

FLOOR = 0.002
"""Weight of every material, over the largest weight."""
SHARE = 1 / 8
"""Share of the materials that count as alike."""
FEWEST = 60
"""Materials that count as alike at least."""
STEPS = 40
"""Halvings of the interval in which the width is looked for."""


def weights_alike(predictions: np.ndarray, estimate: np.ndarray) -> np.ndarray:
    """Return the weights of materials by how alike their predictions are to an estimate.

    Parameters
    ----------
    predictions : array (n_materials, n)
        Leave-one-out predictions, as fractions of the ranges.
    estimate : array (n,)
        Estimate of the measured material.

    Returns
    -------
    array (n_materials,)
        Sum 1.
    """
    distance2 = ((predictions - estimate) ** 2).sum(axis=1)
    distance2 -= distance2.min()
    n_alike = min(max(FEWEST, SHARE * len(predictions)), len(predictions))

    # log b^2 by bisection: wider weights are those of more materials
    low, high = -20.0, 12.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        weights = np.exp(-distance2 / (2 * np.exp(middle)))
        if n_effective(weights) < n_alike:
            low = middle
        else:
            high = middle
    weights = np.exp(-distance2 / (2 * np.exp(high))) + FLOOR
    return weights / weights.sum()


def n_effective(weights: np.ndarray) -> float:
    """Return of how many equal materials weights are: (sum w)^2 / sum w^2."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def rms(residuals: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted root mean square of residuals (n_materials, n), (n,)."""
    return np.sqrt(weights @ residuals**2)


def interval(residuals: np.ndarray, weights: np.ndarray, level: float) -> np.ndarray:
    """Return how far below and above an estimate the truth lies.

    Parameters
    ----------
    residuals : array (n_materials, n)
        Truth less prediction.
    weights : array (n_materials,)
        Sum 1.
    level : float
        Fraction of the truths within the interval.

    Returns
    -------
    array (2, n)
        Weighted quantiles (1 - level) / 2 and (1 + level) / 2; one material more counts at either
        end, as for a new material that is exchangeable with them.
    """
    extra = 1 / (1 + n_effective(weights))
    tail = max((1 - level) / 2 - extra / 2, 0.0)
    ends = np.empty((2, residuals.shape[1]))
    for j, column in enumerate(residuals.T):
        order = np.argsort(column)
        # Half of the weight of each material lies below it
        cumulative = np.cumsum(weights[order]) - weights[order] / 2
        ends[:, j] = np.interp([tail, 1 - tail], cumulative, column[order])
    return ends
