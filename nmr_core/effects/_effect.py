"""The base of all measurement effects."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

import numpy as np

from nmr_core.docstrings import description as described
from nmr_core.effects._context import Context
from nmr_core.effects.strengths import Ladder, LogUniform
from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.parameters import Parameter, ParameterSpace


class Effect:
    """Change of the signals of a sample by the measurement.

    A subclass, decorated with :func:`effect`, has a docstring with its equation, one field per
    number (see :func:`number`), and the methods :meth:`draw` and :meth:`change`, or
    :meth:`prepare` if the echoes must be simulated with it.

    Attributes
    ----------
    name : str
        ASCII identifier, the key in ``EFFECTS``.
    label : str
        Text for menus.
    parameters : ParameterSpace
        Symbol, unit, range and default of each number.
    help : str
        Help text for menus: the description in the docstring.
    simulated : bool
        Whether echoes must be simulated with it, because it cannot be added afterwards.
    needs_pulses : bool
        Whether the times of the pulses must be known.
    keeps_symmetry : bool
        Whether signals with it are as likely after a map of ``SYMMETRIES`` as before.
    ladder : Ladder
        Strengths at which ``robustness`` tries it.
    random_strength : LogUniform or None
        Its strength in the training data of an error model; None to leave it out.
    old_names : dict
        Names of its numbers in data sets of earlier versions -> present names.
    later : tuple of str
        Numbers that earlier versions did not have; they are not written at their default.
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
    later: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self):
        for spec in self.parameters:
            try:
                object.__setattr__(self, spec.name, float(spec.check(getattr(self, spec.name))))
            except InputError as error:
                raise InputError(f"{self.name}: {error}") from None

    def draw(self, context: Context, n_settings: int, rng: np.random.Generator) -> np.ndarray:
        """Draw the random numbers of one sample.

        Returns
        -------
        array
            Of a shape that is the same for all samples.
        """
        return np.empty(0)

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray) -> np.ndarray:
        """Apply the effect to several samples, each independent of the others.

        Parameters
        ----------
        context : Context
            Times, pulses and echo window of the protocol.
        signals : complex64 array, (n_samples, n_settings, n_times)
            Not changed.
        draws : array, (n_samples, ...)
            Of each sample the result of :meth:`draw`.

        Returns
        -------
        complex array, (n_samples, n_settings, n_times)
        """
        return signals

    def apply(self, context: Context, signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Apply the effect to one sample; returns a new complex64 array (n_settings, n_times)."""
        draws = self.draw(context, len(signals), rng)
        return np.array(self.change(context, signals[None], draws[None])[0], dtype=np.complex64)

    def prepare(
        self, experiments: Sequence[Experiment], rng: np.random.Generator
    ) -> tuple[Experiment, ...]:
        """Change the experiments of one sample, one per acquisition, before the simulation."""
        return tuple(experiments)

    def to_dict(self) -> dict:
        """Convert to {"effect": name, number: value, ...}, without defaults of ``later``."""
        values: dict = {"effect": self.name}
        for spec in self.parameters:
            value = getattr(self, spec.name)
            if spec.name not in self.later or value != spec.default:
                values[spec.name] = value
        return values


def number(
    symbol: str, unit: str, low: float, high: float, default: float, description: str, **more
):
    """Field of an effect: a number with the :class:`Parameter` of the same name.

    Parameters
    ----------
    symbol, unit, low, high, default, description, **more
        As of :class:`Parameter`.
    """
    return field(
        default=default,
        metadata={
            "parameter": Parameter(
                "", symbol, unit, low, high, default, description=description, **more
            )
        },
    )


def effect(cls: type) -> type:
    """Class decorator: a frozen dataclass with ``parameters``, ``help`` and ``ladder``."""
    kind: Any = dataclass(frozen=True)(cls)
    kind.parameters = ParameterSpace(
        tuple(replace(own.metadata["parameter"], name=own.name) for own in fields(kind))
    )
    kind.help = described(kind)
    kind.ladder = replace(kind.ladder, kind=kind)
    return kind
