"""Scores of a likelihood ratio whose critical value changes with the tested value.

The set {y : r(y) <= q c(y)} may have gaps. The score of a value is therefore the smallest q at
which it lies between two values of the set and the mode,

    s(y) = min over y' at least as far from the mode of r(y')/c(y'),

so that {y : s(y) <= q} is an interval for every q, and a longer one for a larger q.
"""

from dataclasses import dataclass

import numpy as np

from nmr_core.inference.intervals.critical import CriticalValue
from nmr_core.inference.intervals.split_logistic import SplitLogistic

NODES = np.concatenate([np.linspace(0, 1.5, 49), np.geomspace(1.6, 6, 16)])
"""Values of r at which s is computed, in units of the largest critical value of a signal."""
LEAST = 1e-3
"""Least r, so that its logarithm is finite."""


def root(statistic: np.ndarray) -> np.ndarray:
    """Return r = sqrt(2 lambda), at least :data:`LEAST`."""
    return np.sqrt(np.maximum(2 * statistic, LEAST**2))


@dataclass(frozen=True, eq=False)
class RatioScores:
    """Scores of one target for n signals.

    Parameters
    ----------
    density : SplitLogistic
        Of shape (n, 1).
    unit : float64 array, (n,)
        Largest critical value of each signal.
    sides : float64 array, (2, n, n_nodes)
        s below and above the mode, at r = NODES * unit; rising.
    """

    density: SplitLogistic
    unit: np.ndarray
    sides: np.ndarray

    @classmethod
    def of(cls, density: SplitLogistic, critical: CriticalValue, u: np.ndarray) -> "RatioScores":
        """Return the scores for densities (n, 1) and variables u, (n, n_variables)."""
        unit = critical.largest(u)
        r = unit[:, None] * NODES
        sides = []
        for y in density.reach(r**2 / 2):
            s = r / critical.values(u, np.clip(y, 0.0, 1.0))
            # The minimum over all nodes that are at least as far
            sides.append(np.minimum.accumulate(s[:, ::-1], axis=1)[:, ::-1])
        return cls(density, unit, np.stack(sides))

    def score(self, y: np.ndarray) -> np.ndarray:
        """Return s of values y, (n,)."""
        t = root(self.density.statistic(y[:, None]))[:, 0] / self.unit
        rows = np.arange(len(y))
        s = self.sides[(y >= self.density.mode[:, 0]).astype(int), rows]
        place = np.clip(np.searchsorted(NODES, t, "right") - 1, 0, len(NODES) - 2)
        left, right = s[rows, place], s[rows, place + 1]
        share = (t - NODES[place]) / (NODES[place + 1] - NODES[place])
        inside = left + np.clip(share, 0, 1) * (right - left)
        # Beyond the last node s is proportional to r
        return np.maximum(inside * np.maximum(t / NODES[-1], 1.0), np.finfo(float).tiny)

    def ends(self, q: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the two ends of {y : s <= q}, (n,) each."""
        ends = []
        for k, s in enumerate(self.sides):
            rows = np.arange(len(s))
            last = np.clip((s <= q).sum(axis=1) - 1, 0, len(NODES) - 2)
            left, right = s[rows, last], s[rows, last + 1]
            share = np.where(right > left, (q - left) / np.maximum(right - left, 1e-300), 1.0)
            t = NODES[last] + np.clip(share, 0, 1) * (NODES[last + 1] - NODES[last])
            r = self.unit * t * np.maximum(q / s[:, -1], 1.0)
            ends.append(self.density.reach(r[:, None] ** 2 / 2)[k][:, 0])
        return np.clip(ends[0], 0, 1), np.clip(ends[1], 0, 1)
