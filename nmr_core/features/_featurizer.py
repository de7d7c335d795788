"""What every featurizer does around its own equation: checks, the window, settings, blocks of curves, names."""

from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError

BLOCK_BYTES = 4e6
"""Curves that are turned into features together: what stays in a core's cache, so that memory does not grow with them."""


class Featurizer(TransformerMixin, BaseEstimator):
    """First step of a pipeline: complex curves (n_samples, n_settings, n_times) -> real features (n_samples, n_features).

    A subclass writes ``_features(curves, setting)`` for one setting's curves (n, n_window), ``_recipes()`` (their names) and
    ``_support()``; checking, windowing and several settings are done here.

    window : (first, last) point, last excluded, or None for the whole curve
    name   : as in ``FEATURIZERS``, the first word of every feature's name
    learns : whether fit learns from the curves; else it needs their shape only
    """

    name: ClassVar[str] = ""
    learns: ClassVar[bool] = False

    def __init__(self, window=None):
        self.window = window

    def fit(self, X, y=None):
        """Remember the shape of the curves, and learn from them if this featurizer ``learns``."""
        X = self._curves(X)
        self._check()
        self.n_settings_, self.n_times_ = X.shape[1:]
        first, last = self._limits(self.n_times_)
        if not (0 <= first < last <= self.n_times_):
            raise InputError(
                f"window must lie inside the {self.n_times_} points of a curve, got ({first}, {last})."
            )
        self.first_, self.last_ = int(first), int(last)
        self._prepare(self.last_ - self.first_)
        if self.learns:
            self._learn(X[:, :, self.first_ : self.last_])
        return self

    def transform(self, X) -> np.ndarray:
        """Features, float32 (n_samples, n_features): setting by setting."""
        check_is_fitted(self, "n_times_")
        X = self._curves(X)
        if X.shape[1:] != (self.n_settings_, self.n_times_):
            raise InputError(
                f"The model was trained on {self.n_settings_} settings of {self.n_times_} points, "
                f"got {X.shape[1]} of {X.shape[2]}. Use curves of the same protocol."
            )
        size, found = max(1, int(BLOCK_BYTES / X[0].nbytes)), None
        for start in range(0, len(X), size):
            block = X[start : start + size, :, self.first_ : self.last_]
            features = [self._features(block[:, k], k) for k in range(self.n_settings_)]
            if found is None:
                found = np.empty((len(X), sum(part.shape[1] for part in features)), np.float32)
            np.concatenate(features, axis=1, out=found[start : start + size], casting="same_kind")
        return found

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Names that are recipes: featurizer__channel__what, with a setting's number in front if there are several."""
        check_is_fitted(self, "n_times_")
        settings = [""] if self.n_settings_ == 1 else [f"s{k}__" for k in range(self.n_settings_)]
        return np.array(
            [
                f"{setting}{self.name}__{recipe}"
                for setting in settings
                for recipe in self._recipes()
            ],
            dtype=object,
        )

    def support(self) -> np.ndarray:
        """First and last + 1 time point that each feature looks at, int (n_features, 2)."""
        check_is_fitted(self, "n_times_")
        return np.tile(
            np.asarray(self._support(), dtype=int).reshape(-1, 2) + self.first_,
            (self.n_settings_, 1),
        )

    def _check(self) -> None:
        """:class:`InputError` for options that mean nothing, whatever the curves."""

    def _limits(self, n_times: int) -> tuple[int, int]:
        """First and last + 1 point of the window."""
        return self.window or (0, n_times)

    def _prepare(self, n_window: int) -> None:
        """What depends on the length of the window only."""

    def _learn(self, curves: np.ndarray) -> None:
        """What is learned from curves (n_samples, n_settings, n_window)."""

    @staticmethod
    def _curves(X) -> np.ndarray:
        X = np.asarray(X)
        if X.ndim == 2:
            X = X[:, None, :]
        if X.ndim != 3 or not X.size or X.dtype.kind not in "cf":
            raise InputError(
                "Curves must be a complex array (n_samples, n_settings, n_times), got "
                f"{X.dtype} with shape {X.shape}."
            )
        finite = np.isfinite(X)
        if not finite.all():
            raise InputError(
                f"{int((~finite).any(axis=(1, 2)).sum())} of {len(X)} curves hold NaN or infinity. "
                "Remove them first."
            )
        return X
