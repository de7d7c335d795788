"""Intervals whose coverage is the same in every range of the true value and of the estimates."""

from collections.abc import Iterator

import numpy as np
from sklearn.base import BaseEstimator

from nmr_core.inference.intervals.critical import CriticalValue
from nmr_core.inference.intervals.density_network import DensityNetwork, mean_density
from nmr_core.inference.intervals.inputs import Inputs
from nmr_core.inference.intervals.ratio_scores import RatioScores, root
from nmr_core.inference.intervals.split_logistic import SplitLogistic
from nmr_core.progress import report

LEVEL = 0.9
"""Level at which the coverage is the same everywhere; others hold on average."""
N_NETWORKS = 4
N_PASSES = 3
"""Fits of the critical values: closing the gaps of intervals changes what they cover."""
BLOCK = 2000
"""Signals whose intervals are computed together."""


class Uniform(BaseEstimator):
    """Likelihood ratio in units of a critical value that depends on where the signal lies.

    With p(y|x), a split logistic density on the range of the prior, and its mode m(x),

    .. math:: r = \\sqrt{2 \\log(p(m|x)/p(y|x))}, \\quad s = r / c(x, y)

    and the interval reaches as far as s <= q (:class:`RatioScores`). c is the 90 % quantile of r as
    a function of the estimates, of the width of the density and of y itself, fitted to signals of
    their own (:class:`CriticalValue`). So the 90 % intervals cover as often in every range of the
    true value, also at the bounds of the prior, which they reach, as in every range of the
    estimates.

    Attributes
    ----------
    networks_ : list of DensityNetwork
    critical_ : list of CriticalValue, (n_known,)

    References
    ----------
    Feldman & Cousins, Phys. Rev. D 57, 3873 (1998): ordering by the likelihood ratio, with a
    critical value per true value. Masserano et al., AISTATS (2023): the same from a fitted
    posterior. Gibbs, Cherian & Candès, J. R. Stat. Soc. B 87, 1100 (2025).
    """

    def __init__(self, seed: int = 0):
        self.seed = seed

    def fit(self, inputs: Inputs, y: np.ndarray, weights: np.ndarray | None = None) -> "Uniform":
        """Fit the densities to true values y, (n, n_known), as fractions of the range."""
        weights = np.ones(len(y)) if weights is None else weights
        X = inputs.all
        self.networks_ = []
        for k in range(N_NETWORKS):
            report(k, N_NETWORKS + y.shape[1], f"densities: network {k + 1} of {N_NETWORKS}")
            network = DensityNetwork(N_NETWORKS * self.seed + k)
            self.networks_.append(network.fit(X, inputs.centre, y, weights))
        return self

    def fit_critical(
        self, inputs: Inputs, y: np.ndarray, weights: np.ndarray | None = None
    ) -> "Uniform":
        """Fit the critical values to signals to which the densities were not fitted."""
        weights = np.ones(len(y)) if weights is None else weights
        density = self._density(inputs)
        self.critical_ = []
        for k in range(y.shape[1]):
            report(N_NETWORKS + k, N_NETWORKS + y.shape[1], "critical values")
            u, true = self._variables(inputs, k), y[:, k]
            one = _column(density, k, slice(None))
            statistic = root(one.statistic(true[:, None]))[:, 0]
            critical = CriticalValue(LEVEL).fit(u, true, statistic, weights)
            for _ in range(N_PASSES - 1):
                s = RatioScores.of(one, critical, u).score(true)
                effective = s * critical.values(u, true[:, None])[:, 0]
                critical = CriticalValue(LEVEL).fit(u, true, effective, weights)
            self.critical_.append(critical)
        return self

    def _density(self, inputs: Inputs) -> SplitLogistic:
        return inputs.once(self, lambda: mean_density(self.networks_, inputs.all, inputs.centre))

    def _variables(self, inputs: Inputs, k: int) -> np.ndarray:
        """What is known of a signal: log width of its density, and all estimates."""
        density = self._density(inputs)
        width = np.log(density.below[:, k] + density.above[:, k])
        return np.column_stack([width, inputs.centre])

    def _scores(self, inputs: Inputs) -> Iterator[tuple[int, slice, RatioScores]]:
        """Target, signals, and their scores."""
        density = self._density(inputs)
        for k, critical in enumerate(self.critical_):
            u = self._variables(inputs, k)
            for first in range(0, len(inputs), BLOCK):
                rows = slice(first, first + BLOCK)
                yield k, rows, RatioScores.of(_column(density, k, rows), critical, u[rows])

    def centre(self, inputs: Inputs) -> np.ndarray:
        """Return the modes, (n, n_known)."""
        return self._density(inputs).mode

    def score(self, inputs: Inputs, y: np.ndarray) -> np.ndarray:
        """Return s, (n, n_known)."""
        scores = np.empty(y.shape)
        for k, rows, one in self._scores(inputs):
            scores[rows, k] = one.score(y[rows, k])
        return scores

    def box(self, inputs: Inputs, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the low and high ends of the intervals s <= q, (n, n_known) each."""
        low, high = np.empty((2, *inputs.centre.shape))
        q = np.broadcast_to(np.asarray(q, float), low.shape[1])
        for k, rows, one in self._scores(inputs):
            low[rows, k], high[rows, k] = one.ends(q[k])
        return low, high


def _column(density: SplitLogistic, k: int, rows: slice) -> SplitLogistic:
    """The densities of one target, (n, 1)."""
    parts = (density.location, density.below, density.above)
    return SplitLogistic(*(part[rows, k, None] for part in parts))
