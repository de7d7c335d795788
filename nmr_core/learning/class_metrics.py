"""Scores of predicted classes on test samples, beside the baseline, with 95 % intervals.

Weights as in :mod:`nmr_core.learning.metrics`.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from nmr_core.learning.metrics import N_RESAMPLES, resampled_means, share_interval
from nmr_core.weights import unequal


def confusion(
    true: ArrayLike,
    predicted: ArrayLike,
    classes: Sequence[str] | np.ndarray,
    weights: np.ndarray | None = None,
) -> pd.DataFrame:
    """Samples by true (rows) and predicted class (columns), int (n_classes, n_classes).

    With unequal weights the sums of the weights, float64.
    """
    n = len(classes)
    cell = _cells(true, predicted, classes)
    inside = cell >= 0
    w = unequal(weights)
    shares = None if w is None else w[inside]
    counts = np.bincount(cell[inside], shares, minlength=n * n).reshape(n, n)
    return pd.DataFrame(counts, index=list(classes), columns=list(classes))


def _cells(
    true: ArrayLike, predicted: ArrayLike, classes: Sequence[str] | np.ndarray
) -> np.ndarray:
    """Cell of each sample in the flat confusion matrix, int (n_samples,); -1 for other classes."""
    t = pd.Categorical(true, categories=list(classes)).codes.astype(int)
    p = pd.Categorical(predicted, categories=list(classes)).codes.astype(int)
    return np.where((t >= 0) & (p >= 0), t * len(classes) + p, -1)


def score_with_interval(
    true: ArrayLike,
    predicted: ArrayLike,
    classes: Sequence[str] | np.ndarray,
    score: Callable[[np.ndarray], np.ndarray],
    weights: np.ndarray | None = None,
    seed: int = 0,
) -> tuple[float, float, float]:
    """A score of predicted classes with its 95 % bootstrap interval: (value, low, high).

    Parameters
    ----------
    true, predicted : sequence of str, (n_samples,)
        Classes of the samples.
    classes : sequence of str
        In the order of the confusion matrix.
    score : callable
        Of confusion matrices, (..., n_classes, n_classes) -> (...).
    weights : float array, (n_samples,), optional
        Default: equal.
    seed : int
        Of the bootstrap.
    """
    table = confusion(true, predicted, classes, weights)
    if unequal(weights) is None:
        return with_interval(table, score, seed=seed)
    cells = _cells(true, predicted, classes)
    is_in = (cells[:, None] == np.arange(table.size)).astype(float)
    shares = resampled_means(is_in, seed=seed, weights=weights).reshape(-1, *table.shape)
    low, high = np.quantile(score(shares), [0.025, 0.975])
    return float(score(table.to_numpy())), float(low), float(high)


def f1_scores(counts: np.ndarray) -> np.ndarray:
    """F1 = 2 TP / (2 TP + FP + FN) of each class; 0 where it is neither there nor predicted.

    Parameters
    ----------
    counts : (..., n_classes, n_classes)
        Confusion matrices.

    Returns
    -------
    (..., n_classes)
    """
    right = np.diagonal(counts, axis1=-2, axis2=-1).astype(float)
    true_and_predicted = counts.sum(axis=-1) + counts.sum(axis=-2)
    return np.divide(
        2 * right, true_and_predicted, out=np.zeros(right.shape), where=true_and_predicted > 0
    )


def weighted_f1(counts: np.ndarray) -> np.ndarray:
    """F1 averaged over the classes by their true samples, (..., n_classes, n_classes) -> (...).

    Equal to ``sklearn.metrics.f1_score(average="weighted")``.
    """
    support = counts.sum(axis=-1)
    return (f1_scores(counts) * support).sum(axis=-1) / support.sum(axis=-1)


def accuracy(counts: np.ndarray) -> np.ndarray:
    """Share of samples on the diagonal, (..., n_classes, n_classes) -> (...)."""
    return np.trace(counts, axis1=-2, axis2=-1) / counts.sum(axis=(-2, -1))


def with_interval(
    table: pd.DataFrame,
    score: Callable[[np.ndarray], np.ndarray],
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> tuple[float, float, float]:
    """A score of a confusion matrix with its 95 % bootstrap interval: (value, low, high).

    Drawing n samples from n with replacement is a multinomial draw of the cells, so no sample is
    touched.
    """
    counts = table.to_numpy()
    n = int(counts.sum())
    rng = np.random.default_rng(seed)
    resampled = rng.multinomial(n, counts.ravel() / n, n_resamples).reshape(-1, *counts.shape)
    low, high = np.quantile(score(resampled), [0.025, 0.975])
    return float(score(counts)), float(low), float(high)


def baseline_f1(table: pd.DataFrame, baseline: str) -> float:
    """Weighted F1 of predicting the class ``baseline`` for every sample of a confusion matrix."""
    return float(weighted_f1(_baseline_confusion(table, baseline)))


def _baseline_confusion(table: pd.DataFrame, baseline: str) -> np.ndarray:
    counts = np.zeros_like(table.to_numpy())
    counts[:, list(table).index(baseline)] = table.sum(axis=1)
    return counts


def class_table(table: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Scores of predicted classes, one row per class.

    Parameters
    ----------
    table : DataFrame, (n_classes, n_classes)
        What :func:`confusion` returns.
    baseline : str
        The class that the baseline predicts for every sample.

    Returns
    -------
    DataFrame
        precision, recall, f1, support (test samples of the class, or the sum of their weights),
        baseline_f1
    """
    counts = table.to_numpy()
    right = np.diag(counts)
    predicted = counts.sum(axis=0)
    support = counts.sum(axis=1)
    return pd.DataFrame(
        {
            "precision": _share(right, predicted),
            "recall": _share(right, support),
            "f1": f1_scores(counts),
            "support": support,
            "baseline_f1": f1_scores(_baseline_confusion(table, baseline)),
        },
        index=list(table),
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def reliability(
    true: np.ndarray,
    probability: np.ndarray,
    n_bins: int = 10,
    weights: np.ndarray | None = None,
) -> pd.DataFrame:
    """Reliability diagram: of samples with probability near p, a share near p are of the class.

    Parameters
    ----------
    true : bool array, (n_samples,)
        Whether a sample is of the class.
    probability : float array, (n_samples,)
        Its predicted probability.
    n_bins : int
        Number of ranges.
    weights : float array, (n_samples,), optional
        Default: equal. The intervals are then those of the effective number of samples.

    Returns
    -------
    DataFrame
        One row per bin of equal width that is not empty: probability (mean), share, low, high (95 %
        interval of the share), n.
    """
    true = np.asarray(true, bool)
    probability = np.asarray(probability, float)
    place = np.minimum((probability * n_bins).astype(int), n_bins - 1)
    w = np.ones(len(true)) if weights is None else np.asarray(weights, float)
    n = np.bincount(place, minlength=n_bins)
    total = np.bincount(place, w, n_bins)
    filled = total > 0
    total = total[filled]
    share = np.bincount(place, w * true, n_bins)[filled] / total
    mean = np.bincount(place, w * probability, n_bins)[filled] / total
    effective = total**2 / np.bincount(place, w**2, n_bins)[filled]
    low, high = share_interval(share * effective, effective)
    return pd.DataFrame(
        {"probability": mean, "share": share, "low": low, "high": high, "n": n[filled]}
    )
