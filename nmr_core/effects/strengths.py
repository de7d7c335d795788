"""Strengths of an effect: a ladder of fixed ones, or a log-uniform distribution."""

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
        From weak to strong, in the unit of the number, all > 0.
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
        """Specification of the varied number."""
        return self.kind.parameters[self.number]

    @property
    def label(self) -> str:
        """Text for menus."""
        return self.kind.label

    def at(self, value: float) -> "Effect":
        """The effect at one strength."""
        return self.kind(**{self.number: value})

    def written(self, value: float) -> str:
        """Text of a strength, such as "SNR 30", "σφ 5°" or "t_dead 2 µs"."""
        unit = self.spec.unit
        number = f"{float(f'{value:.3g}'):,.10g}"
        space = "" if unit in ("", "°", "%") else " "
        return f"{self.spec.symbol} {number}{space}{unit}"

    def along(self, values: Iterable[float]) -> "Ladder":
        """Ladder of the same effect at other strengths, sorted from weak to strong.

        Raises
        ------
        InputError
            If a strength is out of range or not > 0.
        """
        checked = {self.spec.check(value) for value in values}
        if not checked or min(checked) <= 0:
            raise InputError(
                f"Strengths of {self.effect} must be numbers > 0, got "
                f"{sorted(checked)[:3] or 'none'}. Leave 0 out; curves without the effect are "
                "always included."
            )
        return replace(self, values=tuple(sorted(checked, reverse=self.falling)))


@dataclass(frozen=True)
class LogUniform:
    """Log-uniform distribution of the strength of an effect.

    Parameters
    ----------
    number : str
        Which of the effect's numbers is drawn; the others keep their default.
    low, high : float
        In the unit of the number, both > 0.
    of_record : bool
        Whether low and high are fractions of the length of the record.
    """

    number: str
    low: float
    high: float
    of_record: bool = False

    def draw(self, rng: np.random.Generator, record: float) -> dict[str, float]:
        """Draw the number of the effect.

        Parameters
        ----------
        rng : Generator
            Source of the draws.
        record : float
            Length of the record, µs.

        Returns
        -------
        dict
            Name of the number -> value.
        """
        value = float(self.low * (self.high / self.low) ** rng.random())
        return {self.number: value * record if self.of_record else value}
