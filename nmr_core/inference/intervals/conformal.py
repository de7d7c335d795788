"""Finite-sample quantiles of scores, which make the coverage exact whatever the model is."""

import numpy as np

from nmr_core.errors import InputError

ROUNDING = 1e-9


def check_level(level: float) -> float:
    """``level`` if it is a share strictly between 0 and 1."""
    if (
        isinstance(level, bool)
        or not isinstance(level, int | float | np.number)
        or not 0 < level < 1
    ):
        raise InputError(
            f"A level is a share between 0 and 1, such as 0.9, got {str(level)[:40]!r}. Choose another."
        )
    return float(level)


def rank_of(n: int, level: float) -> int:
    """k = ceil((n + 1) level): the k-th smallest of n scores is not exceeded by a new one with probability k/(n + 1) >= level."""
    return int(np.ceil((n + 1) * level - ROUNDING))


def quantile(scores: np.ndarray, level: float) -> np.ndarray:
    """Return the conformal quantile of each column, (n_columns,).

    It is the k-th smallest score with k = ceil((n + 1) level); inf if n is too small for the level.

    Parameters
    ----------
    scores : (n, n_columns)
        Scores of signals to which the method was not fitted.
    level : float
        Fraction to cover, in (0, 1).

    References
    ----------
    Papadopoulos et al., ECML (2002); Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018).
    """
    k = rank_of(len(scores), check_level(level))
    return np.sort(scores, axis=0)[k - 1] if k <= len(scores) else np.full(scores.shape[1], np.inf)


def position(scores: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Level at which an interval just reaches a truth with the score ``new`` (m, n_columns): (#{scores < new} + 1/2)/(n + 1);
    uniform in (0, 1) if new curves are like those of ``scores`` (n, n_columns)."""
    below = np.column_stack(
        [
            np.searchsorted(np.sort(column), values, "left")
            for column, values in zip(scores.T, new.T, strict=True)
        ]
    )
    return (below + 0.5) / (len(scores) + 1)


def joint_quantile(scores: np.ndarray, level: float) -> np.ndarray:
    """Return bounds, (n_columns,), that all scores of a new signal satisfy with probability ``level``.

    Notes
    -----
    Each column is replaced by its ranks u_j = 1 ... n, so that all columns count equally; the conformal
    quantile of max_j u_j is the rank of all bounds. The ranks come from the same scores, which costs
    O(1/n) of coverage.
    """
    ranks = np.column_stack(
        [np.searchsorted(np.sort(column), column, "right") for column in scores.T]
    )
    rank = quantile(ranks.max(axis=1, keepdims=True).astype(float), level)[0]
    return (
        np.sort(scores, axis=0)[int(rank) - 1]
        if np.isfinite(rank)
        else np.full(scores.shape[1], np.inf)
    )
