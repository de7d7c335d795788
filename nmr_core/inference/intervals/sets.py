"""Sets of classes that hold the true class with a stated probability."""

import numpy as np
from sklearn.base import BaseEstimator

DIGITS = 9
"""Of a score: rounding removes differences by the order of a sum, which would break ties."""


class LeastAmbiguous(BaseEstimator):
    """Probability of the other classes; the sets are the smallest ones on average.

    .. math:: s = 1 - p(\\mathrm{class})

    A set holds all classes with s <= q, and always the most probable one.

    References
    ----------
    Sadinle, Lei & Wasserman, J. Am. Stat. Assoc. 114, 223 (2019).
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def scores(self, probability: np.ndarray) -> np.ndarray:
        """Return s of every class, (n, n_classes)."""
        return np.round(1 - probability, DIGITS)

    def sets(self, probability: np.ndarray, q: float) -> np.ndarray:
        """Return whether each class is in the set, bool (n, n_classes)."""
        chosen = self.scores(probability) <= q
        chosen[np.arange(len(chosen)), probability.argmax(axis=1)] = True
        return chosen


class Adaptive(LeastAmbiguous):
    """Summed probability of all classes that are at least as probable.

    Sets are larger where the classes are hard to tell apart.

    References
    ----------
    Romano, Sesia & Candès, NeurIPS (2020), without its random tie-breaking.
    """

    def scores(self, probability: np.ndarray) -> np.ndarray:
        """Return s of every class, (n, n_classes)."""
        order = np.argsort(-probability, axis=1, kind="stable")
        total = np.take_along_axis(probability, order, 1).cumsum(axis=1)
        scores = np.empty_like(probability)
        np.put_along_axis(scores, order, np.round(total, DIGITS), 1)
        return scores
