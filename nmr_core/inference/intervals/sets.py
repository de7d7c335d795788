"""Sets of classes that hold the true one with a stated probability."""

import numpy as np
from sklearn.base import BaseEstimator

DIGITS = 9
"""Of a score: what is left of a sum's order of addition must not decide between s <= q and s > q, and ties are common."""


class LeastAmbiguous(BaseEstimator):
    """s = 1 - p(class); set = all classes with s <= q, and always the most probable one.
    Source: Sadinle, Lei & Wasserman, J. Am. Stat. Assoc. 114, 223 (2019)."""

    def __init__(self, seed: int = 0):
        self.seed = seed

    def scores(self, probability: np.ndarray) -> np.ndarray:
        """Of every class, (n, n_classes)."""
        return np.round(1 - probability, DIGITS)

    def sets(self, probability: np.ndarray, q: float) -> np.ndarray:
        """Whether each class is in the set, bool (n, n_classes)."""
        chosen = self.scores(probability) <= q
        chosen[np.arange(len(chosen)), probability.argmax(axis=1)] = True
        return chosen


class Adaptive(LeastAmbiguous):
    """s = the sum of the probabilities of all classes that are at least as probable; set = all with s <= q, and always the most
    probable one. Source: Romano, Sesia & Candès, NeurIPS (2020), without its random tie-breaking."""

    def scores(self, probability: np.ndarray) -> np.ndarray:
        """Of every class, (n, n_classes)."""
        order = np.argsort(-probability, axis=1, kind="stable")
        total = np.take_along_axis(probability, order, 1).cumsum(axis=1)
        found = np.empty_like(probability)
        np.put_along_axis(found, order, np.round(total, DIGITS), 1)
        return found
