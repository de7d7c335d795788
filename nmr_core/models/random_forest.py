"""Trees and forests whose targets count the same, and that say how many trees have grown."""

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeRegressor

from nmr_core.progress import report

TREES_PER_STEP = 10


class _Reporting:
    """Trees are grown ten at a time (the same trees as in one go)."""

    def fit(self, X, y, sample_weight=None):
        """Grow ``n_estimators`` trees and report each ten."""
        y = np.asarray(y)
        y = y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y
        wanted, warm = self.n_estimators, self.warm_start
        try:
            for n_trees in [*range(TREES_PER_STEP, wanted, TREES_PER_STEP), wanted]:
                self.set_params(n_estimators=n_trees, warm_start=warm or n_trees > TREES_PER_STEP)
                super().fit(X, y, sample_weight)
                report(n_trees, wanted, f"{n_trees} trees")
        finally:
            self.set_params(n_estimators=wanted, warm_start=warm)
        return self


class _EqualTargets:
    """z = (y - mean) / sd of each target: a split lowers the sum of the targets' variances, and where one is in units of 20 and
    the other of 0.2, no split would care for the other."""

    def fit(self, X, y, sample_weight=None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        y = y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y
        self.target_mean_, sd = y.mean(axis=0), y.std(axis=0)
        self.target_sd_ = np.where(sd > 0, sd, 1.0)
        return super().fit(X, (y - self.target_mean_) / self.target_sd_, sample_weight)

    def predict(self, X) -> np.ndarray:
        """Targets in their units."""
        found = super().predict(X)
        return (
            found * self.target_sd_ + self.target_mean_ if hasattr(self, "target_sd_") else found
        )  # 0.3.0 had no such unit


class ReportingForest(_EqualTargets, _Reporting, RandomForestRegressor):
    """scikit-learn's RandomForestRegressor on standardised targets."""


class ReportingExtraTrees(_EqualTargets, _Reporting, ExtraTreesRegressor):
    """scikit-learn's ExtraTreesRegressor on standardised targets."""


class EqualTargetsTree(_EqualTargets, DecisionTreeRegressor):
    """scikit-learn's DecisionTreeRegressor on standardised targets."""


class ReportingForestClassifier(_Reporting, RandomForestClassifier):
    """scikit-learn's RandomForestClassifier."""


class ReportingExtraTreesClassifier(_Reporting, ExtraTreesClassifier):
    """scikit-learn's ExtraTreesClassifier."""
