"""How strong an effect is where it is tried or drawn at random: at fixed strengths, or log-uniformly."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from nmr_core.errors import InputError
from nmr_core.parameters import Parameter

if TYPE_CHECKING:
    from nmr_core.effects._effect import Effect


@dataclass(frozen=True)
class Ladder:
    """One number of an effect at several strengths; its other numbers keep their default.

    Parameters
    ----------
    number : str
        Which of the effect's numbers is varied.
    values : tuple of float
        From weak to strong, in the number's unit, all > 0.
    falling : bool
        Whether a smaller number is a stronger effect, as for a signal-to-noise ratio.
    by_default : bool
        Whether ``robustness`` tries the effect when no effects are named.
    kind : type
        The class of the effect; set by the decorator ``@effect``.
    """

    number: str
    values: tuple[float, ...]
    falling: bool = False
    by_default: bool = True
    kind: "type[Effect]" = field(default=None)  # type: ignore[assignment]  # set by @effect

    @property
    def effect(self) -> str:
        """Name of the effect, its key in ``EFFECTS``."""
        return self.kind.name

    @property
    def spec(self) -> Parameter:
        """The varied number: symbol, unit, range."""
        return self.kind.parameters[self.number]

    @property
    def label(self) -> str:
        """The effect as menus show it."""
        return self.kind.label

    def at(self, value: float) -> "Effect":
        """The effect at a strength."""
        return self.kind(**{self.number: value})

    def written(self, value: float) -> str:
        """A strength with symbol and unit: "SNR 30", "σφ 5°", "t_dead 2 µs"."""
        unit = self.spec.unit
        number = f"{float(f'{value:.3g}'):,.10g}"
        space = "" if unit in ("", "°", "%") else " "
        return f"{self.spec.symbol} {number}{space}{unit}"

    def along(self, values: Iterable[float]) -> "Ladder":
        """The same effect at other strengths, sorted from weak to strong."""
        checked = {self.spec.check(value) for value in values}
        if not checked or min(checked) <= 0:
            raise InputError(
                f"Strengths of {self.effect} must be numbers > 0, got {sorted(checked)[:3] or 'none'}. "
                "Leave 0 out; curves without the effect are always included."
            )
        return replace(self, values=tuple(sorted(checked, reverse=self.falling)))


@dataclass(frozen=True)
class LogUniform:
    """The strength of an effect as measurements suffer from it, log-uniform between two values.

    Parameters
    ----------
    number : str
        Which of the effect's numbers is drawn; the others keep their default.
    low, high : float
        In the number's unit, both > 0.
    of_record : bool
        Whether low and high are fractions of the length of the record, in µs.
    """

    number: str
    low: float
    high: float
    of_record: bool = False

    def draw(self, rng: np.random.Generator, record: float) -> dict[str, float]:
        """The drawn number by name; ``record`` is the length of the record in µs."""
        value = float(self.low * (self.high / self.low) ** rng.random())
        return {self.number: value * record if self.of_record else value}
