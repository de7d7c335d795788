"""Split conformal prediction: the same width everywhere."""

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.inputs import Inputs


class Constant(BaseEstimator):
    """Absolute residual.

    .. math:: s = |y - \\hat{y}|, \\quad [\\hat{y} - q, \\hat{y} + q]

    References
    ----------
    Papadopoulos et al., ECML (2002); Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018).
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Constant":
        """Fit nothing but the number of targets; y (n, n_known), fractions of the range."""
        self.n_known_ = y.shape[1]
        return self

    def centre(self, inputs: Inputs) -> np.ndarray:
        """Return the estimates, (n, n_known)."""
        return inputs.centre

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """Return s, (n, n_known)."""
        return np.abs(y - inputs.centre)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the low and high ends of the intervals s <= q, (n, n_known) each."""
        return inputs.centre - q, inputs.centre + q
