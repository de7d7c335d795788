"""Nearest neighbours: the mean, or the vote, of the most similar training samples."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import SCALING, whole
from nmr_core.models.grouped import scaled
from nmr_core.parameters import Parameter, ParameterSpace


class Neighbours(KNeighborsRegressor):
    """scikit-learn's KNeighborsRegressor, with at most as many neighbours as training samples."""

    def kneighbors(
        self,
        X: np.ndarray | None = None,
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ):
        """As in scikit-learn."""
        n = min(n_neighbors or self.n_neighbors, self.n_samples_fit_)
        return super().kneighbors(X, n, return_distance)


class NeighboursClassifier(KNeighborsClassifier):
    """scikit-learn's KNeighborsClassifier, with at most as many neighbours as training samples."""

    def kneighbors(
        self,
        X: np.ndarray | None = None,
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ):
        """As in scikit-learn."""
        n = min(n_neighbors or self.n_neighbors, self.n_samples_fit_)
        return super().kneighbors(X, n, return_distance)

    def predict(self, X: np.ndarray | None):
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def _knn(
    seed: int, n_neighbors: int = 5, weights: str = "distance", scaling: str = "each"
) -> BaseEstimator:
    return scaled(Neighbours(n_neighbors, weights=weights, algorithm="brute"), scaling)


def _knn_classifier(
    seed: int, n_neighbors: int = 5, weights: str = "distance", scaling: str = "each"
) -> BaseEstimator:
    return scaled(NeighboursClassifier(n_neighbors, weights=weights, algorithm="brute"), scaling)


ENTRIES = (
    ModelEntry(
        "knn",
        "Nearest neighbours",
        "The mean over the most similar training curves.",
        _knn,
        ParameterSpace(
            (
                whole("n_neighbors", "neighbours", 1, 500, 5, "Curves that are averaged."),
                Parameter(
                    "weights",
                    "weights",
                    "",
                    0,
                    1,
                    "distance",
                    values=("distance", "uniform"),
                    description="distance: nearer ones count more; uniform: all the same.",
                ),
                SCALING,
            )
        ),
        family="neighbours",
        classify=_knn_classifier,
    ),
)
