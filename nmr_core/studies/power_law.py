"""How an error falls with the number of curves: error(n) = a · n^-b + c, and how many curves an error takes.

a, b >= 0 and c >= 0, the floor that no number of curves passes; fitted to the logarithms, so that every decade counts the same.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import least_squares

MOST = 1e9
"""Curves beyond which no number is stated: nobody will simulate them, and no fit reaches that far."""
STEEPEST = 3.0
N_RESAMPLES = 200
STARTS = (0.0, 0.5, 0.95)


@dataclass(frozen=True)
class PowerLaw:
    """error(n) = a · n^-b + c."""

    a: float
    b: float
    c: float

    def __call__(self, n: np.ndarray | float) -> np.ndarray | float:
        return self.a * np.asarray(n, dtype=float) ** -self.b + self.c

    @property
    def sentence(self) -> str:
        """The rate in words: what a doubling of the number of curves brings."""
        part = f"the part above its floor of {self.c:.2g}" if self.c > 0 else "it"
        return f"Twice as many curves lower {part} by {100 * (1 - 2**-self.b):.2g} %."

    def needed(self, error: float) -> float:
        """Curves at which the law reaches ``error``; infinity where it never does."""
        if error <= self.c or self.b < 1e-9:
            return math.inf
        return math.exp(min(700.0, (math.log(self.a) - math.log(error - self.c)) / self.b))


@dataclass(frozen=True)
class Need:
    """How many curves an error takes, with the 95 % interval of the fit; infinity = at no number of curves."""

    error: float
    n: float
    low: float
    high: float
    floor: float

    @property
    def sentence(self) -> str:
        """In words, honest about what cannot be said."""
        if math.isinf(self.n):
            hope = (
                f" Within the interval of the fit it could take {_count(self.low)}."
                if self.low <= MOST
                else ""
            )
            return f"An error of {self.error:.4g} is not reachable with this recipe: the floor is {self.floor:.4g}.{hope}"
        if self.n > MOST:
            return f"An error of {self.error:.4g} needs more than 10⁹ curves with this recipe."
        high = (
            "no end"
            if math.isinf(self.high)
            else "more than 10⁹"
            if self.high > MOST
            else f"{_round(self.high):,}"
        )
        return (
            f"An error of {self.error:.4g} needs {_count(self.n)} [{_round(self.low):,} to {high}]."
        )


def _round(n: float) -> int:
    """Two digits: an extrapolation knows no more."""
    if n < 1:
        return 1
    step = 10 ** max(0, math.floor(math.log10(n)) - 1)
    return int(round(n / step) * step)


def _count(n: float) -> str:
    return f"about {_round(n):,} curves"


def fit_power_law(
    n: ArrayLike, error: ArrayLike, starts: Sequence[float] = STARTS
) -> PowerLaw | None:
    """The law through points (n, error > 0); None where fewer than three different n are known, or an error is no number > 0.

    The best of a few starts (of c, as shares of the lowest error), bounded: b in [0, 3], c in [0, lowest error].
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
    height, b, share = min(fits, key=lambda fit: fit.cost).x
    floor = share * lowest if share > 1e-3 else 0.0  # what the bound leaves of it is no floor
    return PowerLaw(float(np.exp(height + b * middle)), float(b), float(floor))


def resampled(
    n: ArrayLike,
    error: ArrayLike,
    law: PowerLaw,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> list[PowerLaw]:
    """Laws fitted again to the law plus residuals drawn with replacement (on the log scale, widened for the three parameters).

    The residuals hold the spread of the repeats and the misfit; not the error of the test part, which all n share.
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
    """Curves for ``error``, and the middle 95 % of what the resampled laws say."""
    counts = np.sort([other.needed(error) for other in others] or [law.needed(error)])
    low, high = (float(counts[round(share * (len(counts) - 1))]) for share in (0.025, 0.975))
    n = law.needed(error)
    return Need(error, n, min(low, n), max(high, n), law.c)
