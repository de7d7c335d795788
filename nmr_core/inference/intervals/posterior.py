"""A classifier over quantile bins of the scaled error: the full marginal density of each parameter, not only two ends."""

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.scaled import Scaled
from nmr_core.models.mlp_classifier import EarlyStoppingClassifier
from nmr_core.progress import report

INNER = np.array([0.0025, 0.01, 0.025, *np.arange(1, 20) / 20, 0.975, 0.99, 0.9975])
"""Quantiles of z between the bins: fine in the tails, where the ends of a 90 % interval and beyond lie."""
SAME = 0.05
"""Share of every density that is the same for all curves: no bin is ever impossible."""
BEYOND = 1.5
"""The outermost bins reach to this times the largest scaled error."""
SURE = 1 - 1e-9
"""An interval with more probability than this is the whole range."""


class Posterior(BaseEstimator):
    """p(y|x) on bins of z = (y - ŷ)/σ(x) whose edges are quantiles of z, uniform within a bin, cut to the prior's range.

    With F its distribution function: s = |2 F(y|x) - 1|; box = the central interval [F⁻¹((1 - q)/2), F⁻¹((1 + q)/2)]. For a
    constant ŷ (a model that knows nothing) the bins are quantile bins of y itself.
    Source: bins: Frank & Hall, ECML (2001) in spirit; the score: Chernozhukov, Wüthrich & Zhu, PNAS 118 (2021).

    Learned: ``scaled_`` (σ); ``edges_``, a target: of the bins; ``shares_``: of all curves in each bin; ``models_``: a network a
    target.
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray) -> "Posterior":
        """y float (n, n_known), shares of the range."""
        self.scaled_ = Scaled(self.seed).fit(inputs, y)
        z, X = (y - inputs.centre) / self.scaled_.size(inputs), inputs.all
        self.edges_, self.shares_, self.models_ = [], [], []
        levels = INNER if len(y) >= 500 else INNER[3:-3:3]
        for k in range(y.shape[1]):
            report(k, y.shape[1], "learning densities")
            inner = np.unique(np.quantile(z[:, k], levels))
            reach = BEYOND * max(np.abs(z[:, k]).max(), np.abs(inner).max() + 1e-6)
            self.edges_.append(np.concatenate([[-reach], inner, [reach]]))
            number = np.searchsorted(inner, z[:, k])
            self.shares_.append(np.bincount(number, minlength=len(inner) + 1) / len(number))
            network = EarlyStoppingClassifier(
                hidden=(64,), max_epochs=40, patience=8, random_state=self.seed, scaling="each"
            )
            self.models_.append(network.fit(X, number))
        return self

    def _cumulative(self, inputs: Inputs) -> list[tuple[np.ndarray, np.ndarray]]:
        """A target: (edges (n, n_bins + 1) in shares of the range, F at them before it is cut to the range)."""
        return inputs.once(self, lambda: self._sums(inputs))

    def _sums(self, inputs: Inputs) -> list[tuple[np.ndarray, np.ndarray]]:
        size, X, found = self.scaled_.size(inputs), inputs.all, []
        for k, (edges, network) in enumerate(zip(self.edges_, self.models_, strict=True)):
            share = np.zeros((len(X), len(edges) - 1))
            share[:, network.classes_] = network.predict_proba(X)
            share = (1 - SAME) * share + SAME * self.shares_[k]
            rising = np.concatenate([np.zeros((len(X), 1)), share.cumsum(axis=1)], axis=1)
            found.append(
                (inputs.centre[:, k, None] + size[:, k, None] * edges, rising / rising[:, -1:])
            )
        return found

    def distribution(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """F(y|x) within [0, 1], for y (n, n_known, n_y)."""
        found = np.empty(y.shape)
        for k, (edges, rising) in enumerate(self._cumulative(inputs)):
            for i in range(len(inputs)):
                at = np.interp(np.concatenate([[0.0, 1.0], y[i, k]]), edges[i], rising[i])
                found[i, k] = (at[2:] - at[0]) / max(at[1] - at[0], 1e-12)
        return found.clip(0, 1)

    def _inverse(self, inputs: Inputs, share: np.ndarray) -> np.ndarray:
        """F⁻¹(share|x) for share (n_known, n_shares): (n, n_known, n_shares)."""
        found = np.empty((len(inputs), *share.shape))
        for k, (edges, rising) in enumerate(self._cumulative(inputs)):
            for i in range(len(inputs)):
                first, last = np.interp([0.0, 1.0], edges[i], rising[i])
                found[i, k] = np.interp(first + share[k] * (last - first), rising[i], edges[i])
        return found.clip(0, 1)

    def density(self, inputs: Inputs, edges: np.ndarray) -> np.ndarray:
        """Probability between neighbours of ``edges`` (shares of the range, from 0 to 1): (n, n_known, n_edges - 1)."""
        y = np.broadcast_to(edges, (len(inputs), len(self.models_), len(edges)))
        return np.diff(self.distribution(inputs, y), axis=-1)

    def centre(self, inputs: Inputs) -> np.ndarray:
        """The median."""
        return self._inverse(inputs, np.full((len(self.models_), 1), 0.5))[..., 0]

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """(n, n_known)."""
        return np.abs(2 * self.distribution(inputs, y[..., None])[..., 0] - 1)

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(low, high), each (n, n_known)."""
        q = np.broadcast_to(np.asarray(q, float), len(self.models_))
        inside = np.clip(q, 0, SURE)
        both = self._inverse(inputs, np.stack([(1 - inside) / 2, (1 + inside) / 2], axis=1))
        return np.where(q > SURE, 0.0, both[..., 0]), np.where(q > SURE, 1.0, both[..., 1])
