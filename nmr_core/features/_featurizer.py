"""What every featurizer does around its own equation: checks, the optional time window, names."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError

CHANNELS = {"re": np.real, "im": np.imag, "abs": np.abs}


class Featurizer(TransformerMixin, BaseEstimator):
    """First step of a pipeline: complex curves (n_samples, n_settings, n_times) -> real features (n_samples, n_features).

    A subclass writes ``_transform(curves) -> (n_samples, n_features)`` for one setting's curves (n_samples, n_window)
    and ``_names() -> n_features names``; checking, windowing and several settings are done here.

    channels : which of "re", "im", "abs"
    window   : (first, last) point, last excluded, or None for the whole curve
    """

    def __init__(self, channels=("re", "im"), window=None):
        self.channels = channels
        self.window = window

    def fit(self, X, y=None):
        """Remember the shape of the curves; nothing else is learned from data."""
        X = self._curves(X)
        unknown = [channel for channel in self.channels if channel not in CHANNELS]
        if unknown or not self.channels:
            raise InputError(f"channels must be some of {', '.join(CHANNELS)}; got {list(self.channels)}.")
        self.n_settings_, self.n_times_ = X.shape[1:]
        first, last = self.window or (0, self.n_times_)
        if not (0 <= first < last <= self.n_times_):
            raise InputError(f"window must lie inside the {self.n_times_} points of a curve, got ({first}, {last}).")
        self.first_, self.last_ = int(first), int(last)
        self._prepare(self.last_ - self.first_)
        return self

    def transform(self, X) -> np.ndarray:
        """Features, float32 (n_samples, n_features): setting by setting, channel by channel."""
        check_is_fitted(self, "n_times_")
        X = self._curves(X)
        if X.shape[1:] != (self.n_settings_, self.n_times_):
            raise InputError(f"The model was trained on {self.n_settings_} settings of {self.n_times_} points, "
                             f"got {X.shape[1]} of {X.shape[2]}. Use curves of the same protocol.")
        window = X[:, :, self.first_:self.last_]
        blocks = [self._transform(np.ascontiguousarray(CHANNELS[channel](window[:, k])))  # BLAS takes nothing else
                  for k in range(self.n_settings_) for channel in self.channels]
        return np.concatenate(blocks, axis=1, dtype=np.float32)

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Names that are recipes: featurizer__channel__what, with a setting's number in front if there are several."""
        check_is_fitted(self, "n_times_")
        kind = type(self).__name__.lower()
        settings = [""] if self.n_settings_ == 1 else [f"s{k}__" for k in range(self.n_settings_)]
        return np.array([f"{setting}{kind}__{channel}__{name}"
                         for setting in settings for channel in self.channels for name in self._names()], dtype=object)

    def _prepare(self, n_window: int) -> None:
        """What depends on the length of the window only."""

    @staticmethod
    def _curves(X) -> np.ndarray:
        X = np.asarray(X)
        if X.ndim == 2:
            X = X[:, None, :]
        if X.ndim != 3 or not X.size or X.dtype.kind not in "cf":
            raise InputError("Curves must be a complex array (n_samples, n_settings, n_times), got "
                             f"{X.dtype} with shape {X.shape}.")
        if not np.isfinite(X).all():
            bad = int((~np.isfinite(X)).any(axis=(1, 2)).sum())
            raise InputError(f"{bad} of {len(X)} curves hold NaN or infinity. Remove them first.")
        return X
