"""Split conformal prediction with a learned size of error: wide where the estimate is poor."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor

from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.models.boosted_trees import BoostedTrees
from nmr_core.progress import report

FLOOR = 0.1
"""Fraction of a small error (the lowest quartile) added to every error, to bound its logarithm. A
larger floor takes all good estimates for equally good, and the poor ones lose coverage."""
SIZE_QUANTILE = 0.7
"""sigma(x) is this quantile of the error. On ml4sci_2020_secular quantiles from .5 to .8 give the
worst regime the same coverage within .01, and .9 gives it .02 less: too few errors lie beyond
it."""
MOST_ROUNDS, RATE, LEAVES, LEAF = 150, 0.06, 15, 20


def boosted(
    quantile: float, seed: int, n: int, rounds: int = MOST_ROUNDS
) -> HistGradientBoostingRegressor:
    """Return an unfitted gradient boosting of a quantile, of a size that suits n samples.

    Parameters
    ----------
    quantile : float
        Quantile to fit, in (0, 1).
    seed : int
        Seed of the random numbers.
    n : int
        Number of samples to fit.
    rounds : int
        Trees; at most 60 for fewer than 500 samples.
    """
    if n < 500:
        rounds = min(rounds, 60)
    return HistGradientBoostingRegressor(
        loss="quantile",
        quantile=quantile,
        max_iter=rounds,
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=min(LEAF, max(2, n // 20)),
        early_stopping=False,
        random_state=seed,
    )


class Scaled(BaseEstimator):
    """Residual in units of a fitted size of error sigma(x).

    .. math:: s = |y - \\hat{y}| / \\sigma(x), \\quad [\\hat{y} - q \\sigma, \\hat{y} + q \\sigma]

    log sigma_j(x) is the 70 % quantile of log(abs(y_j - yhat_j) + floor_j), fitted by gradient
    boosting to the estimates, the components and the quality of the signals.

    Attributes
    ----------
    models_ : list, (n_known,)
    floor_ : (n_known,)

    References
    ----------
    Papadopoulos, Gammerman & Vovk, AIA (2008); Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018),
    section 5.2.
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Scaled":
        """Fit sigma to true values y, (n, n_known), as fractions of the range."""
        error = np.abs(y - inputs.centre)
        X = self._predictors(inputs)
        self.floor_ = np.maximum(FLOOR * np.quantile(error, 0.25, axis=0), 1e-6)
        self.models_ = []
        for k, floor in enumerate(self.floor_):
            report(k, len(self.floor_), "learning the size of the errors")
            model = boosted(SIZE_QUANTILE, self.seed, len(X))
            self.models_.append(BoostedTrees.of(model.fit(X, np.log(error[:, k] + floor))))
        return self

    def _predictors(self, inputs: Inputs) -> np.ndarray:
        """Predictors of sigma, float32 (n, n_predictors)."""
        return inputs.all

    def size(self, inputs: Inputs) -> np.ndarray:
        """Return sigma(x), (n, n_known)."""
        return inputs.once(self, lambda: self._size(self._predictors(inputs)))

    def _size(self, X: np.ndarray) -> np.ndarray:
        return np.exp(np.column_stack([model.predict(X) for model in self.models_]))

    def centre(self, inputs: Inputs) -> np.ndarray:
        """Return the estimates, (n, n_known)."""
        return inputs.centre

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """Return s, (n, n_known)."""
        return np.abs(y - inputs.centre) / self.size(inputs)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the low and high ends of the intervals s <= q, (n, n_known) each."""
        half_width = q * self.size(inputs)
        return inputs.centre - half_width, inputs.centre + half_width
