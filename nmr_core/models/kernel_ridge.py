"""Kernel ridge regression that finds its own range and penalties."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.grouped import first_rows, some_rows
from nmr_core.progress import report

PENALTIES = np.logspace(-6, 3, 19)
N_CHOOSING = 1500
BLOCK = 2000


class MedianKernelRidge(RegressorMixin, BaseEstimator):
    """f(x) = mean + sum_i a_i K(x, x_i), K = exp(-|x - x_i|² / (length² m)), (K + penalty I) a = (y - mean) / sd.

    length       : range of the similarity; m is the median squared distance between training rows
    max_curves   : of more rows a random choice is used: K takes 8 n² bytes, and as much again while it is factored

    The penalty of each target is the one of :data:`PENALTIES` with the least leave-one-out error on at most 1,500 rows, one
    of each group: with K = Q s Q^T the error of row i is [Q (s + penalty)^-1 Q^T z]_i / [Q (s + penalty)^-1 Q^T]_ii.
    If the training mean itself does better than all of them, a = 0: a target that cannot be learned is left to its mean.

    Learned: ``rows_`` (n, n_features), ``weights_`` (n, n_targets), ``penalties_`` (n_targets,; infinite = the mean).
    """

    def __init__(self, length=1.0, max_curves=10_000, random_state=0):
        self.length = length
        self.max_curves = max_curves
        self.random_state = random_state

    def fit(self, X, y, groups=None):
        """X float (n_samples, n_features); y float (n_samples,) or (n_samples, n_targets)."""
        used = some_rows(len(X), self.max_curves, self.random_state)
        X, y = np.asarray(X, dtype=float)[used], np.asarray(y, dtype=float)[used]
        groups = None if groups is None else np.asarray(groups)[used]
        self.single_, self.n_features_in_, self.rows_ = y.ndim == 1, X.shape[1], X
        y = y.reshape(len(y), -1)
        self.mean_, self.sd_ = y.mean(axis=0), y.std(axis=0)
        z = (y - self.mean_) / np.where(self.sd_ > 0, self.sd_, 1)
        first = first_rows(len(X), groups)
        chosen = first[some_of(len(first), N_CHOOSING, self.random_state)]
        between = euclidean_distances(X[chosen], squared=True)[np.triu_indices(len(chosen), 1)]
        self.range_ = self.length**2 * (float(np.median(between)) if len(between) else 0.0) or 1.0
        report(1, 10, "choosing the penalties")
        self.penalties_ = _penalties(self._similarity(X[chosen]), z[chosen])
        report(2, 10, f"solving for {len(X):,} curves")
        self.weights_ = self._solve(z)
        report(10, 10, "solved")
        return self

    def _similarity(self, X: np.ndarray, Y: np.ndarray | None = None) -> np.ndarray:
        K = euclidean_distances(X, Y, squared=True)
        K /= -self.range_
        return np.exp(K, out=K)

    def _solve(self, z: np.ndarray) -> np.ndarray:
        weights = np.zeros_like(z)
        finite = np.unique(self.penalties_[np.isfinite(self.penalties_)])
        K = self._similarity(self.rows_) if len(finite) else None
        for k, penalty in enumerate(finite):
            A = (
                np.array(K, order="F", copy=True) if k < len(finite) - 1 else K.T
            )  # symmetric: the view suits LAPACK
            A[np.diag_indices(len(A))] += penalty
            targets = self.penalties_ == penalty
            weights[:, targets] = cho_solve(
                cho_factor(A, lower=True, overwrite_a=True, check_finite=False), z[:, targets]
            )
        return weights

    def predict(self, X) -> np.ndarray:
        """Targets in their units, of the shape that ``fit`` got."""
        check_is_fitted(self, "weights_")
        X = np.asarray(X, dtype=float)
        blocks = [
            self._similarity(X[k : k + BLOCK], self.rows_) @ self.weights_
            for k in range(0, len(X), BLOCK)
        ]
        found = self.mean_ + self.sd_ * np.concatenate(blocks)
        return found[:, 0] if self.single_ else found


def some_of(n: int, most: int, seed: int) -> np.ndarray:
    """At most ``most`` of 0..n-1, sorted."""
    return np.sort(np.random.default_rng(seed).permutation(n)[:most])


def _penalties(K: np.ndarray, z: np.ndarray) -> np.ndarray:
    """The penalty of each target with the least leave-one-out error, infinite where the mean does as well; (n_targets,)."""
    s, Q = eigh(K)
    rotated = Q.T @ z
    rows = []
    for penalty in PENALTIES:
        inverse = 1 / (np.maximum(s, 0) + penalty)
        rows.append((((Q * inverse) @ rotated / (Q**2 @ inverse)[:, None]) ** 2).mean(axis=0))
    errors = np.array(rows)
    return np.where(
        errors.min(axis=0) < 0.98 * z.var(axis=0), PENALTIES[errors.argmin(axis=0)], np.inf
    )
