"""What a parameter is: a name, a symbol, a unit and a range. Widgets, tables, axes and error messages all read it here."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nmr_core.errors import InputError


@dataclass(frozen=True)
class Parameter:
    """One number that a user can set, a prior can draw or a model can predict.

    name        : ASCII identifier, e.g. "xi"
    symbol      : Unicode symbol for axes and tables, e.g. "ξ"
    unit        : "MHz", "µs", "sites", ... ("" = dimensionless)
    low, high   : closed range; of a physical parameter what makes sense, of a prior what is drawn
    default     : value used when it is left out
    scale       : "linear" or "log", the scale of widgets and of the (uniform) prior
    description : one sentence
    integer     : whole numbers only
    hint        : what to do when a value is refused
    open_low    : ``low`` itself has no meaning; a prior never draws it, and a slider begins one step above
    distribution: how a prior draws it, a name of :data:`DISTRIBUTIONS`
    values      : what the distribution "choice" draws from (numbers or names)
    sd          : standard deviation of the distribution "normal" about ``default``, cut at low and high
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

    @property
    def width(self) -> float:
        """w = high - low, the scale of the challenge's weighted error."""
        return self.high - self.low

    @property
    def label(self) -> str:
        """Symbol and unit as an axis shows them: "ξ (sites)"."""
        return f"{self.symbol} ({self.unit})" if self.unit else self.symbol

    def check(self, value: Any) -> Any:
        """Return ``value`` as a number inside [low, high], or as one of ``values``.

        Returns
        -------
        float or int or str
            An int for a parameter of whole numbers.

        Raises
        ------
        InputError
            The value is no number, or outside the range.
        """
        if self.values and value in self.values:
            return value
        if any(isinstance(known, str) for known in self.values):
            raise InputError(
                f"{self.name} must be one of {', '.join(map(str, self.values))}; got {str(value)[:60]!r}."
            )
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"{self.name} must be a number, got {str(value)[:60]!r}.") from None
        if not math.isfinite(number) or not self.low <= number <= self.high:
            unit = f" {self.unit}" if self.unit else ""
            advice = self.hint or "Choose a value in that range."
            raise InputError(
                f"{self.name} must be in [{self.low:g}, {self.high:g}]{unit}, got {number:g}. {advice}"
            )
        if self.integer and number != round(number):
            raise InputError(f"{self.name} must be a whole number, got {number:g}.")
        return int(number) if self.integer else number

    def quantile(self, u: float) -> Any:
        """The value below which a fraction ``u`` in (0, 1] of the prior lies."""
        return DISTRIBUTIONS[self.distribution](self, u)

    def draw(self, rng: np.random.Generator) -> Any:
        """One draw of the prior; a uniform range (low, high] that starts at 0 never yields the 0 itself."""
        return self.quantile(1.0 - rng.random())

    def within(self, low: float, high: float, default: Any, **changes: Any) -> "Parameter":
        """The same parameter with another range: how a preset turns a physical parameter into a prior."""
        return replace(self, low=low, high=high, default=default, **changes)


def _uniform(spec: Parameter, u: float) -> float:
    if spec.scale == "log":
        value = float(spec.low * (spec.high / spec.low) ** u)
        return round(value) if spec.integer else value
    value = float(spec.low + spec.width * u)
    return (
        int(min(spec.high, math.floor(spec.low + (spec.width + 1) * u))) if spec.integer else value
    )


def _normal(spec: Parameter, u: float) -> float:
    from scipy.special import ndtr, ndtri

    below, above = (
        ndtr((spec.low - spec.default) / spec.sd),
        ndtr((spec.high - spec.default) / spec.sd),
    )
    value = float(spec.default + spec.sd * ndtri(below + (above - below) * u))
    return min(max(value, spec.low), spec.high)


def _choice(spec: Parameter, u: float) -> float | str:
    return spec.values[min(len(spec.values) - 1, math.ceil(u * len(spec.values)) - 1)]


DISTRIBUTIONS: dict[str, Callable[[Parameter, float], float | str]] = {
    "uniform": _uniform,
    "normal": _normal,
    "choice": _choice,
}
"""Name -> (parameter, u) -> its value at the quantile u of the prior; "uniform" on the parameter's own scale."""


@dataclass(frozen=True)
class ParameterSpace:
    """The prior of a data set: independent parameters, drawn in the order in which they stand."""

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
        """The names, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def defaults(self) -> dict[str, Any]:
        """Name -> default value."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def draw(self, rng: np.random.Generator) -> dict[str, Any]:
        """Name -> one draw of each prior."""
        return {parameter.name: parameter.draw(rng) for parameter in self.parameters}

    def at(self, point: np.ndarray) -> dict[str, Any]:
        """Name -> the value at a point of the unit cube, (n_parameters,) in [0, 1): what a Sobol sequence walks through."""
        return {
            parameter.name: parameter.quantile(1.0 - float(u))
            for parameter, u in zip(self.parameters, point, strict=True)
        }
