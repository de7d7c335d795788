"""The most similar training curves decide."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import SCALING, whole
from nmr_core.models.grouped import scaled
from nmr_core.parameters import Parameter, ParameterSpace


class Neighbours(KNeighborsRegressor):
    """scikit-learn's KNeighborsRegressor, with all curves where there are fewer than ``n_neighbors``."""

    def kneighbors(
        self,
        X: np.ndarray | None = None,
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ):
        """As scikit-learn's."""
        return super().kneighbors(
            X, min(n_neighbors or self.n_neighbors, self.n_samples_fit_), return_distance
        )


class NeighboursClassifier(KNeighborsClassifier):
    """The same for classes."""

    def kneighbors(
        self,
        X: np.ndarray | None = None,
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ):
        """As scikit-learn's."""
        return super().kneighbors(
            X, min(n_neighbors or self.n_neighbors, self.n_samples_fit_), return_distance
        )

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
