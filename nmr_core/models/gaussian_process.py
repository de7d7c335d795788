"""Gaussian process regression on a subset of the curves."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.grouped import first_rows
from nmr_core.models.kernel_ridge import some_of
from nmr_core.progress import report

N_OPTIMISED = 500


class SubsetGaussianProcess(RegressorMixin, BaseEstimator):
    """y ~ GP(mean, c exp(-|x - x'|² / (2 l²)) + noise), a process a target, on ``n_subset`` random rows.

    Of rows that belong together one is taken. c, l and the noise are those that make at most 500 of these rows most
    likely; then all of them are conditioned on.
    ``predict(X, return_std=True)`` also gives the standard deviation of each prediction (noise included).

    Learned: ``models_``, scikit-learn's process of each target.
    """

    def __init__(self, n_subset: int = 1500, random_state: int = 0):
        self.n_subset = n_subset
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        self.single_, self.n_features_in_ = y.ndim == 1, np.shape(X)[1]
        first = first_rows(len(y), groups)
        used = first[some_of(len(first), self.n_subset, self.random_state)]
        X, y = np.asarray(X, dtype=float)[used], y.reshape(len(y), -1)[used]
        few = some_of(len(X), N_OPTIMISED, self.random_state + 1)
        distance = float(np.sqrt(np.median(euclidean_distances(X[few], squared=True)))) or 1.0
        start = ConstantKernel(1.0, (1e-4, 1e4)) * RBF(
            distance, (1e-2 * distance, 1e3 * distance)
        ) + WhiteKernel(0.1, (1e-8, 1e2))
        self.models_ = []
        for k in range(y.shape[1]):
            report(k, y.shape[1], f"target {k + 1}, {len(X):,} curves")
            with (
                warnings.catch_warnings()
            ):  # a bound is reached where a target cannot be learned, or has no noise
                warnings.simplefilter("ignore", ConvergenceWarning)
                found = GaussianProcessRegressor(
                    start, normalize_y=True, random_state=self.random_state
                ).fit(X[few], y[few, k])
            self.models_.append(
                GaussianProcessRegressor(found.kernel_, optimizer=None, normalize_y=True).fit(
                    X, y[:, k]
                )
            )
        report(1, 1, "fitted")
        return self

    def predict(self, X: np.ndarray, return_std: bool = False):
        """Targets in their units, of the shape that ``fit`` got; with ``return_std`` (targets, standard deviations)."""
        check_is_fitted(self, "models_")
        found = [
            model.predict(np.asarray(X, dtype=float), return_std=return_std)
            for model in self.models_
        ]
        tables = [
            np.stack(columns, axis=1)
            for columns in (zip(*found, strict=True) if return_std else [found])
        ]
        shaped = [table[:, 0] if self.single_ else table for table in tables]
        return tuple(shaped) if return_std else shaped[0]
