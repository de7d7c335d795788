"""Trees and forests with standardised targets, and with progress per ten trees."""

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
    """Progress every ten trees, by warm starts; the trees are the same as without."""

    def fit(self, X, y, sample_weight=None):
        """Grow ``n_estimators`` trees."""
        y = np.asarray(y)
        y = y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y
        total = self.n_estimators
        warm = self.warm_start
        try:
            for n_trees in [*range(TREES_PER_STEP, total, TREES_PER_STEP), total]:
                self.set_params(n_estimators=n_trees, warm_start=warm or n_trees > TREES_PER_STEP)
                super().fit(X, y, sample_weight)
                report(n_trees, total, f"{n_trees} trees")
        finally:
            self.set_params(n_estimators=total, warm_start=warm)
        return self


class _EqualTargets:
    """Standardised targets, z = (y - mean) / sd.

    A split lowers the sum of the variances of all targets, so without this the target of the
    largest range would decide alone.

    Attributes
    ----------
    target_mean_, target_sd_ : float array (n_targets,)
        sd is 1 for a constant target.
    """

    def fit(self, X, y, sample_weight=None):
        """Fit on X (n_samples, n_features) and y (n_samples,) or (n_samples, n_targets)."""
        y = np.asarray(y, dtype=float)
        y = y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y
        self.target_mean_ = y.mean(axis=0)
        sd = y.std(axis=0)
        self.target_sd_ = np.where(sd > 0, sd, 1.0)
        return super().fit(X, (y - self.target_mean_) / self.target_sd_, sample_weight)

    def predict(self, X) -> np.ndarray:
        """Targets in their units."""
        standardised = super().predict(X)
        # Forests saved by 0.3.0 were fitted to the targets as they are
        if not hasattr(self, "target_sd_"):
            return standardised
        return standardised * self.target_sd_ + self.target_mean_


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
