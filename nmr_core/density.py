"""Sampling densities: how the samples of a data set are drawn where not from their prior.

With the prior's cumulative probability u = F(theta), uniform in (0, 1], a sampling density is the
prior times a factor g(u) of mean 1:

    K                 g = (1 + K) u^K,  -1 < K < 1; of a uniform prior density ~ (theta - low)^K
    K,prior=F         F + (1 - F) (1 + K) u^K: a fraction F of the samples is from the prior
    steps:A=C,B=D     C up to theta = A, D up to B, 1 above; then divided by its mean

Stored texts are "power:K".

Every sample gets the weight prior / sampling density = 1 / g.
"""

import math
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError

TINY = 2.0**-53
"""Smallest u, as the random numbers have 53 bits."""
N_GRID = 4096
EXAMPLES = "-0.5, or -0.5,prior=0.2, or steps:0.005=8,0.05=2"


@dataclass(frozen=True)
class Density:
    """A sampling density relative to its prior.

    Parameters
    ----------
    power : float
        Exponent K in (-1, 1).
    prior : float
        Fraction of the samples that are drawn from the prior, in [0, 1).
    steps : tuple of (float, float)
        (upper end in units of the parameter, factor), in rising order; replaces the power.
    """

    power: float = 0.0
    prior: float = 0.0
    steps: tuple[tuple[float, float], ...] = ()

    def __str__(self) -> str:
        if self.steps:
            return "steps:" + ",".join(f"{end!r}={factor!r}" for end, factor in self.steps)
        return f"power:{self.power!r}" + (f",prior={self.prior!r}" if self.prior else "")

    def rank(self, v: float, ends: np.ndarray) -> float:
        """The prior's u that has the cumulative probability v of the sampling density.

        Parameters
        ----------
        v : float
            In (0, 1].
        ends : float array, (n_steps,)
            u of the ends of the steps.
        """
        if self.steps:
            u, mass = self._cumulative(ends)
            return max(TINY, float(np.interp(v, mass, u)))
        if v <= self.prior:
            return v / self.prior
        rest = (v - self.prior) / (1 - self.prior)
        return max(TINY, rest ** (1 / (1 + self.power)))

    def factor(self, u: np.ndarray | float, ends: np.ndarray) -> np.ndarray:
        """g(u) = sampling density / prior, float64 of the shape of u; parameters as of rank."""
        u = np.maximum(np.asarray(u, dtype=float), TINY)
        if self.steps:
            factors = np.array([factor for _, factor in self.steps] + [1.0])
            total = self._cumulative(ends, normalised=False)[1][-1]
            return factors[np.searchsorted(ends, u)] / total
        return self.prior + (1 - self.prior) * (1 + self.power) * u**self.power

    def _cumulative(
        self, ends: np.ndarray, normalised: bool = True
    ) -> tuple[np.ndarray, np.ndarray]:
        """u of the ends of all steps from 0 to 1, and the probability below each of them."""
        u = np.concatenate([[0.0], ends, [1.0]])
        factors = [factor for _, factor in self.steps] + [1.0]
        mass = np.concatenate([[0.0], np.cumsum(np.diff(u) * factors)])
        return u, mass / mass[-1] if normalised else mass

    def effective_share(self, ends: np.ndarray) -> float:
        """Effective share of many samples, 1 / (mean of 1 / g over the prior), in (0, 1]."""
        if not self.steps and not self.prior:
            return 1 - self.power**2
        u = (np.arange(N_GRID) + 0.5) / N_GRID
        return float(1 / np.mean(1 / self.factor(u, ends)))


def density_of(value: str | float | Density, name: str = "density") -> Density | None:
    """Read a sampling density; None where it is the prior.

    Parameters
    ----------
    value : str, float or Density
        A text as above, a number for the exponent of a power, or "" for the prior.
    name : str
        Of the parameter, for the message.

    Raises
    ------
    InputError
        For a text that is none, or a density that cannot be normalised or leaves out a part of
        the prior.
    """
    if isinstance(value, Density):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _unreadable(name, value)
    if not isinstance(value, str):
        return _power(name, float(value), 0.0)
    text = value.strip()
    if text in ("", "prior"):
        return None
    kind, _, options = text.partition(":") if ":" in text else ("power", "", text)
    first, *others = options.split(",") if kind == "power" else [text]
    try:
        if kind == "steps":
            pairs = [option.split("=") for option in options.split(",")]
            steps = tuple((float(end), float(factor)) for end, factor in pairs)
        else:
            power = float(first)
            named = dict(option.split("=") for option in others)
            prior = float(named.pop("prior", 0.0))
            if named:
                raise ValueError
    except ValueError:
        raise _unreadable(name, value) from None
    return _steps(name, steps) if kind == "steps" else _power(name, power, prior)


def _unreadable(name: str, value: object) -> InputError:
    return InputError(
        f"The sampling density of {name} must be a text such as {EXAMPLES}, got "
        f"{str(value)[:60]!r}. Leave it empty for the prior."
    )


def _power(name: str, power: float, prior: float) -> Density | None:
    if math.isnan(power):
        raise _unreadable(name, power)
    if not -1 < power < 1:
        reason = "it cannot be normalised" if power <= -1 else "its weights have no finite spread"
        raise InputError(
            f"The exponent of the sampling density of {name} must be between -1 and 1, got "
            f"{power:g}: {reason}. Take one such as -0.5."
        )
    if not 0 <= prior < 1:
        raise InputError(
            f"prior, the fraction of the samples of {name} that are drawn from the prior, must be "
            f"in [0, 1), got {prior:g}. Take one such as 0.2."
        )
    return Density(power, prior) if power else None


def _steps(name: str, steps: tuple[tuple[float, float], ...]) -> Density | None:
    ends = [end for end, _ in steps]
    if not all(map(math.isfinite, ends)) or any(np.diff(ends) <= 0):
        raise InputError(
            f"The steps of the sampling density of {name} must end at rising values, got "
            f"{', '.join(f'{end:g}' for end in ends)}. Sort them."
        )
    for end, factor in steps:
        if not (math.isfinite(factor) and factor > 0):
            raise InputError(
                f"The sampling density of {name} must be > 0 in all of its prior, got {factor:g} "
                f"up to {end:g}. Take a positive factor, or another prior."
            )
    return None if all(factor == 1 for _, factor in steps) else Density(steps=steps)
