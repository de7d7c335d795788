"""Errors of designs on the same test materials, their ratios, and paired intervals of these.

A bootstrap draw takes repeats, and within each of them test materials, with replacement; the same
draw serves all designs, so that what is common to them cancels in a ratio. The random control is
the mean error of several random designs, which are drawn with replacement too.
"""

from dataclasses import dataclass

import numpy as np

from nmr_core.design.attained import interval_of
from nmr_core.design.criteria import counted

N_BOOTSTRAP = 2000


@dataclass(frozen=True)
class Ratio:
    """A ratio of two errors with its interval."""

    value: float
    low: float
    high: float

    @property
    def text(self) -> str:
        """Text such as "x 0.71 (0.66 to 0.77)"."""
        return f"× {self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True, eq=False)
class Comparison:
    """Squared residuals of several designs on the same materials.

    Parameters
    ----------
    squared : float array, (n_designs, n_repeats, n_test, n)
        Squared residuals in units of the ranges.
    weights : float array, (n,)
        Weights of the parameters.
    seed : int
        Of the bootstrap.
    """

    squared: np.ndarray
    weights: np.ndarray
    seed: int = 0

    def errors(self, design: int) -> np.ndarray:
        """Return the root mean square errors of the parameters, (n,)."""
        return np.sqrt(self.squared[design].mean((0, 1)))

    def weighted(self, designs: list[int]) -> float:
        """Return the weighted error, its mean over several designs."""
        return float(self._weighted(self.squared.mean((1, 2)))[designs].mean())

    def ratio(self, above: list[int], below: list[int]) -> Ratio:
        """Return the ratio of the weighted errors of two groups of designs.

        Parameters
        ----------
        above, below : list of int
            Designs of the numerator and of the denominator; a group counts with its mean.
        """
        drawn = self._weighted(self._drawn_means())
        rng = np.random.default_rng([self.seed, 1])
        ratios = _mean_of_drawn(drawn, above, rng) / _mean_of_drawn(drawn, below, rng)
        return Ratio(self.weighted(above) / self.weighted(below), *interval_of(ratios))

    def _weighted(self, mean_squares: np.ndarray) -> np.ndarray:
        """Weighted error sqrt(sum w e^2 / sum w) of mean squares (..., n)."""
        return np.sqrt(counted(mean_squares, self.weights))

    def _drawn_means(self) -> np.ndarray:
        """Mean squares of every bootstrap draw, (N_BOOTSTRAP, n_designs, n)."""
        n_designs, n_repeats, n_test, n = self.squared.shape
        rng = np.random.default_rng([self.seed, 0])
        # How often a repeat, and a material within it, occurs in a draw
        repeats = rng.multinomial(n_repeats, np.full(n_repeats, 1 / n_repeats), N_BOOTSTRAP)
        counts = rng.multinomial(repeats * n_test, np.full(n_test, 1 / n_test))
        shares = counts.reshape(N_BOOTSTRAP, -1) / (n_repeats * n_test)
        rows = self.squared.transpose(1, 2, 0, 3).reshape(n_repeats * n_test, -1)
        return (shares @ rows).reshape(N_BOOTSTRAP, n_designs, n)


def _mean_of_drawn(drawn: np.ndarray, group: list[int], rng: np.random.Generator) -> np.ndarray:
    """Mean over designs of a group, drawn with replacement in every bootstrap draw."""
    errors = drawn[:, group]
    if len(group) == 1:
        return errors[:, 0]
    chosen = rng.integers(len(group), size=errors.shape)
    return np.take_along_axis(errors, chosen, axis=1).mean(1)


def best_of(comparison: Comparison, group: list[int]) -> tuple[np.ndarray, int]:
    """Return the squared residuals of the best of several designs, without selection bias.

    The best by one half of the test materials is judged by the other half, and the other way
    round, so that no design is chosen and judged by the same materials.

    Returns
    -------
    squared : float array, (n_repeats, n_test, n)
    best : int
        The design that is best on all materials.
    """
    squared = comparison.squared[group]
    chosen = np.empty_like(squared[0])
    for part in (0, 1):
        means = squared[:, :, 1 - part :: 2].mean((1, 2))
        choice = int((means @ comparison.weights).argmin())
        chosen[:, part::2] = squared[choice][:, part::2]
    best = int((squared.mean((1, 2)) @ comparison.weights).argmin())
    return chosen, group[best]
