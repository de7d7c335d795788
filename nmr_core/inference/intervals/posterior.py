"""Marginal density of each parameter: a classifier over quantile bins of the scaled error."""

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.scaled import Scaled
from nmr_core.models.mlp_classifier import EarlyStoppingClassifier
from nmr_core.progress import report

INNER = np.array([0.0025, 0.01, 0.025, *np.arange(1, 20) / 20, 0.975, 0.99, 0.9975])
"""Quantiles of z between the bins: fine in the tails, where the ends of wide intervals lie."""
SAME = 0.05
"""Fraction of every density that is the same for all signals: no bin is impossible."""
BEYOND = 1.5
"""The outermost bins reach to this times the largest scaled error."""
SURE = 1 - 1e-9
"""An interval with more probability than this is the whole range."""


class Posterior(BaseEstimator):
    """Density p(y|x) on bins of z = (y - yhat)/sigma(x), whose edges are quantiles of z.

    With F(y|x) its distribution function,

    .. math:: s = |2 F(y|x) - 1|, \\quad [F^{-1}((1 - q)/2), F^{-1}((1 + q)/2)]

    The density is uniform within a bin and cut to the range of the prior. For a constant estimate
    the bins are quantile bins of y itself.

    Attributes
    ----------
    scaled_ : Scaled
        sigma(x).
    edges_ : list of array, (n_known,)
        Edges of the bins of each target.
    shares_ : list of array, (n_known,)
        Fraction of all signals in each bin.
    models_ : list of EarlyStoppingClassifier, (n_known,)

    References
    ----------
    Chernozhukov, Wüthrich & Zhu, PNAS 118 (2021): the score. Frank & Hall, ECML (2001):
    regression by classification.
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Posterior":
        """Fit the densities to true values y, (n, n_known), as fractions of the range."""
        self.scaled_ = Scaled(self.seed).fit(inputs, y)
        z = (y - inputs.centre) / self.scaled_.size(inputs)
        X = inputs.all
        levels = INNER if len(y) >= 500 else INNER[3:-3:3]
        self.edges_, self.shares_, self.models_ = [], [], []
        for k in range(y.shape[1]):
            report(k, y.shape[1], "learning densities")

            # Edges of the bins: quantiles of z, and two ends beyond all of them
            inner = np.unique(np.quantile(z[:, k], levels))
            reach = BEYOND * max(np.abs(z[:, k]).max(), np.abs(inner).max() + 1e-6)
            self.edges_.append(np.concatenate([[-reach], inner, [reach]]))

            # Number of the bin of each signal, and the classifier of it
            number = np.searchsorted(inner, z[:, k])
            self.shares_.append(np.bincount(number, minlength=len(inner) + 1) / len(number))
            network = EarlyStoppingClassifier(
                hidden=(64,), max_epochs=40, patience=8, random_state=self.seed, scaling="each"
            )
            self.models_.append(network.fit(X, number))
        return self

    def _cumulative(self, inputs: Inputs) -> list[tuple[np.ndarray, np.ndarray]]:
        """Per target: edges of the bins, fractions of the range, and F there; (n, n_bins + 1)."""
        return inputs.once(self, lambda: self._summed(inputs))

    def _summed(self, inputs: Inputs) -> list[tuple[np.ndarray, np.ndarray]]:
        size, X = self.scaled_.size(inputs), inputs.all
        distributions = []
        for k, (edges, network) in enumerate(zip(self.edges_, self.models_, strict=True)):
            # Probability of each bin, mixed with that of all signals
            probability = np.zeros((len(X), len(edges) - 1))
            probability[:, network.classes_] = network.predict_proba(X)
            probability = (1 - SAME) * probability + SAME * self.shares_[k]

            # F at the edges, and the edges as values of y
            total = probability.cumsum(axis=1)
            rising = np.concatenate([np.zeros((len(X), 1)), total], axis=1)
            y_edges = inputs.centre[:, k, None] + size[:, k, None] * edges
            distributions.append((y_edges, rising / rising[:, -1:]))
        return distributions

    def distribution(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """Return F(y|x) within [0, 1], (n, n_known, n_y), for y of this shape."""
        values = np.empty(y.shape)
        for k, (edges, rising) in enumerate(self._cumulative(inputs)):
            for i in range(len(inputs)):
                # F before it is cut to the range, at the ends of the range and at y
                first, last = np.interp([0.0, 1.0], edges[i], rising[i])
                inside = np.interp(y[i, k], edges[i], rising[i])
                values[i, k] = (inside - first) / max(last - first, 1e-12)
        return values.clip(0, 1)

    def _inverse(self, inputs: Inputs, levels: np.ndarray) -> np.ndarray:
        """Quantiles F^-1(level|x), (n, n_known, n_levels), for levels (n_known, n_levels)."""
        values = np.empty((len(inputs), *levels.shape))
        for k, (edges, rising) in enumerate(self._cumulative(inputs)):
            for i in range(len(inputs)):
                first, last = np.interp([0.0, 1.0], edges[i], rising[i])
                uncut = first + levels[k] * (last - first)
                values[i, k] = np.interp(uncut, rising[i], edges[i])
        return values.clip(0, 1)

    def density(self, inputs: Inputs, edges: np.ndarray) -> np.ndarray:
        """Return the probability between neighbouring edges, (n, n_known, n_edges - 1).

        Parameters
        ----------
        inputs : Inputs
            Inputs of the signals.
        edges : (n_edges,)
            Rising, from 0 to 1, as fractions of the range.
        """
        y = np.broadcast_to(edges, (len(inputs), len(self.models_), len(edges)))
        return np.diff(self.distribution(inputs, y), axis=-1)

    def centre(self, inputs: Inputs) -> np.ndarray:
        """Return the medians, (n, n_known)."""
        return self._inverse(inputs, np.full((len(self.models_), 1), 0.5))[..., 0]

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """Return s, (n, n_known)."""
        return np.abs(2 * self.distribution(inputs, y[..., None])[..., 0] - 1)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the low and high ends of the intervals s <= q, (n, n_known) each."""
        q = np.broadcast_to(np.asarray(q, float), len(self.models_))
        inside = np.clip(q, 0, SURE)
        levels = np.stack([(1 - inside) / 2, (1 + inside) / 2], axis=1)
        ends = self._inverse(inputs, levels)
        is_whole = q > SURE
        return np.where(is_whole, 0.0, ends[..., 0]), np.where(is_whole, 1.0, ends[..., 1])
