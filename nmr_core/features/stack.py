"""Several featurizers side by side."""

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from nmr_core.features._featurizer import Featurizer


class Stack(TransformerMixin, BaseEstimator):
    """The features of several featurizers, one after another, with their own names.

    Parameters
    ----------
    members : tuple of Featurizer
    """

    def __init__(self, members: tuple[Featurizer, ...] = ()):
        self.members = members

    @property
    def name(self) -> str:
        """ "polynomial+echo_shape"."""
        return "+".join(member.name for member in self.members)

    @property
    def learns(self) -> bool:
        """Whether any member learns from the signals."""
        return any(member.learns for member in self.members)

    def fit(self, X: np.ndarray, y: np.ndarray | None = None):
        """Fit a copy of each member on complex signals (n_samples, n_settings, n_times)."""
        X = Featurizer._curves(X)
        self.n_settings_, self.n_times_ = X.shape[1:]
        self.members_ = [clone(member).fit(X) for member in self.members]
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Features, float32 (n_samples, n_features)."""
        check_is_fitted(self, "members_")
        return np.concatenate([member.transform(X) for member in self.members_], axis=1)

    def get_feature_names_out(self, input_features: Sequence[str] | None = None) -> np.ndarray:
        """Names of all features, object (n_features,)."""
        check_is_fitted(self, "members_")
        return np.concatenate([member.get_feature_names_out() for member in self.members_])

    def support(self) -> np.ndarray:
        """First and last + 1 time point behind each feature, int (n_features, 2)."""
        check_is_fitted(self, "members_")
        return np.concatenate([member.support() for member in self.members_])
