"""What every measurement effect offers, whatever its equation."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from inspect import getdoc
from typing import Any, ClassVar

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects.strengths import Ladder, LogUniform
from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.parameters import Parameter, ParameterSpace


class Effect:
    """Something that a measurement does to the curves of a sample. A subclass, made with :func:`effect`, has a docstring
    with its equation, its numbers, and :meth:`draw` and :meth:`change`.

    name         : ASCII identifier, the key in ``EFFECTS``
    label        : as menus show it
    parameters   : its numbers, each with symbol, unit, range and default
    help         : its docstring, for the app
    simulated    : whether curves must be simulated with it, because it cannot be added to them afterwards
    needs_pulses : whether it must know when the pulses came
    keeps_symmetry  : whether curves with it are as likely after a map of ``SYMMETRIES`` as before
    ladder          : the strengths at which ``robustness`` tries it
    random_strength : how strong it is in the training data of an error model; None: not among them
    old_names    : names of its numbers in data sets of earlier versions -> today's
    """

    name: ClassVar[str]
    label: ClassVar[str]
    parameters: ClassVar[ParameterSpace]
    help: ClassVar[str]
    simulated: ClassVar[bool] = False
    needs_pulses: ClassVar[bool] = False
    keeps_symmetry: ClassVar[bool]
    ladder: ClassVar[Ladder]
    random_strength: ClassVar[LogUniform | None]
    old_names: ClassVar[dict[str, str]] = {}

    def __post_init__(self):
        for spec in self.parameters:
            try:
                object.__setattr__(self, spec.name, float(spec.check(getattr(self, spec.name))))
            except InputError as error:
                raise InputError(f"{self.name}: {error}") from None

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator) -> np.ndarray:
        """What is random in one sample, an array of a shape that does not depend on the sample."""
        return np.empty(0)

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """The curves of several samples with the effect; signals complex64 (n_samples, n_settings, n_times), which stay as
        they are, draws (n_samples, ...). Sample by sample: none may depend on the others."""
        return signals

    def apply(self, context: Context, signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One sample with the effect, complex64 (n_settings, n_times), a new array."""
        draws = self.draw(context, len(signals), rng)
        return np.array(self.change(context, signals[None], draws[None])[0], dtype=np.complex64)

    def prepare(
        self, experiments: Sequence[Experiment], rng: np.random.Generator
    ) -> tuple[Experiment, ...]:
        """The experiments of one sample as they are really carried out."""
        return tuple(experiments)

    def to_dict(self) -> dict:
        """JSON: {"effect": name, its numbers}; ``effect_from_dict`` reads it back."""
        return {"effect": self.name} | {name: getattr(self, name) for name in self.parameters.names}


def number(
    symbol: str, unit: str, low: float, high: float, default: float, description: str, **more
):
    """A field of an effect: a number with a :class:`Parameter`, named as the field is."""
    return field(
        default=default,
        metadata={
            "parameter": Parameter(
                "", symbol, unit, low, high, default, description=description, **more
            )
        },
    )


def effect(cls: type) -> type:
    """Make the class a frozen dataclass whose fields, docstring and checks come from one place."""
    made: Any = dataclass(frozen=True)(cls)
    made.parameters = ParameterSpace(
        tuple(replace(own.metadata["parameter"], name=own.name) for own in fields(made))
    )
    made.help = getdoc(made)
    made.ladder = replace(made.ladder, kind=made)
    return made
