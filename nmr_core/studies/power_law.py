"""Power law of a learning curve, error(n) = a n^-b + c, and how many curves an error takes.

a, b, c >= 0, with c the floor that no number of curves passes. Fitted to logarithms, so that every
decade has the same weight.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

MOST = 1e9
"""Curves beyond which no number is stated: no fit extrapolates that far."""
STEEPEST = 3.0
"""Largest exponent b."""
N_RESAMPLES = 200
STARTS = (0.0, 0.5, 0.95)
"""Starts of c, as fractions of the lowest error."""


@dataclass(frozen=True)
class PowerLaw:
    """error(n) = a n^-b + c."""

    a: float
    b: float
    c: float

    def __call__(self, n: np.ndarray | float) -> np.ndarray | float:
        return self.a * np.asarray(n, dtype=float) ** -self.b + self.c

    @property
    def sentence(self) -> str:
        """The gain of twice as many curves, in words."""
        part = f"the part above its floor of {self.c:.2g}" if self.c > 0 else "it"
        return f"Twice as many curves lower {part} by {100 * (1 - 2**-self.b):.2g} %."

    def needed(self, error: float) -> float:
        """Number of curves at which the law reaches ``error``; infinity if it never does."""
        if error <= self.c or self.b < 1e-9:
            return math.inf
        return math.exp(min(700.0, (math.log(self.a) - math.log(error - self.c)) / self.b))


@dataclass(frozen=True)
class Need:
    """Number of curves that an error takes, with the 95 % interval of the fit.

    Infinity: no number of curves reaches it. ``floor`` is that of the law.
    """

    error: float
    n: float
    low: float
    high: float
    floor: float

    @property
    def sentence(self) -> str:
        """In words, with the interval of the fit."""
        error = f"An error of {self.error:.4g}"
        if math.isinf(self.n):
            text = f"{error} is not reachable with this recipe: the floor is {self.floor:.4g}."
            if self.low <= MOST:
                text += f" Within the interval of the fit it could take {_count(self.low)}."
            return text
        if self.n > MOST:
            return f"{error} needs more than 10⁹ curves with this recipe."
        low = f"{_round(self.low):,}"
        if math.isinf(self.high):
            interval = f"{low} or more"
        elif self.high > MOST:
            interval = f"{low} to more than 10⁹"
        else:
            interval = f"{low} to {_round(self.high):,}"
        return f"{error} needs {_count(self.n)} [{interval}]."


def _round(n: float) -> int:
    """Two digits; an extrapolation is not more precise."""
    if n < 1:
        return 1
    step = 10 ** max(0, math.floor(math.log10(n)) - 1)
    return int(round(n / step) * step)


def _count(n: float) -> str:
    return f"about {_round(n):,} curves"


def fit_power_law(
    n: ArrayLike, error: ArrayLike, starts: Sequence[float] = STARTS
) -> PowerLaw | None:
    """Fit the law to the logarithms of errors.

    Parameters
    ----------
    n : array_like, (n_points,)
        Numbers of curves.
    error : array_like, (n_points,)
        Errors, > 0.
    starts : sequence of float
        Starts of c, as fractions of the lowest error; the best fit counts.

    Returns
    -------
    PowerLaw or None
        With b in [0, 3] and c in [0, lowest error]. None with fewer than three different n, or an
        error that is not a number > 0.
    """
    n, error = np.asarray(n, dtype=float), np.asarray(error, dtype=float)
    if len(np.unique(n)) < 3 or not (np.isfinite(error).all() and (error > 0).all()):
        return None
    x, y, middle = np.log(n), np.log(error), np.log(n).mean()
    lowest = float(error.min())

    def residuals(at: np.ndarray) -> np.ndarray:
        return np.logaddexp(at[0] - at[1] * (x - middle), np.log(at[2] * lowest + 1e-300)) - y

    fits = [
        least_squares(
            residuals,
            (y.mean(), 0.5, start),
            bounds=((-60, 0, 0), (60, STEEPEST, 1)),
            x_scale=(1, 0.5, 0.5),
        )
        for start in starts
    ]
    height, b, fraction = min(fits, key=lambda fit: fit.cost).x
    # At its lower bound c is only nearly zero
    floor = fraction * lowest if fraction > 1e-3 else 0.0
    return PowerLaw(float(np.exp(height + b * middle)), float(b), float(floor))


def resampled(
    n: ArrayLike,
    error: ArrayLike,
    law: PowerLaw,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> list[PowerLaw]:
    """Fits to the law plus resampled residuals.

    Parameters
    ----------
    n, error : array_like, (n_points,)
        As for :func:`fit_power_law`, whose result is ``law``.
    law : PowerLaw
        Fitted law.
    n_resamples : int
        Bootstrap samples.
    seed : int
        Seed of the random numbers.

    Notes
    -----
    Residuals are drawn with replacement on the log scale, widened for the three parameters. They
    hold the spread of the repeats and the misfit, not the error of the test part, which is common
    to all n.
    """
    n, error = np.asarray(n, dtype=float), np.asarray(error, dtype=float)
    rng = np.random.default_rng(seed)
    residual = np.log(error) - np.log(law(n))
    residual = (residual - residual.mean()) * math.sqrt(len(n) / max(1, len(n) - 3))
    start = (float(np.clip(law.c / error.min(), 0.01, 0.99)),)
    laws = (
        fit_power_law(n, law(n) * np.exp(rng.choice(residual, len(n))), start)
        for _ in range(n_resamples)
    )
    return [other for other in laws if other is not None]


def needed(law: PowerLaw, others: Sequence[PowerLaw], error: float) -> Need:
    """Number of curves for ``error``, with the middle 95 % of the resampled laws."""
    counts = np.sort([other.needed(error) for other in others] or [law.needed(error)])
    low, high = (float(counts[round(p * (len(counts) - 1))]) for p in (0.025, 0.975))
    n = law.needed(error)
    return Need(error, n, min(low, n), max(high, n), law.c)
