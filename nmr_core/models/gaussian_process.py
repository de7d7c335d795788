"""Gaussian process regression on a subset of the training samples."""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Kernel, WhiteKernel
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.grouped import first_rows
from nmr_core.models.kernel_ridge import some_of
from nmr_core.progress import report

N_OPTIMISED = 500


class SubsetGaussianProcess(RegressorMixin, BaseEstimator):
    """One Gaussian process per target, y ~ GP(mean, c exp(-|x - x'|^2 / (2 l^2)) + noise).

    c, l and the noise maximise the likelihood of at most 500 rows; then the process is conditioned
    on all of ``n_subset`` random rows. Of rows that belong together only one is used.

    Parameters
    ----------
    n_subset : int
        The time grows with its cube.
    random_state : int
        Seed of the subset and of the optimiser.

    Attributes
    ----------
    models_ : list of GaussianProcessRegressor
        One per target.

    References
    ----------
    Rasmussen and Williams, Gaussian Processes for Machine Learning (MIT Press 2006), ch. 2 and 5.
    """

    def __init__(self, n_subset: int = 1500, random_state: int = 0):
        self.n_subset = n_subset
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        self.single_ = y.ndim == 1
        self.n_features_in_ = np.shape(X)[1]

        # A random subset, one row per group
        first = first_rows(len(y), groups)
        rows = first[some_of(len(first), self.n_subset, self.random_state)]
        X = np.asarray(X, dtype=float)[rows]
        y = y.reshape(len(y), -1)[rows]

        # Length scale: starts at the median distance
        few = some_of(len(X), N_OPTIMISED, self.random_state + 1)
        distance = float(np.sqrt(np.median(euclidean_distances(X[few], squared=True)))) or 1.0
        rbf = RBF(distance, (1e-2 * distance, 1e3 * distance))
        start = ConstantKernel(1.0, (1e-4, 1e4)) * rbf + WhiteKernel(0.1, (1e-8, 1e2))

        self.models_ = []
        for k in range(y.shape[1]):
            report(k, y.shape[1], f"target {k + 1}, {len(X):,} curves")
            kernel = self._optimised(start, X[few], y[few, k])
            process = GaussianProcessRegressor(kernel, optimizer=None, normalize_y=True)
            self.models_.append(process.fit(X, y[:, k]))
        report(1, 1, "fitted")
        return self

    def _optimised(self, start: Kernel, X: np.ndarray, y: np.ndarray) -> Kernel:
        """Kernel of maximum likelihood."""
        process = GaussianProcessRegressor(start, normalize_y=True, random_state=self.random_state)
        with warnings.catch_warnings():
            # A bound is reached where a target cannot be learned, or has no noise
            warnings.simplefilter("ignore", ConvergenceWarning)
            return process.fit(X, y).kernel_

    def predict(self, X: np.ndarray, return_std: bool = False):
        """Targets in their units, with the shape of ``y`` in ``fit``.

        With ``return_std``, the pair (targets, standard deviations), noise included.
        """
        check_is_fitted(self, "models_")
        X = np.asarray(X, dtype=float)
        if not return_std:
            return self._shaped([model.predict(X) for model in self.models_])
        pairs = [model.predict(X, return_std=True) for model in self.models_]
        means, deviations = zip(*pairs, strict=True)
        return self._shaped(means), self._shaped(deviations)

    def _shaped(self, columns: Sequence[np.ndarray]) -> np.ndarray:
        table = np.stack(columns, axis=1)
        return table[:, 0] if self.single_ else table
