"""Split conformal prediction: the same width everywhere."""

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.inputs import Inputs


class Constant(BaseEstimator):
    """s = |y - ŷ|; box = ŷ ± q. Source: Papadopoulos et al., ECML (2002); Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018)."""

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Constant":
        """Nothing is learned."""
        self.n_known_ = y.shape[1]
        return self

    def centre(self, inputs: Inputs) -> np.ndarray:
        """The estimate."""
        return inputs.centre

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """(n, n_known)."""
        return np.abs(y - inputs.centre)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), each (n, n_known)."""
        return inputs.centre - q, inputs.centre + q
