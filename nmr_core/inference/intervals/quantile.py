"""Conformalised quantile regression: each side of the estimate has its own width."""

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.scaled import Scaled, boosted
from nmr_core.progress import report

SHARES = (0.05, 0.5, 0.95)
ROUNDS = 60
NARROWEST = 0.25
"""Least width of a side, in units of σ(x)."""


class Quantile(BaseEstimator):
    """With m(x), a(x) and b(x) the median, the 5 % and the 95 % quantile of y given x:
    s = max((m - y)/(m - a), (y - m)/(b - m)); box = [m - q (m - a), m + q (b - m)].

    Quantiles of (y - ŷ)/σ(x), with σ of :class:`Scaled`, are fitted by gradient boosting: without σ the boosting does not resolve
    errors that differ by a factor 100. The score is a ratio and not a difference, so that the same calibration gives intervals
    of any level, which contain each other.
    Source: Romano, Patterson & Candès, NeurIPS (2019); the ratio: Kivaranovic, Johnson & Leeb, AISTATS (2020).

    Learned: ``scaled_``; ``models_``, three a target.
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Quantile":
        """y float (n, n_known), shares of the range."""
        self.scaled_ = Scaled(self.seed).fit(inputs, y)
        z, X = (y - inputs.centre) / self.scaled_.size(inputs), inputs.all
        self.models_ = []
        for k in range(y.shape[1]):
            report(k, y.shape[1], "learning quantiles")
            self.models_.append(
                [boosted(share, self.seed, len(X), ROUNDS).fit(X, z[:, k]) for share in SHARES]
            )
        return self

    def _three(self, inputs: Inputs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Width below, middle, width above; each (n, n_known)."""
        return inputs.once(self, lambda: self._sides(inputs))

    def _sides(self, inputs: Inputs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        X, size = inputs.all, self.scaled_.size(inputs)
        low, middle, high = (
            np.column_stack([models[i].predict(X) for models in self.models_]) for i in range(3)
        )
        return (
            np.maximum(middle - low, NARROWEST) * size,
            inputs.centre + middle * size,
            np.maximum(high - middle, NARROWEST) * size,
        )

    def centre(self, inputs: Inputs) -> np.ndarray:
        """The median."""
        return self._three(inputs)[1]

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """(n, n_known)."""
        below, middle, above = self._three(inputs)
        return np.maximum((middle - y) / below, (y - middle) / above)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), each (n, n_known)."""
        below, middle, above = self._three(inputs)
        return middle - q * below, middle + q * above
