"""What a parameter is: a name, a symbol, a unit and a range. Widgets, tables, axes and error messages all read it here."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
    """

    name: str
    symbol: str
    unit: str
    low: float
    high: float
    default: float
    scale: str = "linear"
    description: str = ""
    integer: bool = False
    hint: str = ""
    open_low: bool = False

    @property
    def width(self) -> float:
        """w = high - low, the scale of the challenge's weighted error."""
        return self.high - self.low

    @property
    def label(self) -> str:
        """Symbol and unit as an axis shows them: "ξ (sites)"."""
        return f"{self.symbol} ({self.unit})" if self.unit else self.symbol

    def check(self, value: float) -> float:
        """``value`` as a number inside [low, high], else :class:`InputError`."""
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise InputError(f"{self.name} must be a number, got {str(value)[:60]!r}.") from None
        if not math.isfinite(number) or not self.low <= number <= self.high:
            unit = f" {self.unit}" if self.unit else ""
            advice = self.hint or "Choose a value in that range."
            raise InputError(f"{self.name} must be in [{self.low:g}, {self.high:g}]{unit}, got {number:g}. {advice}")
        if self.integer and number != round(number):
            raise InputError(f"{self.name} must be a whole number, got {number:g}.")
        return int(number) if self.integer else number

    def draw(self, rng: np.random.Generator) -> float:
        """One draw of the prior, uniform on (low, high] on this parameter's scale."""
        u = 1.0 - rng.random()  # (0, 1]: a range that starts at 0 never yields the forbidden 0 itself
        if self.scale == "log":
            return float(self.low * (self.high / self.low) ** u)
        return float(self.low + self.width * u)

    def within(self, low: float, high: float, default: float, **changes) -> "Parameter":
        """The same parameter with another range: how a preset turns a physical parameter into a prior."""
        return replace(self, low=low, high=high, default=default, **changes)


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
    def defaults(self) -> dict[str, float]:
        """Name -> default value."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """Name -> one draw of each prior."""
        return {parameter.name: parameter.draw(rng) for parameter in self.parameters}
