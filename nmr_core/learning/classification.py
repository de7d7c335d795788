"""How good a classifier is: per class and in total, beside the baseline, with intervals; and whether it lives on W alone."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

N_RESAMPLES = 1000


def confusion(
    true: ArrayLike, predicted: ArrayLike, classes: Sequence[str] | np.ndarray
) -> pd.DataFrame:
    """Samples by true class (rows) and predicted class (columns), int (n_classes, n_classes)."""
    t, p = (
        pd.Categorical(values, categories=list(classes)).codes.astype(int)
        for values in (true, predicted)
    )
    n = len(classes)
    known = (t >= 0) & (p >= 0)
    counts = np.bincount(t[known] * n + p[known], minlength=n * n).reshape(n, n)
    return pd.DataFrame(counts, index=list(classes), columns=list(classes))


def f1_scores(counts: np.ndarray) -> np.ndarray:
    """F1 = 2 TP / (2 TP + FP + FN) of each class, 0 where it is neither there nor predicted. counts : (..., n_classes, n_classes)
    -> (..., n_classes)."""
    right = np.diagonal(counts, axis1=-2, axis2=-1).astype(float)
    both = counts.sum(axis=-1) + counts.sum(axis=-2)
    return np.divide(2 * right, both, out=np.zeros(right.shape), where=both > 0)


def weighted_f1(counts: np.ndarray) -> np.ndarray:
    """F1 averaged over the classes by their true samples: scikit-learn's f1_score(average="weighted"). (..., n, n) -> (...)."""
    support = counts.sum(axis=-1)
    return (f1_scores(counts) * support).sum(axis=-1) / support.sum(axis=-1)


def accuracy(counts: np.ndarray) -> np.ndarray:
    """Share on the diagonal. (..., n, n) -> (...)."""
    return np.trace(counts, axis1=-2, axis2=-1) / counts.sum(axis=(-2, -1))


def with_interval(
    table: pd.DataFrame,
    score: Callable[[np.ndarray], np.ndarray],
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> tuple[float, float, float]:
    """(value, low, high): a score of a confusion matrix and its 95 % bootstrap interval. Drawing n samples again from n is a
    multinomial draw of the cells they are in, so no sample is touched."""
    counts = table.to_numpy()
    n = int(counts.sum())
    drawn = (
        np.random.default_rng(seed)
        .multinomial(n, counts.ravel() / n, n_resamples)
        .reshape(-1, *counts.shape)
    )
    low, high = np.quantile(score(drawn), [0.025, 0.975])
    return float(score(counts)), float(low), float(high)


def _of_baseline(table: pd.DataFrame, baseline: str) -> np.ndarray:
    """The confusion matrix of always saying ``baseline``."""
    counts = np.zeros(table.shape, int)
    counts[:, list(table).index(baseline)] = table.sum(axis=1)
    return counts


def baseline_f1(table: pd.DataFrame, baseline: str) -> float:
    """Weighted F1 of always saying ``baseline``."""
    return float(weighted_f1(_of_baseline(table, baseline)))


def class_table(table: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """One row per class: precision, recall, f1, support (its test samples) and baseline_f1, the F1 of always saying ``baseline``."""
    counts = table.to_numpy()
    right, said, support = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    return pd.DataFrame(
        {
            "precision": _share(right, said),
            "recall": _share(right, support),
            "f1": f1_scores(counts),
            "support": support,
            "baseline_f1": f1_scores(_of_baseline(table, baseline)),
        },
        index=list(table),
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def calibration(true: np.ndarray, probability: np.ndarray, n_bins: int = 10) -> pd.DataFrame:
    """Whether a probability is one: of the samples that get about p, a share of about p should be of the class.

    true        : bool (n_samples,), whether a sample is of the class; probability : (n_samples,) that it is
    One row per bin of equal width that is not empty: probability (mean), share, low, high (95 %, Wilson), n.
    """
    true, probability = np.asarray(true, bool), np.asarray(probability, float)
    where = np.minimum((probability * n_bins).astype(int), n_bins - 1)
    n = np.bincount(where, minlength=n_bins)
    filled = n > 0
    mean, share = (
        np.bincount(where, values, n_bins)[filled] / n[filled] for values in (probability, true)
    )
    low, high = wilson(share, n[filled])
    return pd.DataFrame(
        {"probability": mean, "share": share, "low": low, "high": high, "n": n[filled]}
    )


def wilson(share: np.ndarray, n: np.ndarray, z: float = 1.96) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's 95 % interval of a share of n."""
    middle, half = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)


def f1_by(
    values: ArrayLike, true: ArrayLike, predicted: ArrayLike, n_bins: int = 8
) -> pd.DataFrame:
    """Weighted F1 against a number, such as W: one row per bin that holds about equally many samples.

    values : (n_samples,). Columns: low_edge, high_edge, value (median), f1, low, high (95 % bootstrap), n
    """
    values = np.asarray(values, float)
    true, predicted = np.asarray(true, str), np.asarray(predicted, str)
    classes = np.unique([true, predicted])
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)))
    where = np.clip(np.searchsorted(edges, values, "right") - 1, 0, max(0, len(edges) - 2))
    rows = []
    for k in np.unique(where):
        inside = where == k
        f1, low, high = with_interval(
            confusion(true[inside], predicted[inside], classes), weighted_f1
        )
        rows.append(
            {
                "low_edge": edges[k],
                "high_edge": edges[min(k + 1, len(edges) - 1)],
                "value": np.median(values[inside]),
                "f1": f1,
                "low": low,
                "high": high,
                "n": int(inside.sum()),
            }
        )
    return pd.DataFrame(rows)


def matched(values: ArrayLike, labels: ArrayLike, seed: int = 0, n_bins: int = 20) -> np.ndarray:
    """Sorted indices of samples among which every class has the same distribution of ``values`` (W, say), so that no class can
    be told by that number alone: from each of ``n_bins`` bins equally many samples of every class, as many as its rarest has.

    values : (n_samples,), labels : (n_samples,). Empty where the classes have no bin in common.
    """
    values, labels = np.asarray(values, float), np.asarray(labels, str)
    rng = np.random.default_rng(seed)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)))
    where, classes = np.searchsorted(edges[1:-1], values, "right"), np.unique(labels)
    kept: list[np.ndarray] = []
    for k in np.unique(where):
        members = [np.flatnonzero((where == k) & (labels == name)) for name in classes]
        n = min(map(len, members))
        kept += [rng.permutation(own)[:n] for own in members]
    return np.sort(np.concatenate(kept)).astype(int)
