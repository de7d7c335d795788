"""Features of very different sizes, brought to sizes that a model can work with."""

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from nmr_core.errors import InputError

ROUNDING = 1e-6
"""A spread below this share of a feature's size is single-precision rounding, not information."""
SCALINGS = ("each", "common")


class Scaler(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """z_j = (x_j - mean_j) / s_j, with s_j = sd_j ("each") or one s for all ("common").

    The common s is the root mean square of the sd_j. "each" suits features of different kinds
    (polynomial coefficients differ by a factor 10^5);
    "common" suits features of one kind, whose relative size is physics: raw points, principal
    components. Constant features become 0. Trees need it too: scikit-learn's take values that
    differ by less than 1e-7 for equal, and cubic coefficients do. Sums are in double precision, and
    so is the result unless ``single``.
    """

    def __init__(self, scaling: str = "each", single: bool = False):
        self.scaling = scaling
        self.single = single

    def fit(self, X: np.ndarray, y: np.ndarray | None = None):
        """X float (n_samples, n_features)."""
        X = np.asarray(X)
        mean = X.mean(axis=0, dtype=float)
        return self.of(mean, ((X - mean) ** 2).mean(axis=0, dtype=float))

    def of(self, mean: np.ndarray, variance: np.ndarray) -> "Scaler":
        """Scale by means and variances that are known, both (n_features,)."""
        if self.scaling not in SCALINGS:
            raise InputError(
                f"scaling must be one of {', '.join(SCALINGS)}; got {str(self.scaling)[:60]!r}."
            )
        self.n_features_in_ = len(mean)
        self.center_ = mean
        spread = np.sqrt(variance)
        varies = spread > ROUNDING * np.abs(self.center_)
        common = float(np.sqrt((spread[varies] ** 2).mean())) if varies.any() else 1.0
        self.scale_ = np.where(varies, spread if self.scaling == "each" else common, np.inf)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Scaled features, float64 (n_samples, n_features), or float32 if ``single``."""
        check_is_fitted(self, "scale_")
        return ((np.asarray(X) - self.center_) / self.scale_).astype(
            np.float32 if self.single else float, copy=False
        )
