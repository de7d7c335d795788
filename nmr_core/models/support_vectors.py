"""Support vector machines for one standardised target, and for classes with probabilities."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import SVC, SVR
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.grouped import folds, some_rows

CACHE_MB = 500


class StandardisedSVR(SVR):
    """scikit-learn's SVR of a target y = mean + sd z, so that C and epsilon have no unit; on at most ``max_curves`` rows."""

    def __init__(
        self,
        C: float = 10.0,
        epsilon: float = 0.02,
        kernel: str = "rbf",
        max_curves: int = 10_000,
        random_state: int = 0,
    ):
        super().__init__(C=C, epsilon=epsilon, kernel=kernel, cache_size=CACHE_MB)
        self.max_curves = max_curves
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray):
        """Fit on X (n_samples, n_features) and y (n_samples,)."""
        rows = some_rows(len(X), self.max_curves, self.random_state)
        X, y = np.asarray(X, dtype=float)[rows], np.asarray(y, dtype=float).ravel()[rows]
        self.mean_, self.sd_ = float(y.mean()), float(y.std()) or 1.0
        return super().fit(X, (y - self.mean_) / self.sd_)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The target in its unit, (n_samples,)."""
        return self.mean_ + self.sd_ * super().predict(np.asarray(X, dtype=float))


class CalibratedSVC(ClassifierMixin, BaseEstimator):
    """scikit-learn's SVC whose scores become probabilities by a sigmoid fitted on five folds (groups kept together).

    Learned: ``classes_``, ``model_``.
    """

    def __init__(
        self, C: float = 10.0, kernel: str = "rbf", max_curves: int = 10_000, random_state: int = 0
    ):
        self.C = C
        self.kernel = kernel
        self.max_curves = max_curves
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """X float (n_samples, n_features); y (n_samples,) labels, each twice at least."""
        labels = np.asarray(y).ravel()
        rows = some_rows(len(labels), self.max_curves, self.random_state, labels)
        self.classes_, number = np.unique(labels[rows], return_inverse=True)
        self.n_features_in_ = np.shape(X)[1]
        groups = None if groups is None else np.asarray(groups)[rows]
        parts = folds(len(rows), groups, labels=labels[rows], seed=self.random_state)
        machine = SVC(
            C=self.C, kernel=self.kernel, cache_size=CACHE_MB, random_state=self.random_state
        )
        self.model_ = CalibratedClassifierCV(machine, cv=parts, ensemble=False).fit(
            np.asarray(X, dtype=float)[rows], number
        )
        self.model_.cv = None  # the folds are indices of training rows: nothing to save
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "model_")
        return self.model_.predict_proba(np.asarray(X, dtype=float))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
