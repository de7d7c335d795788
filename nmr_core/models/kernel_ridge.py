"""Kernel ridge regression that chooses its range and penalties."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.grouped import first_rows, some_rows
from nmr_core.progress import report

PENALTIES = np.logspace(-6, 3, 19)
N_CHOOSING = 1500
"""Rows on which the penalties are chosen."""
GAIN = 0.98
"""A target whose leave-one-out error stays above this share of its variance is not learned."""
BLOCK = 2000
"""Rows that are predicted together."""


class MedianKernelRidge(RegressorMixin, BaseEstimator):
    """f(x) = mean + sd sum_i a_i K(x, x_i) with (K + penalty I) a = (y - mean) / sd.

    K(x, x') = exp(-|x - x'|^2 / (length^2 m)), where m is the median squared distance between
    training rows. The penalty of each target is the one of :data:`PENALTIES` with the smallest
    leave-one-out error on at most 1,500 rows, one per group. Where the training mean is as good, a
    = 0.

    Parameters
    ----------
    length : float
        Range of the kernel.
    max_curves : int
        Of more rows a random choice is used: K takes 8 n^2 bytes, and as much again while it is
        factored.
    random_state : int

    Attributes
    ----------
    rows_ : (n, n_features)
    weights_ : (n, n_targets)
    penalties_ : (n_targets,)
        Infinite where the mean is predicted.
    """

    def __init__(self, length: float = 1.0, max_curves: int = 10_000, random_state: int = 0):
        self.length = length
        self.max_curves = max_curves
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        used = some_rows(len(X), self.max_curves, self.random_state)
        X = np.asarray(X, dtype=float)[used]
        y = np.asarray(y, dtype=float)[used]
        groups = None if groups is None else np.asarray(groups)[used]
        self.single_ = y.ndim == 1
        self.n_features_in_ = X.shape[1]
        self.rows_ = X

        # Standardised targets
        y = y.reshape(len(y), -1)
        self.mean_ = y.mean(axis=0)
        self.sd_ = y.std(axis=0)
        z = (y - self.mean_) / np.where(self.sd_ > 0, self.sd_, 1)

        # Range: median squared distance between some rows, one per group
        first = first_rows(len(X), groups)
        chosen = first[some_of(len(first), N_CHOOSING, self.random_state)]
        distances = euclidean_distances(X[chosen], squared=True)
        pairs = distances[np.triu_indices(len(chosen), 1)]
        median = float(np.median(pairs)) if len(pairs) else 0.0
        self.range_ = self.length**2 * median or 1.0

        report(1, 10, "choosing the penalties")
        self.penalties_ = _penalties(self._similarity(X[chosen]), z[chosen])
        report(2, 10, f"solving for {len(X):,} curves")
        self.weights_ = self._solve(z)
        report(10, 10, "solved")
        return self

    def _similarity(self, X: np.ndarray, Y: np.ndarray | None = None) -> np.ndarray:
        """K between the rows of X and of Y, (n_X, n_Y)."""
        K = euclidean_distances(X, Y, squared=True)
        K /= -self.range_
        return np.exp(K, out=K)

    def _solve(self, z: np.ndarray) -> np.ndarray:
        """Weights a of all targets, (n, n_targets); one factorisation per penalty."""
        weights = np.zeros_like(z)
        penalties = np.unique(self.penalties_[np.isfinite(self.penalties_)])
        K = self._similarity(self.rows_) if len(penalties) else None
        for k, penalty in enumerate(penalties):
            # The last system may overwrite K; its transpose has the order that LAPACK needs
            is_last = k == len(penalties) - 1
            A = K.T if is_last else np.array(K, order="F", copy=True)
            A[np.diag_indices(len(A))] += penalty
            targets = self.penalties_ == penalty
            factor = cho_factor(A, lower=True, overwrite_a=True, check_finite=False)
            weights[:, targets] = cho_solve(factor, z[:, targets])
        return weights

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Targets in their units, with the shape of ``y`` in ``fit``."""
        check_is_fitted(self, "weights_")
        X = np.asarray(X, dtype=float)
        blocks = [
            self._similarity(X[k : k + BLOCK], self.rows_) @ self.weights_
            for k in range(0, len(X), BLOCK)
        ]
        y = self.mean_ + self.sd_ * np.concatenate(blocks)
        return y[:, 0] if self.single_ else y


def some_of(n: int, most: int, seed: int) -> np.ndarray:
    """At most ``most`` of 0..n-1, sorted."""
    return np.sort(np.random.default_rng(seed).permutation(n)[:most])


def _penalties(K: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Penalty of each target with the smallest leave-one-out error, (n_targets,).

    Infinite where the mean is as good.

    With K = Q s Q^T and A = Q (s + penalty)^-1 Q^T the leave-one-out error of row i is (A z)_i /
    A_ii.
    """
    s, Q = eigh(K)
    rotated = Q.T @ z
    errors = np.empty((len(PENALTIES), z.shape[1]))
    for k, penalty in enumerate(PENALTIES):
        inverse = 1 / (np.maximum(s, 0) + penalty)
        A_z = (Q * inverse) @ rotated
        A_diagonal = Q**2 @ inverse
        errors[k] = ((A_z / A_diagonal[:, None]) ** 2).mean(axis=0)
    is_learned = errors.min(axis=0) < GAIN * z.var(axis=0)
    return np.where(is_learned, PENALTIES[errors.argmin(axis=0)], np.inf)
