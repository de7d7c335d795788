"""Conformalised quantile regression: each side of the estimate has its own width."""

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.scaled import Scaled, boosted
from nmr_core.models.boosted_trees import BoostedTrees
from nmr_core.progress import report

QUANTILES = (0.05, 0.5, 0.95)
ROUNDS = 60
NARROWEST = 0.25
"""Least width of a side, in units of sigma(x)."""


class Quantile(BaseEstimator):
    """Residual in units of the fitted width of its side.

    .. math:: s = \\max((m - y)/(m - a), (y - m)/(b - m)), \\quad [m - q (m - a), m + q (b - m)]

    m(x), a(x) and b(x) are the median, the 5 % and the 95 % quantile of y for given x.

    Attributes
    ----------
    scaled_ : Scaled
        sigma(x).
    models_ : list, (n_known, 3)

    Notes
    -----
    Gradient boosting is fitted to quantiles of (y - yhat)/sigma(x): without sigma it does not
    resolve errors that differ by a factor of 100. The score is a ratio instead of a difference, so
    that one calibration gives intervals of all levels, which contain each other.

    References
    ----------
    Romano, Patterson & Candès, NeurIPS (2019); the ratio: Kivaranovic, Johnson & Leeb, AISTATS
    (2020).
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Quantile":
        """Fit the quantiles to true values y, (n, n_known), as fractions of the range."""
        self.scaled_ = Scaled(self.seed).fit(inputs, y)
        z = (y - inputs.centre) / self.scaled_.size(inputs)
        X = inputs.all
        self.models_ = []
        for k in range(y.shape[1]):
            report(k, y.shape[1], "learning quantiles")
            self.models_.append(
                [
                    BoostedTrees.of(boosted(level, self.seed, len(X), ROUNDS).fit(X, z[:, k]))
                    for level in QUANTILES
                ]
            )
        return self

    def _sides(self, inputs: Inputs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Width below, median, width above; each (n, n_known)."""
        return inputs.once(self, lambda: self._predicted_sides(inputs))

    def _predicted_sides(self, inputs: Inputs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        X, size = inputs.all, self.scaled_.size(inputs)
        low, middle, high = (
            np.column_stack([models[i].predict(X) for models in self.models_]) for i in range(3)
        )
        below = np.maximum(middle - low, NARROWEST) * size
        above = np.maximum(high - middle, NARROWEST) * size
        return below, inputs.centre + middle * size, above

    def centre(self, inputs: Inputs) -> np.ndarray:
        """Return the medians, (n, n_known)."""
        return self._sides(inputs)[1]

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """Return s, (n, n_known)."""
        below, middle, above = self._sides(inputs)
        return np.maximum((middle - y) / below, (y - middle) / above)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the low and high ends of the intervals s <= q, (n, n_known) each."""
        below, middle, above = self._sides(inputs)
        return middle - q * below, middle + q * above
