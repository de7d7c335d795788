"""Fractions of signals inside their intervals, with what is expected of exact intervals."""

from dataclasses import dataclass

import numpy as np

from nmr_core.inference.intervals.conformal import coverage_law, p_value
from nmr_core.learning.metrics import share_interval
from nmr_core.weights import effective_size


@dataclass(frozen=True, eq=False)
class Fractions:
    """Fractions of some signals, with their uncertainty.

    Parameters
    ----------
    weights : float64 array, (n,)
        Prior density / sampling density of the signals; the fractions are those of the prior.
    n_scores : int
        Number of scores of the calibration.
    level : float
        Nominal level of the intervals.
    """

    weights: np.ndarray
    n_scores: int
    level: float

    def of(self, inside: np.ndarray, chosen: np.ndarray | slice = slice(None)) -> dict[str, float]:
        """Return the fraction of chosen signals with its intervals.

        Parameters
        ----------
        inside : bool array, (n,)
            Whether the true value is inside.
        chosen : bool array, (n,), or slice
            Which signals count.

        Returns
        -------
        dict
            covered; low and high, its 95 % interval (Clopper-Pearson, of weighted signals with
            their effective number); expected_low and expected_high, where it is in 95 of 100 cases
            for exact intervals.
        """
        covered, n = self._counted(inside, chosen)
        low, high = share_interval(covered * n, n)
        law = coverage_law(round(n), self.n_scores, self.level)
        if law is None or n < 0.5:
            expected_low = expected_high = 1.0
        else:
            expected_low, expected_high = (law.ppf(q) / round(n) for q in (0.025, 0.975))
        return {
            "covered": covered,
            "low": float(low),
            "high": float(high),
            "expected_low": float(expected_low),
            "expected_high": float(expected_high),
        }

    def p_value(self, inside: np.ndarray, *, one_sided: bool) -> float:
        """Return the probability of a coverage at least as far from the level."""
        covered, n = self._counted(inside, slice(None))
        return p_value(round(covered * n), round(n), self.n_scores, self.level, one_sided)

    def _counted(self, inside: np.ndarray, chosen: np.ndarray | slice) -> tuple[float, float]:
        """Fraction, and effective number of signals."""
        weights = self.weights[chosen]
        n = effective_size(weights)
        covered = float(np.average(inside[chosen], weights=weights)) if n else float("nan")
        return covered, n
