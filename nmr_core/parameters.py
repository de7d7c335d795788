"""Specification of a parameter: name, symbol, unit, range and prior.

Widgets, tables, axes and error messages are all made from it.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nmr_core.density import Density, density_of
from nmr_core.errors import InputError


@dataclass(frozen=True)
class Parameter:
    """One number that a user can set, a prior can draw or a model can predict.

    Parameters
    ----------
    name : str
        ASCII identifier, such as "xi".
    symbol : str
        Unicode symbol for axes and tables, such as "ξ".
    unit : str
        "MHz", "µs", "sites", ...; "" if dimensionless.
    low, high : float
        Closed range: of a physical parameter the values that make sense, of a prior those drawn.
    default : float, int or str
    scale : str
        "linear" or "log", of widgets and of a uniform prior.
    description : str
        One sentence.
    integer : bool
        Whole numbers only.
    hint : str
        Advice in the message about a value out of range.
    open_low : bool
        Whether ``low`` itself has no meaning: a prior never draws it, and a slider begins one step
        above.
    distribution : str
        The prior, a name in :data:`DISTRIBUTIONS`.
    values : tuple of float or str
        Values of the distribution "choice".
    sd : float
        Standard deviation of the distribution "normal" about ``default``, cut at low and high.
    density : Density, optional
        Sampling density that samples are drawn from; None: the prior.
    """

    name: str
    symbol: str
    unit: str
    low: float
    high: float
    default: Any
    scale: str = "linear"
    description: str = ""
    integer: bool = False
    hint: str = ""
    open_low: bool = False
    distribution: str = "uniform"
    values: tuple[float | str, ...] = ()
    sd: float = 0.0
    density: Density | None = None

    @property
    def width(self) -> float:
        """w = high - low, the scale of the weighted error of the 2020 challenge."""
        return self.high - self.low

    @property
    def label(self) -> str:
        """Axis title, such as "ξ (sites)"."""
        return f"{self.symbol} ({self.unit})" if self.unit else self.symbol

    def check(self, value: Any) -> Any:
        """Convert a value to a number in [low, high], or to one of ``values``.

        Returns
        -------
        float, int or str
            An int if ``integer`` is set.

        Raises
        ------
        InputError
            If the value is not a number, out of range or none of ``values``.
        """
        if self.values and value in self.values:
            return value
        if any(isinstance(allowed, str) for allowed in self.values):
            raise InputError(
                f"{self.name} must be one of {', '.join(map(str, self.values))}; "
                f"got {str(value)[:60]!r}."
            )
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"{self.name} must be a number, got {str(value)[:60]!r}.") from None
        if not math.isfinite(number) or not self.low <= number <= self.high:
            unit = f" {self.unit}" if self.unit else ""
            advice = self.hint or "Choose a value in that range."
            raise InputError(
                f"{self.name} must be in [{self.low:g}, {self.high:g}]{unit}, got {number:g}. "
                f"{advice}"
            )
        if self.integer and number != round(number):
            raise InputError(f"{self.name} must be a whole number, got {number:g}.")
        return int(number) if self.integer else number

    def quantile(self, u: float) -> Any:
        """Quantile of the prior.

        Parameters
        ----------
        u : float
            Cumulative probability, in (0, 1].

        Returns
        -------
        float, int or str
        """
        return DISTRIBUTIONS[self.distribution](self, u)

    def rank(self, values: np.ndarray | float) -> np.ndarray:
        """Cumulative probability of the prior, the inverse of :meth:`quantile`.

        Parameters
        ----------
        values : float or float array
            In [low, high].

        Returns
        -------
        float64 array
            Of the shape of ``values``.

        Raises
        ------
        InputError
            For a distribution without a density.
        """
        if self.distribution not in RANKS or self.integer:
            kind = "whole numbers" if self.integer else f"a {self.distribution}"
            raise InputError(
                f"{self.name} is drawn from {kind}, which has no sampling density. Leave it out, "
                f"or make the prior {', '.join(RANKS)}."
            )
        return np.clip(RANKS[self.distribution](self, np.asarray(values, dtype=float)), 0.0, 1.0)

    def sampled(self, density: str | float | Density) -> "Parameter":
        """Copy that is drawn from a sampling density.

        Parameters
        ----------
        density : str, float or Density
            See :mod:`nmr_core.density`; "" for the prior, a number for the exponent of a power.

        Raises
        ------
        InputError
            For a density that cannot be read or normalised, or a prior that has none.
        """
        checked = density_of(density, self.name)
        if checked is not None:
            self.rank(self.low)
            outside = [end for end, _ in checked.steps if not self.low < end < self.high]
            if outside:
                raise InputError(
                    f"The steps of the sampling density of {self.name} must end inside of "
                    f"({self.low:g}, {self.high:g}), got {outside[0]:g}. The last step reaches "
                    "the end by itself."
                )
        return replace(self, density=checked)

    def weight(self, values: np.ndarray | float) -> np.ndarray:
        """Prior density / sampling density, float64 of the shape of ``values``."""
        if self.density is None:
            return np.ones(np.shape(values))
        return 1 / self.density.factor(self.rank(values), self._ends)

    @property
    def density_text(self) -> str:
        """The sampling density as text, "" for the prior."""
        return "" if self.density is None else str(self.density)

    @property
    def effective_share(self) -> float:
        """Effective share of many samples of the sampling density, in (0, 1]."""
        return 1.0 if self.density is None else self.density.effective_share(self._ends)

    @property
    def _ends(self) -> np.ndarray:
        """Cumulative probabilities of the ends of the density's steps."""
        steps = self.density.steps if self.density else ()
        return self.rank(np.array([end for end, _ in steps])) if steps else np.empty(0)

    def sample(self, v: float) -> Any:
        """Quantile of the sampling density at the cumulative probability ``v``, in (0, 1]."""
        return self.quantile(v if self.density is None else self.density.rank(v, self._ends))

    def draw(self, rng: np.random.Generator) -> Any:
        """Draw one value from the sampling density; a uniform prior never yields ``low`` itself."""
        return self.sample(1.0 - rng.random())

    def within(self, low: float, high: float, default: Any, **changes: Any) -> "Parameter":
        """Copy with another range and default, such as the prior of a physical parameter."""
        return replace(self, low=low, high=high, default=default, **changes)


def _uniform(spec: Parameter, u: float) -> float:
    if spec.scale == "log":
        value = float(spec.low * (spec.high / spec.low) ** u)
        return round(value) if spec.integer else value
    if spec.integer:
        return int(min(spec.high, math.floor(spec.low + (spec.width + 1) * u)))
    return float(spec.low + spec.width * u)


def _normal(spec: Parameter, u: float) -> float:
    from scipy.special import ndtr, ndtri

    # Probabilities of the uncut distribution at the two cuts
    below = ndtr((spec.low - spec.default) / spec.sd)
    above = ndtr((spec.high - spec.default) / spec.sd)
    value = float(spec.default + spec.sd * ndtri(below + (above - below) * u))
    return min(max(value, spec.low), spec.high)


def _choice(spec: Parameter, u: float) -> float | str:
    n = len(spec.values)
    return spec.values[min(n - 1, math.ceil(u * n) - 1)]


DISTRIBUTIONS: dict[str, Callable[[Parameter, float], float | str]] = {
    "uniform": _uniform,
    "normal": _normal,
    "choice": _choice,
}
"""Name -> quantile function of (parameter, u); "uniform" on the parameter's own scale."""


def _uniform_rank(spec: Parameter, values: np.ndarray) -> np.ndarray:
    if spec.scale == "log":
        return np.log(values / spec.low) / np.log(spec.high / spec.low)
    return (values - spec.low) / spec.width


def _normal_rank(spec: Parameter, values: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    below, above, here = (ndtr((x - spec.default) / spec.sd) for x in (spec.low, spec.high, values))
    return (here - below) / (above - below)


RANKS: dict[str, Callable[[Parameter, np.ndarray], np.ndarray]] = {
    "uniform": _uniform_rank,
    "normal": _normal_rank,
}
"""Name -> cumulative probability of (parameter, values), of distributions with a density."""


@dataclass(frozen=True)
class ParameterSpace:
    """The prior of a data set: independent parameters, drawn in their order.

    Samples are from the sampling densities of those parameters that have one.

    Parameters
    ----------
    parameters : tuple of Parameter
    """

    parameters: tuple[Parameter, ...]

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    def __len__(self) -> int:
        return len(self.parameters)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Parameter:
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise InputError(f"There is no parameter {name!r} here; there are {', '.join(self.names)}.")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def defaults(self) -> dict[str, Any]:
        """Name -> default value."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    @property
    def is_weighted(self) -> bool:
        """Whether a parameter has a sampling density other than its prior."""
        return any(parameter.density is not None for parameter in self.parameters)

    @property
    def effective_share(self) -> float:
        """Effective share of many samples of the sampling densities, in (0, 1]."""
        return math.prod(parameter.effective_share for parameter in self.parameters)

    def weight(self, values: Mapping[str, Any]) -> float:
        """Prior density / sampling density of one sample; 1 without sampling densities."""
        return math.prod(
            float(parameter.weight(values[parameter.name]))
            for parameter in self.parameters
            if parameter.density is not None
        )

    def of_prior(self) -> "ParameterSpace":
        """The same prior without sampling densities."""
        return ParameterSpace(tuple(replace(spec, density=None) for spec in self.parameters))

    def draw(self, rng: np.random.Generator) -> dict[str, Any]:
        """Draw one value of each parameter, by name."""
        return {parameter.name: parameter.draw(rng) for parameter in self.parameters}

    def at(self, point: np.ndarray) -> dict[str, Any]:
        """Parameter values at a point of the unit cube, such as one of a Sobol sequence.

        Parameters
        ----------
        point : float array, (n_parameters,)
            Coordinates in [0, 1).

        Returns
        -------
        dict
            Name -> value.
        """
        return {
            parameter.name: parameter.sample(1.0 - float(u))
            for parameter, u in zip(self.parameters, point, strict=True)
        }
