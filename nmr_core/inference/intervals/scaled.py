"""Split conformal prediction with a learned size of error: wide where the estimate is poor."""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingRegressor

from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.progress import report

FLOOR = 0.1
"""Share of a small error (the lowest quartile) that is added to every error, so that lucky hits do not make a logarithm explode.
A larger floor takes all good estimates for equally good, and the poor ones pay for it with their coverage."""
SHARE = 0.7
"""σ(x) is the size that this share of the errors does not exceed. On ml4sci_2020 shares from .5 to .8 give the worst regime the
same coverage within .01, .9 gives it .02 less: too few errors lie beyond it."""
MOST_ROUNDS, RATE, LEAVES, LEAF = 150, 0.06, 15, 20


def boosted(
    quantile: float, seed: int, n: int, rounds: int = MOST_ROUNDS
) -> HistGradientBoostingRegressor:
    """Gradient boosting that fits a quantile of its target, of a size that n curves can bear."""
    return HistGradientBoostingRegressor(
        loss="quantile",
        quantile=quantile,
        max_iter=rounds if n >= 500 else min(rounds, 60),
        learning_rate=RATE,
        max_leaf_nodes=LEAVES,
        min_samples_leaf=min(LEAF, max(2, n // 20)),
        early_stopping=False,
        random_state=seed,
    )


class Scaled(BaseEstimator):
    """s = |y - ŷ| / σ(x); box = ŷ ± q σ(x).

    log σ_j(x) is the 70 % quantile of log(|y_j - ŷ_j| + floor_j), fitted by gradient boosting on the estimates, the components
    and the quality of the curves. Source: Papadopoulos, Gammerman & Vovk (2008); Lei et al. (2018), section 5.2.

    Learned: ``models_``, one a target; ``floor_``.
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Scaled":
        """y float (n, n_known), shares of the range."""
        error, X = np.abs(y - inputs.centre), self._known_of(inputs)
        self.floor_ = np.maximum(FLOOR * np.quantile(error, 0.25, axis=0), 1e-6)
        self.models_ = []
        for k, floor in enumerate(self.floor_):
            report(k, len(self.floor_), "learning the size of the errors")
            self.models_.append(
                boosted(SHARE, self.seed, len(X)).fit(X, np.log(error[:, k] + floor))
            )
        return self

    def _known_of(self, inputs: Inputs) -> np.ndarray:
        """What σ is learned from, float32 (n, any)."""
        return inputs.all

    def size(self, inputs: Inputs) -> np.ndarray:
        """σ(x), (n, n_known)."""
        return inputs.once(self, lambda: self._size(self._known_of(inputs)))

    def _size(self, X: np.ndarray) -> np.ndarray:
        return np.exp(np.column_stack([model.predict(X) for model in self.models_]))

    def centre(self, inputs: Inputs) -> np.ndarray:
        """The estimate."""
        return inputs.centre

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """(n, n_known)."""
        return np.abs(y - inputs.centre) / self.size(inputs)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), each (n, n_known)."""
        size = self.size(inputs)
        return inputs.centre - q * size, inputs.centre + q * size
