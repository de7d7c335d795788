"""Networks that learn the class of a sample together with its numbers."""

from typing import Any

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from nmr_core.models._entry import ModelEntry
from nmr_core.models._options import whole
from nmr_core.models.mlp import EarlyStoppingMLP
from nmr_core.models.network_ensemble import NetworkEnsemble, fit_members
from nmr_core.models.networks import SMOOTH_EPOCHS, SMOOTH_SIZE, TRAINING, smooth_network
from nmr_core.parameters import ParameterSpace

LOWEST = 1e-3
"""Lowest probability of a class."""


class GuidedClassifier(ClassifierMixin, BaseEstimator):
    """Mean of networks with an output for every class, and one for every number of a sample.

    The outputs for classes are fitted to 1 (the class of the sample) and 0 by least squares, so
    that they estimate probabilities; predictions use these alone. The outputs for numbers, such as
    couplings, make the hidden layers learn what the signals depend on (F1 of three kernels:
    benchmarks/results/kernel_angles.md).

    Parameters
    ----------
    member : EarlyStoppingMLP
        Unfitted; members count its ``random_state`` up.
    n_members : int
        Number of networks.

    Attributes
    ----------
    classes_ : array (n_classes,)
        In the order of the probabilities.
    models_ : list of EarlyStoppingMLP
        Fitted.
    curve_ : float array (n_epochs, 2)
        Mean of the members' curves, over the epochs that all have.

    References
    ----------
    Caruana, Machine Learning 28, 41 (1997). Vapnik & Vashist, Neural Networks 22, 544 (2009).
    """

    def __init__(self, member: EarlyStoppingMLP | None = None, n_members: int = 3):
        self.member = member
        self.n_members = n_members

    def fit(
        self,
        X: np.ndarray,
        y: np.ndarray,
        groups: np.ndarray | None = None,
        numbers: np.ndarray | None = None,
    ):
        """Fit all members.

        Parameters
        ----------
        X : float array (n_samples, n_features)
            Features, not scaled.
        y : array (n_samples,)
            Labels.
        groups : (n_samples,), optional
            Rows of one group stay on one side of the validation split.
        numbers : float array (n_samples, n_numbers), optional
            Learned beside the class, as normal scores of their ranks.
        """
        X = np.asarray(X, dtype=np.float32)
        self.n_features_in_ = X.shape[1]
        self.classes_, index = np.unique(np.asarray(y).ravel(), return_inverse=True)
        goals = np.eye(len(self.classes_))[index]
        if numbers is not None:
            goals = np.concatenate([goals, normal_scores(numbers)], axis=1)
        self.models_, self.curve_ = fit_members(
            self.member or EarlyStoppingMLP(),
            self.n_members,
            lambda member, _: member.fit(X, goals, groups),
        )
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_classes), in the order of ``classes_``."""
        check_is_fitted(self, "models_")
        outputs = np.mean([member.predict(X) for member in self.models_], axis=0)
        likely = np.clip(outputs[:, : len(self.classes_)], LOWEST, 1)
        return likely / likely.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def normal_scores(numbers: np.ndarray) -> np.ndarray:
    """Quantiles of the normal distribution at the ranks of each column, (n_samples, n_numbers)."""
    ranks = rankdata(numbers, axis=0)
    return ndtri((ranks - 0.5) / len(ranks))


def _classifier(seed: int, n_members: int = 3, **options: Any) -> BaseEstimator:
    return GuidedClassifier(smooth_network(seed, **options), n_members)


def _regressor(seed: int, n_members: int = 3, **options: Any) -> BaseEstimator:
    return NetworkEnsemble(smooth_network(seed, **options), n_members, draw="same")


ENTRIES = (
    ModelEntry(
        "guided",
        "Guided networks",
        "Smooth networks that learn a class together with the numbers of each sample, such as its "
        "couplings; of numbers alone, their mean.",
        _regressor,
        ParameterSpace(
            (
                whole("n_members", "members", 1, 20, 3, "Number of networks."),
                *SMOOTH_SIZE,
                SMOOTH_EPOCHS,
                *TRAINING[1:],
            )
        ),
        family="ensembles",
        classify=_classifier,
    ),
)
