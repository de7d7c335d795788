"""Support vector machines: regression of one standardised target, classes with probabilities."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.svm import SVC, SVR
from sklearn.utils.validation import check_is_fitted

from nmr_core.models.grouped import folds, some_rows

CACHE_MB = 500


class StandardisedSVR(SVR):
    """scikit-learn's SVR of a standardised target, y = mean + sd z.

    Parameters
    ----------
    C, epsilon : float
        Penalty, and half width of the tube; of z, so without unit.
    kernel : str
        As in scikit-learn.
    max_curves : int
        At most so many random rows are used: the time grows with their square.
    random_state : int
        Seed of that choice.

    Attributes
    ----------
    mean_, sd_ : float
        Of the target.
    """

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
        X = np.asarray(X, dtype=float)[rows]
        y = np.asarray(y, dtype=float).ravel()[rows]
        self.mean_ = float(y.mean())
        self.sd_ = float(y.std()) or 1.0
        return super().fit(X, (y - self.mean_) / self.sd_)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The target in its unit, (n_samples,)."""
        return self.mean_ + self.sd_ * super().predict(np.asarray(X, dtype=float))


class CalibratedSVC(ClassifierMixin, BaseEstimator):
    """scikit-learn's SVC with probabilities.

    Scores become probabilities by a sigmoid (Platt scaling) that is fitted on five folds; groups
    stay together.

    Parameters
    ----------
    C, kernel
        As in scikit-learn.
    max_curves : int
        At most so many random rows are used: the time grows with their square.
    random_state : int
        Seed of that choice and of the folds.

    Attributes
    ----------
    classes_ : array (n_classes,)
    model_ : CalibratedClassifierCV
    """

    def __init__(
        self, C: float = 10.0, kernel: str = "rbf", max_curves: int = 10_000, random_state: int = 0
    ):
        self.C = C
        self.kernel = kernel
        self.max_curves = max_curves
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray, groups: np.ndarray | None = None):
        """Fit the machine and the sigmoid.

        Parameters
        ----------
        X : float array (n_samples, n_features)
            Features.
        y : array (n_samples,)
            Labels, each at least twice.
        groups : (n_samples,), optional
            Equal for rows that belong together.
        """
        labels = np.asarray(y).ravel()
        rows = some_rows(len(labels), self.max_curves, self.random_state, labels)
        self.classes_, number = np.unique(labels[rows], return_inverse=True)
        self.n_features_in_ = np.shape(X)[1]
        groups = None if groups is None else np.asarray(groups)[rows]
        parts = folds(len(rows), groups, labels=labels[rows], seed=self.random_state)
        machine = SVC(
            C=self.C, kernel=self.kernel, cache_size=CACHE_MB, random_state=self.random_state
        )
        calibrated = CalibratedClassifierCV(machine, cv=parts, ensemble=False)
        self.model_ = calibrated.fit(np.asarray(X, dtype=float)[rows], number)
        # The folds are indices of training rows, of no use in a saved model
        self.model_.cv = None
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "model_")
        return self.model_.predict_proba(np.asarray(X, dtype=float))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
