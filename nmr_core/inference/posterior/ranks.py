"""Simulation-based calibration: ranks of true values among posterior samples are uniform.

References
----------
Talts et al., arXiv:1804.06788 (2018).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from scipy.stats import chisquare, kstest

N_SAMPLES = 400
"""Posterior samples per signal."""
N_BINS = 10
"""Bins of the chi2 test."""
LEAST = 0.01
"""p-value from which ranks count as uniform."""
JOINT = "joint"
"""Row of the rank in the joint density: fraction of samples with a higher density."""
BLOCK = 200
"""Signals that are sampled together."""


class Density(Protocol):
    """q(y|c), of any family."""

    def sample(self, context: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return samples of y, (n_signals, n, n_parameters)."""

    def log_density(self, context: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return log q(y|c), (n_signals, n)."""


@dataclass(frozen=True, eq=False)
class Ranks:
    """Ranks of the true values of signals that the posterior was not learned from.

    Parameters
    ----------
    names : tuple of str, (n_parameters + 1,)
        Parameters, and :data:`JOINT`.
    values : float64 array, (n, n_parameters + 1)
        In (0, 1): fraction of samples below the true value; of the joint density fraction with a
        higher density, so that values below .9 are inside the 90 % region.
    """

    names: tuple[str, ...]
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.values)

    def table(self) -> pd.DataFrame:
        """Return tests and coverage, one row per parameter and one for the joint density.

        Returns
        -------
        DataFrame
            Index: names. p_ks, p_chi2: p-values of uniform ranks by Kolmogorov-Smirnov and by chi2
            in 10 bins; covered_50, covered_90: fraction of true values in the central interval
            (joint: in the region of highest density).
        """
        return self._tests.copy()

    @cached_property
    def _tests(self) -> pd.DataFrame:
        rows = []
        for name, ranks in zip(self.names, self.values.T, strict=True):
            counts = np.histogram(ranks, N_BINS, (0, 1))[0]
            place = ranks if name == JOINT else np.abs(2 * ranks - 1)
            rows.append(
                {
                    "p_ks": float(kstest(ranks, "uniform").pvalue),
                    "p_chi2": float(chisquare(counts).pvalue),
                    "covered_50": float((place <= 0.5).mean()),
                    "covered_90": float((place <= 0.9).mean()),
                }
            )
        return pd.DataFrame(rows, index=list(self.names))

    @cached_property
    def smallest(self) -> float:
        """The smallest p-value of all parameters and both tests."""
        return float(self._tests[["p_ks", "p_chi2"]].min(axis=None))

    @property
    def n_tests(self) -> int:
        """Number of tests, two per row of the table."""
        return 2 * len(self.names)

    @property
    def is_uniform(self) -> bool:
        """Whether no test rejects at 1 % for all of them together (Bonferroni)."""
        return self.smallest > LEAST / self.n_tests

    @property
    def sentence(self) -> str:
        """The verdict, with the number of signals."""
        verdict = "uniform" if self.is_uniform else "not uniform: do not quote its widths"
        return (
            f"Ranks of {len(self):,} new signals are {verdict} (smallest p-value of "
            f"{self.n_tests} tests {self.smallest:.2g}; limit with Bonferroni "
            f"{LEAST / self.n_tests:.2g})."
        )


def ranks_of(
    density: Density, context: np.ndarray, y: np.ndarray, names: tuple[str, ...], seed: int = 0
) -> Ranks:
    """Return the ranks of true values in a density.

    Parameters
    ----------
    density : Density
        q(y|c).
    context : float64 array, (n, n_context)
        Summaries of signals, whose parameters are from the prior.
    y : float64 array, (n, n_parameters)
        True values as fractions of the ranges.
    names : tuple of str
        Of the parameters.
    seed : int
        Of the samples.
    """
    rng = np.random.default_rng(seed)
    blocks = []
    for k in range(0, len(y), BLOCK):
        c, true = context[k : k + BLOCK], y[k : k + BLOCK]
        samples = density.sample(c, N_SAMPLES, rng)
        at_samples = density.log_density(c, samples)
        at_true = density.log_density(c, true[:, None])
        below = (samples < true[:, None]).sum(axis=1)
        higher = (at_samples > at_true).sum(axis=1)
        counts = np.concatenate([below, higher[:, None]], axis=1)
        # A uniform number within the step keeps the ranks continuous
        blocks.append((counts + rng.random(counts.shape)) / (N_SAMPLES + 1))
    return Ranks((*names, JOINT), np.concatenate(blocks))
