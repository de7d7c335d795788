"""Scores of answers, with bootstrap samples of the test curves.

weighted_mse     mean over curves of the sum over targets of ((prediction - truth) / w)^2: the error
                 of the 2020 challenge; w is the width of the prior
macro_f1         F1 averaged over the classes
accuracy         share of curves with the right class
interval_score   mean over curves and targets of (high - low + 20 (distance of the truth outside of
                 the interval)) / w, for 90 % intervals

References
----------
Interval score: Gneiting and Raftery, J. Am. Stat. Assoc. 102, 359 (2007), eq. 43.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.learning.class_metrics import f1_scores

LEVEL = 0.9
"""Of the intervals."""
PENALTY = 2 / (1 - LEVEL)
N_RESAMPLES = 400
"""Bootstrap samples of the test curves."""


@dataclass(frozen=True)
class Metric:
    """How answers are scored.

    Parameters
    ----------
    name, label : str
        Key, and text of an axis.
    rule : str
        One sentence for participants.
    kind : str
        What an answer holds: "numbers", "class" or "intervals".
    higher_is_better : bool
        Whether larger scores are better.
    parts : callable
        (truth, answer, widths, n_classes) -> what is averaged per curve, (n_curves, k).
    total : callable
        Means of the parts, (..., k) -> scores, (...).
    """

    name: str
    label: str
    rule: str
    kind: str
    higher_is_better: bool
    parts: Callable[[np.ndarray, np.ndarray, np.ndarray, int], np.ndarray]
    total: Callable[[np.ndarray], np.ndarray]

    @property
    def sign(self) -> int:
        """1 where larger scores are better, else -1."""
        return 1 if self.higher_is_better else -1


def _squared_errors(truth: np.ndarray, answer: np.ndarray, widths: np.ndarray, _: int):
    """Sum over targets of squared errors, in widths of the prior, (n_curves, 1)."""
    return (((answer - truth) / widths) ** 2).sum(axis=1, keepdims=True)


def _cells(truth: np.ndarray, answer: np.ndarray, _: np.ndarray, n_classes: int) -> np.ndarray:
    """Cell of the confusion matrix of each curve, one-hot, (n_curves, n_classes^2)."""
    cells = truth[:, 0].astype(int) * n_classes + answer[:, 0].astype(int)
    return np.eye(n_classes**2)[cells]


def _square(cells: np.ndarray) -> np.ndarray:
    """Cells as confusion matrices, (..., n, n)."""
    n = int(np.sqrt(cells.shape[-1]))
    return cells.reshape(*cells.shape[:-1], n, n)


def _macro_f1(cells: np.ndarray) -> np.ndarray:
    return f1_scores(_square(cells)).mean(axis=-1)


def _accuracy(cells: np.ndarray) -> np.ndarray:
    return np.trace(_square(cells), axis1=-2, axis2=-1)


def _interval_scores(truth: np.ndarray, answer: np.ndarray, widths: np.ndarray, _: int):
    """Mean interval score of the targets, in widths of the prior, (n_curves, 1)."""
    low, high = answer[:, 0::2], answer[:, 1::2]
    missed = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    scores = (high - low + PENALTY * missed) / widths
    return scores.mean(axis=1, keepdims=True)


def _first(means: np.ndarray) -> np.ndarray:
    return means[..., 0]


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "weighted_mse",
            "Σ MSE/w²",
            "Mean over the curves of Σ ((prediction − truth) / w)², w = width of the prior; "
            "lower is better.",
            "numbers",
            False,
            _squared_errors,
            _first,
        ),
        Metric(
            "macro_f1",
            "macro F1",
            "F1, averaged over the classes; higher is better.",
            "class",
            True,
            _cells,
            _macro_f1,
        ),
        Metric(
            "accuracy",
            "accuracy",
            "Share of curves with the right class; higher is better.",
            "class",
            True,
            _cells,
            _accuracy,
        ),
        Metric(
            "interval_score",
            "interval score",
            "Mean of the width of the 90 % interval plus 20 times the distance by which it misses "
            "the truth, in widths of the prior; lower is better.",
            "intervals",
            False,
            _interval_scores,
            _first,
        ),
    )
}
"""Name -> metric."""


def score(metric: Metric, parts: np.ndarray) -> float:
    """Score of the curves whose parts are given, (n_curves, k)."""
    return float(metric.total(parts.mean(axis=0)))


def resampled_scores(metric: Metric, parts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Scores of bootstrap samples of the curves, (n_resamples,).

    Parameters
    ----------
    metric : Metric
        How answers are scored.
    parts : float array, (n_curves, k)
        Of one answer.
    counts : float array, (n_resamples, n_curves)
        How often each sample holds each curve: the same for all answers, so that differences are
        paired.
    """
    return metric.total(counts @ parts / parts.shape[0])


def bootstrap_counts(n_curves: int, rng: np.random.Generator) -> np.ndarray:
    """How often each bootstrap sample holds each curve, float64 (N_RESAMPLES, n_curves)."""
    equal = np.full(n_curves, 1 / n_curves)
    return rng.multinomial(n_curves, equal, N_RESAMPLES).astype(float)


def rounded(value: float, digits: int = 2) -> float:
    """A number with two significant digits."""
    return float(f"{value:.{digits}g}")
