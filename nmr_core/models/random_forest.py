"""A random forest that says how many of its trees have grown."""

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from nmr_core.progress import report

TREES_PER_STEP = 10


class ReportingForest(RandomForestRegressor):
    """scikit-learn's RandomForestRegressor, grown ten trees at a time (the same trees as in one go)."""

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
