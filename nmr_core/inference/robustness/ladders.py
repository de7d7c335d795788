"""The strengths at which each measurement effect is tried, from weak to strong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nmr_core.effects import EFFECTS, Effect
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter


@dataclass(frozen=True)
class Ladder:
    """One number of one effect at several strengths; its other numbers are 0 or their default.

    effect  : name in ``EFFECTS``; number : which of its numbers is varied
    values  : from weak to strong (an SNR falls), in the number's unit, all > 0
    falling : whether a smaller number is a stronger effect
    """

    effect: str
    number: str
    values: tuple[float, ...]
    falling: bool = False

    @property
    def spec(self) -> Parameter:
        """The varied number: symbol, unit, range."""
        return EFFECTS[self.effect].parameters[self.number]

    @property
    def label(self) -> str:
        """The effect as menus show it."""
        return EFFECTS[self.effect].label

    def at(self, value: float) -> Effect:
        """The effect at a strength."""
        return EFFECTS[self.effect](**{self.number: value})

    def written(self, value: float) -> str:
        """ "SNR 30", "σφ 5°", "t_dead 2 µs"."""
        unit = self.spec.unit
        number = f"{float(f'{value:.3g}'):,.10g}"
        return f"{self.spec.symbol} {number}{unit if unit in ('°', '%') else f' {unit}' if unit else ''}"

    def along(self, values: Iterable[float]) -> "Ladder":
        """The same effect at other strengths, put in order."""
        checked = {self.spec.check(value) for value in values}
        if not checked or min(checked) <= 0:
            raise InputError(
                f"Strengths of {self.effect} are numbers > 0, got {sorted(checked)[:3] or 'none'}. Curves without "
                "the effect are tried anyhow."
            )
        return replace(self, values=tuple(sorted(checked, reverse=self.falling)))


LADDERS = {
    ladder.effect: ladder
    for ladder in (
        Ladder(
            "gaussian_noise",
            "snr",
            (1e6, 1e5, 1e4, 1000, 300, 100, 50, 30, 20, 10, 5, 3),
            falling=True,
        ),
        Ladder("phase_error", "sd", (0.01, 0.1, 0.5, 1, 2, 5, 10, 20, 45)),
        Ladder("baseline", "constant", (1e-5, 1e-4, 5e-4, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)),
        Ladder("dead_time", "duration", (0.5, 1, 2, 5, 10, 20)),
        Ladder("time_shift", "sd", (0.001, 0.01, 0.03, 0.1, 0.3, 1)),
        Ladder("missing_points", "fraction", (0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5)),
        Ladder("clipping", "level", (0.8, 0.6, 0.4, 0.3, 0.2, 0.1), falling=True),
        Ladder("pulse_angle_error", "sd", (0.1, 0.3, 1, 3, 10)),
        Ladder("amplitude_scale", "sd", (1, 2, 5, 10, 20)),
        Ladder("line_width_error", "sd", (1, 2, 5, 10, 20)),
    )
}
"""Effect -> the strengths that are tried if nothing else is asked for."""

DEFAULT = tuple(name for name in LADDERS if name not in ("amplitude_scale", "line_width_error"))
"""Effects that are tried if nothing else is asked for."""


def ladders_of(effects: Iterable[str] | Mapping[str, Iterable[float]] | None) -> tuple[Ladder, ...]:
    """Names of effects, or name -> strengths; None: :data:`DEFAULT`."""
    asked = (
        dict(effects)
        if isinstance(effects, Mapping)
        else dict.fromkeys(DEFAULT if effects is None else effects)
    )
    unknown = [name for name in asked if name not in LADDERS]
    if unknown or not asked:
        raise InputError(
            f"There is no effect {str(unknown[0])[:40]!r}; there are {', '.join(LADDERS)}."
            if unknown
            else f"No effect is chosen. Choose some of {', '.join(LADDERS)}."
        )
    return tuple(
        LADDERS[name].along(values) if values is not None else LADDERS[name]
        for name, values in asked.items()
    )
