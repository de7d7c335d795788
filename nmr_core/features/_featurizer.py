"""Base class of the featurizers: checks, window, settings, blocks of signals, feature names."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError

BLOCK_BYTES = 4e6
"""Signals that are transformed together: they fit into the cache of a core, and bound the memory.
"""


class Featurizer(TransformerMixin, BaseEstimator):
    """Complex signals -> real features, as a scikit-learn transformer.

    A subclass writes ``_features(curves, setting)`` for the signals of one setting, complex (n,
    n_window), ``_recipes()`` (the names of its features) and ``_support()``; checks, window and
    several settings are handled here.

    Parameters
    ----------
    window : (int, int), optional
        First and last + 1 point; default: the whole signal.

    Attributes
    ----------
    name : str
        Key in ``FEATURIZERS``, and the first word of every feature name.
    learns : bool
        Whether ``fit`` learns from the signals; otherwise it needs their shape only.
    """

    name: ClassVar[str] = ""
    learns: ClassVar[bool] = False

    def __init__(self, window: tuple[int, int] | None = None):
        self.window = window

    def fit(self, X: np.ndarray, y: np.ndarray | None = None):
        """Store the shape of the signals, and learn from them if this featurizer ``learns``.

        Parameters
        ----------
        X : complex array, (n_samples, n_settings, n_times) or (n_samples, n_times)
            Signals.
        y : None
            Ignored, as scikit-learn asks.
        """
        X = self._curves(X)
        self._check()
        self.n_settings_, self.n_times_ = X.shape[1:]
        first, last = self._limits(self.n_times_)
        if not (0 <= first < last <= self.n_times_):
            raise InputError(
                f"window must lie inside the {self.n_times_} points of a curve, got ({first}, "
                f"{last})."
            )
        self.first_, self.last_ = int(first), int(last)
        self._prepare(self.last_ - self.first_)
        if self.learns:
            self._learn(X[:, :, self.first_ : self.last_])
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Features, float32 (n_samples, n_features), setting by setting.

        Parameters
        ----------
        X : complex array, (n_samples, n_settings, n_times) or (n_samples, n_times)
            With the settings and times of the signals that were fitted.
        """
        check_is_fitted(self, "n_times_")
        X = self._curves(X)
        if X.shape[1:] != (self.n_settings_, self.n_times_):
            raise InputError(
                f"The model was trained on {self.n_settings_} settings of {self.n_times_} points, "
                f"got {X.shape[1]} of {X.shape[2]}. Use curves of the same protocol."
            )
        size = max(1, int(BLOCK_BYTES / X[0].nbytes))
        features = np.empty((0, 0), np.float32)
        for start in range(0, len(X), size):
            block = X[start : start + size, :, self.first_ : self.last_]
            parts = [self._features(block[:, k], k) for k in range(self.n_settings_)]
            if start == 0:
                n_features = sum(part.shape[1] for part in parts)
                features = np.empty((len(X), n_features), np.float32)
            out = features[start : start + size]
            np.concatenate(parts, axis=1, out=out, casting="same_kind")
        return features

    def get_feature_names_out(self, input_features: Sequence[str] | None = None) -> np.ndarray:
        """Names, object (n_features,): name__channel__recipe, after the setting (if several)."""
        check_is_fitted(self, "n_times_")
        settings = [""] if self.n_settings_ == 1 else [f"s{k}__" for k in range(self.n_settings_)]
        names = [
            f"{setting}{self.name}__{recipe}" for setting in settings for recipe in self._recipes()
        ]
        return np.array(names, dtype=object)

    def support(self) -> np.ndarray:
        """First and last + 1 time point behind each feature, int (n_features, 2)."""
        check_is_fitted(self, "n_times_")
        points = np.asarray(self._support(), dtype=int).reshape(-1, 2) + self.first_
        return np.tile(points, (self.n_settings_, 1))

    def _check(self) -> None:
        """:class:`InputError` for options that are wrong whatever the signals."""

    def _limits(self, n_times: int) -> tuple[int, int]:
        """First and last + 1 point of the window."""
        return self.window or (0, n_times)

    def _prepare(self, n_window: int) -> None:
        """What depends on the length of the window only."""

    def _learn(self, curves: np.ndarray) -> None:
        """What is learned from signals (n_samples, n_settings, n_window)."""

    @staticmethod
    def _curves(X: np.ndarray) -> np.ndarray:
        """Checked signals, (n_samples, n_settings, n_times)."""
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
