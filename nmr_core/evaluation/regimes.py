"""Scores within ranges of a parameter, with those of the baseline in the same range.

Ranges hold equally many test samples; within a range the samples count by their weights.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from nmr_core.learning.class_metrics import score_with_interval, weighted_f1
from nmr_core.learning.metrics import weighted_mean
from nmr_core.weights import unequal

N_RESAMPLES = 300
FEWEST = 3
"""A range with fewer test samples has no error."""


def quantile_edges(values: np.ndarray, n_bins: int) -> np.ndarray:
    """Edges of at most ``n_bins`` ranges of about equally many values; equal ones stay together."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)))
    return edges if len(edges) > 1 else np.array([edges[0], edges[0]])


def _bins(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Index of the range of each value; a range contains its lower edge, the last one both."""
    index = np.searchsorted(edges, values, side="right") - 1
    return np.clip(index, 0, max(0, len(edges) - 2))


def error_by(
    values: np.ndarray,
    residual: np.ndarray,
    baseline: np.ndarray,
    n_bins: int = 8,
    seed: int = 0,
    weights: np.ndarray | None = None,
) -> pd.DataFrame:
    """RMSE by quantile ranges of a parameter.

    Parameters
    ----------
    values : (n_test,)
        Parameter of each test sample.
    residual : (n_test,)
        Predicted - true.
    baseline : (n_test,)
        Training mean - true.
    n_bins, seed : int
        Number of ranges; of the bootstrap.
    weights : (n_test,), optional
        Of the test samples; default: equal.

    Returns
    -------
    DataFrame
        One row per range: low, high, centre (median), n, rmse, rmse_low, rmse_high (95 %
        bootstrap), baseline.
    """
    edges = quantile_edges(values, n_bins)
    place = _bins(values, edges)
    rng = np.random.default_rng(seed)
    differing = unequal(weights)
    rows = []
    for k in range(len(edges) - 1):
        inside = place == k
        n = int(inside.sum())
        if n < FEWEST:
            continue
        squared = residual[inside] ** 2
        w = None if differing is None else differing[inside]
        resampled = _picked_means(squared, w, rng.integers(0, n, (N_RESAMPLES, n)))
        low, high = np.quantile(resampled, [0.025, 0.975])
        rows.append(
            {
                "low": edges[k],
                "high": edges[k + 1],
                "centre": float(np.median(values[inside])),
                "n": n,
                "rmse": np.sqrt(weighted_mean(squared, w)),
                "rmse_low": np.sqrt(low),
                "rmse_high": np.sqrt(high),
                "baseline": np.sqrt(weighted_mean(baseline[inside] ** 2, w)),
            }
        )
    columns = ["low", "high", "centre", "n", "rmse", "rmse_low", "rmse_high", "baseline"]
    return pd.DataFrame(rows, columns=columns)


def _picked_means(values: np.ndarray, weights: np.ndarray | None, picks: np.ndarray) -> np.ndarray:
    """Means of bootstrap samples, whose rows are ``picks`` (n_resamples, n)."""
    if weights is None:
        return values[picks].mean(axis=1)
    total = np.maximum(weights[picks].sum(axis=1), 1e-300)
    return (weights * values)[picks].sum(axis=1) / total


def error_map(
    x: np.ndarray,
    y: np.ndarray,
    residual: np.ndarray,
    n_bins: int = 6,
    weights: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """RMSE over quantile ranges of two parameters.

    Parameters
    ----------
    x, y, residual : (n_test,)
        The two parameters, and predicted - true.
    n_bins : int
        Number of ranges.
    weights : (n_test,), optional
        Of the test samples; default: equal.

    Returns
    -------
    x_edges, y_edges : (n_x + 1,), (n_y + 1,)
    rmse : (n_y, n_x)
        NaN in cells of fewer than :data:`FEWEST` samples.
    n : int (n_y, n_x)
        Samples per cell.
    """
    x_edges = quantile_edges(x, n_bins)
    y_edges = quantile_edges(y, n_bins)
    shape = (len(y_edges) - 1, len(x_edges) - 1)
    cell = np.ravel_multi_index((_bins(y, y_edges), _bins(x, x_edges)), shape)
    n = np.bincount(cell, minlength=np.prod(shape)).reshape(shape)
    w = np.ones(len(x)) if weights is None else weights
    total = np.bincount(cell, w * residual**2, minlength=np.prod(shape)).reshape(shape)
    size = np.bincount(cell, w, minlength=np.prod(shape)).reshape(shape)
    is_filled = (n >= FEWEST) & (size > 0)
    mse = np.divide(total, size, out=np.full(shape, np.nan), where=is_filled)
    return x_edges, y_edges, np.sqrt(mse), n


def f1_by(
    values: ArrayLike,
    true: ArrayLike,
    predicted: ArrayLike,
    n_bins: int = 8,
    weights: np.ndarray | None = None,
) -> pd.DataFrame:
    """Weighted F1 by quantile ranges of a parameter, such as the strength W.

    Parameters
    ----------
    values : (n_test,)
        Parameter of each test sample.
    true, predicted : sequence of str, (n_test,)
        Classes.
    n_bins : int
        Number of ranges.
    weights : (n_test,), optional
        Of the test samples; default: equal.

    Returns
    -------
    DataFrame
        One row per range: low_edge, high_edge, value (median), f1, low, high (95 % bootstrap), n.
    """
    values = np.asarray(values, float)
    true = np.asarray(true, str)
    predicted = np.asarray(predicted, str)
    classes = np.unique([true, predicted])
    edges = quantile_edges(values, n_bins)
    place = _bins(values, edges)
    differing = unequal(weights)
    rows = []
    for k in np.unique(place):
        inside = place == k
        w = None if differing is None else differing[inside]
        f1, low, high = score_with_interval(
            true[inside], predicted[inside], classes, weighted_f1, w
        )
        rows.append(
            {
                "low_edge": edges[k],
                "high_edge": edges[k + 1],
                "value": np.median(values[inside]),
                "f1": f1,
                "low": low,
                "high": high,
                "n": int(inside.sum()),
            }
        )
    return pd.DataFrame(rows)


def matched(values: ArrayLike, labels: ArrayLike, seed: int = 0, n_bins: int = 20) -> np.ndarray:
    """Samples among which every class has the same distribution of a parameter.

    A score on them does not come from that parameter alone (kernels that differ in the strength W,
    say).

    Parameters
    ----------
    values : (n_samples,)
        Values of the parameter.
    labels : sequence of str, (n_samples,)
        Class of each sample.
    seed : int
        Seed of the random numbers.
    n_bins : int
        Number of ranges.

    Returns
    -------
    int array
        Sorted indices: from each of ``n_bins`` quantile bins equally many samples of every class,
        as many as the rarest class has there. Empty where the classes share no bin.
    """
    values = np.asarray(values, float)
    labels = np.asarray(labels, str)
    rng = np.random.default_rng(seed)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)))
    place = np.searchsorted(edges[1:-1], values, "right")
    classes = np.unique(labels)
    parts: list[np.ndarray] = []
    for k in np.unique(place):
        members = [np.flatnonzero((place == k) & (labels == name)) for name in classes]
        n = min(map(len, members))
        parts += [rng.permutation(own)[:n] for own in members]
    return np.sort(np.concatenate(parts)).astype(int)
