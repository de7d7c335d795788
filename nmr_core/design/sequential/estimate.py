"""An estimate after some acquisitions: values, standard errors and intervals by parameter."""

from dataclasses import dataclass

import numpy as np

from nmr_core.parameters import Parameter

LEVEL = 0.9
"""Fraction of the truths within an interval."""


@dataclass(frozen=True)
class Estimate:
    """Values of the parameters in their units.

    Attributes
    ----------
    values, errors, low, high : dict of str to float
        Estimate, standard error, and ends of the interval.
    level : float
        Fraction of the truths within an interval.
    weighted : float
        Weighted error as a fraction of the ranges.
    """

    values: dict[str, float]
    errors: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]
    level: float
    weighted: float

    @classmethod
    def of(
        cls,
        specs: tuple[Parameter, ...],
        estimate: np.ndarray,
        errors: np.ndarray,
        ends: np.ndarray,
        *,
        level: float,
        weighted: float,
    ) -> "Estimate":
        """Return the estimate from fractions of the ranges.

        Parameters
        ----------
        specs : tuple of Parameter
            The n parameters.
        estimate, errors : array (n,)
            0 is the low end of a range and 1 the high one.
        ends : array (2, n)
            Of the intervals; they are cut at the ranges.
        level : float
            Of the intervals.
        weighted : float
            Weighted error.
        """
        widths = np.array([spec.width for spec in specs])
        lows = np.array([spec.low for spec in specs])
        rows = (estimate, *np.clip(ends, 0, 1))
        values, low, high = (_named(specs, lows + widths * row) for row in rows)
        return cls(values, _named(specs, widths * errors), low, high, level, float(weighted))


def _named(specs: tuple[Parameter, ...], row: np.ndarray) -> dict[str, float]:
    return {spec.name: float(value) for spec, value in zip(specs, row, strict=True)}
