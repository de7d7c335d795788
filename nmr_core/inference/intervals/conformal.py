"""Finite-sample quantiles of scores: the coverage is exact, whatever the model is."""

import numpy as np
from scipy.stats import betabinom

from nmr_core.errors import InputError

ROUNDING = 1e-9


def check_level(level: float) -> float:
    """Return a level as float.

    Raises
    ------
    InputError
        It is not strictly between 0 and 1.
    """
    is_number = isinstance(level, int | float | np.number) and not isinstance(level, bool)
    if not is_number or not 0 < level < 1:
        raise InputError(
            f"A level must be between 0 and 1, got {str(level)[:40]!r}. Take 0.9 for 90 % "
            "intervals."
        )
    return float(level)


def rank_of(n: int, level: float) -> int:
    """Return k = ceil((n + 1) level), the rank of a conformal quantile among n scores.

    A new score exceeds the k-th smallest of n with probability 1 - k/(n + 1) <= 1 - level.
    """
    return int(np.ceil((n + 1) * level - ROUNDING))


def quantile(scores: np.ndarray, level: float, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the conformal quantile of each column, (n_columns,).

    It is the k-th smallest score with k = ceil((n + 1) level); inf if n is too small for the level.

    Parameters
    ----------
    scores : (n, n_columns)
        Scores of signals to which the method was not fitted.
    level : float
        Fraction to cover, in (0, 1).
    weights : (n,), optional
        Prior density / sampling density of the signals, with mean 1; default: equal. The quantile
        is then the smallest score up to which the weights sum to (n + 1) level, so that a new
        signal of the prior, which counts as one of weight 1, is covered.

    References
    ----------
    Papadopoulos et al., ECML (2002); Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018). Weighted:
    Tibshirani et al., NeurIPS (2019).
    """
    needed = (len(scores) + 1) * check_level(level) - ROUNDING
    if weights is None:
        k = rank_of(len(scores), level)
        if k > len(scores):
            return np.full(scores.shape[1], np.inf)
        return np.sort(scores, axis=0)[k - 1]
    order = np.argsort(scores, axis=0, kind="stable")
    total = np.cumsum(weights[order], axis=0)
    k = (total < needed).sum(axis=0)
    rising = np.take_along_axis(scores, order, 0)
    last = np.minimum(k, len(scores) - 1)
    values = rising[last, np.arange(scores.shape[1])]
    return np.where(k < len(scores), values, np.inf)


def joint_quantile(
    scores: np.ndarray, level: float, weights: np.ndarray | None = None
) -> np.ndarray:
    """Return bounds, (n_columns,), that all scores of a new signal satisfy with probability level.

    Parameters
    ----------
    scores : (n, n_columns)
        Conformal scores of the calibration signals.
    level : float
        Fraction to cover, in (0, 1).
    weights : (n,), optional
        As of :func:`quantile`.

    Notes
    -----
    Each column is replaced by its ranks u_j = 1 ... n, so that all columns count equally; the
    conformal quantile of max_j u_j is the rank of all bounds. The ranks come from the same scores,
    which costs O(1/n) of coverage.
    """
    # u_j, the rank of each score in its column
    ranks = np.column_stack(
        [np.searchsorted(np.sort(column), column, "right") for column in scores.T]
    )

    # Conformal quantile of the largest rank
    largest = ranks.max(axis=1, keepdims=True).astype(float)
    rank = quantile(largest, level, weights)[0]
    if not np.isfinite(rank):
        return np.full(scores.shape[1], np.inf)

    # Back to scores
    return np.sort(scores, axis=0)[int(rank) - 1]


def position(scores: np.ndarray, new: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return the level at which an interval just contains the true value.

    Parameters
    ----------
    scores : (n, n_columns)
        Conformal scores of the calibration signals.
    new : (m, n_columns)
        Scores of the true values.
    weights : (n,), optional
        As of :func:`quantile`.

    Returns
    -------
    (m, n_columns)
        (#{scores < new} + 1/2)/(n + 1), uniform in (0, 1) for signals like those of ``scores``;
        of weighted scores the sum of their weights instead of their number.
    """
    weights = np.ones(len(scores)) if weights is None else weights
    below = []
    for column, values in zip(scores.T, new.T, strict=True):
        order = np.argsort(column, kind="stable")
        total = np.concatenate([[0.0], np.cumsum(weights[order])])
        below.append(total[np.searchsorted(column[order], values, "left")])
    return (np.column_stack(below) + 0.5) / (len(scores) + 1)


def coverage_law(n: int, n_scores: int, level: float):
    """Return the distribution of the number of covered signals among n new ones.

    Parameters
    ----------
    n : int
        Number of signals.
    n_scores : int
        Number of calibration scores.
    level : float
        Fraction to cover, in (0, 1).

    Returns
    -------
    scipy.stats distribution, or None
        Beta-binomial with parameters k and n_scores + 1 - k; None if the scores are too few for the
        level, so that all signals are covered.

    References
    ----------
    V. Vovk, Proc. Mach. Learn. Res. 25, 475 (2012).
    """
    k = rank_of(n_scores, level)
    return betabinom(n, k, n_scores + 1 - k) if k <= n_scores else None


def p_value(covered: int, n: int, n_scores: int, level: float, one_sided: bool = False) -> float:
    """Return the probability of a coverage at least as far from the level, for exact intervals.

    Parameters
    ----------
    covered, n : int
        Number of covered signals, and of all signals.
    n_scores : int
        Number of calibration scores.
    level : float
        Fraction to cover, in (0, 1).
    one_sided : bool
        Count too small a coverage only.
    """
    law = coverage_law(n, n_scores, level)
    if law is None:  # the intervals are the whole range
        return 1.0 if covered == n else 0.0
    at_most = float(law.cdf(covered))
    at_least = float(law.sf(covered - 1))
    return at_most if one_sided else min(1.0, 2 * min(at_most, at_least))
