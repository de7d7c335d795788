"""What every preset offers: a prior in a data set's own parameters, and how these become experiments."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import pi
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, Experiment, Unreachable
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.storage.seeds import SOBOL

REDUCED = 1 / (2 * pi)
"""µs in one unit of the reference codes' reduced time s = 2π t/µs."""

MAX_DRAWS = 10_000
"""Draws of one sample before a prior is given up whose wanted strengths its kernel cannot reach."""


@dataclass(frozen=True)
class Drawn:
    """One sample: its own parameters, the experiment of each setting, and how many draws were thrown away for it."""

    values: dict[str, float]
    experiments: tuple[Experiment, ...]
    n_redrawn: int = 0


@dataclass(frozen=True)
class Preset:
    """A prior in a data set's own parameters, and how these become an :class:`Experiment`.

    name, label, description, source : texts
    space     : the prior
    base      : the experiment with everything that the parameters do not touch
    translate : own parameters -> fields of an Experiment (may look at ``base``)
    solved    : fields that ``translate`` solves for a wanted strength; draws without a solution are drawn again
    settings  : the echoes of one sample, each as fields of the protocol that differ from the base
    fixed     : values that are not drawn: parameters of the prior, or any field
    table     : the rows that the prior was made from (see :mod:`nmr_core.presets.table`), if it was
    sampling  : "random", or "sobol" for a Sobol sequence over the prior
    """

    name: str
    label: str
    description: str
    source: str
    space: ParameterSpace
    base: Experiment
    translate: Callable[[Experiment, dict[str, float]], dict[str, float]]
    solved: tuple[str, ...] = ()
    settings: tuple[tuple[tuple[str, float], ...], ...] = ((),)
    fixed: tuple[tuple[str, float], ...] = ()
    table: tuple = ()
    sampling: str = "random"

    def fix(self, **fixed: float) -> "Preset":
        """The same preset with some values fixed: a parameter of the prior (no longer drawn) or any field."""
        fixed = {name: _plain(value) for name, value in fixed.items()}
        held = replace(self, fixed=tuple(sorted((dict(self.fixed) | fixed).items())))
        held.experiments()
        return held

    def measure(self, **values: Sequence[float]) -> "Preset":
        """The same preset with several settings a sample: setting k has the k-th value of every field given.

        Only fields of the protocol that keep the time grid can differ (pulse angles and phases, noise).
        """
        lengths = {len(list(several)) for several in values.values()}
        if len(lengths) != 1 or lengths == {0}:
            raise InputError(
                f"Each field of a setting needs as many values as the others, got {len(lengths) or 'no'} "
                "different numbers of values. Give one value per setting for every field."
            )
        wrong = [name for name in values if FIELDS.get(name) != "protocol"]
        if wrong:
            raise InputError(
                f"A setting is a field of the protocol, {wrong[0]!r} is none. Choose among "
                f"{', '.join(name for name, part in FIELDS.items() if part == 'protocol')}."
            )
        columns = zip(
            *([(name, _plain(value)) for value in several] for name, several in values.items()),
            strict=True,
        )
        measured = replace(self, settings=tuple(tuple(sorted(column)) for column in columns))
        measured.experiments()
        return measured

    def to_dict(self) -> dict[str, Any]:
        """The recipe, JSON; :func:`nmr_core.presets.preset_from_dict` reads it back."""
        return {
            "name": self.name,
            "settings": [dict(setting) for setting in self.settings],
            "fixed": dict(self.fixed),
            "table": [row.to_dict() for row in self.table],
            "sampling": self.sampling,
        }

    @property
    def drawn(self) -> ParameterSpace:
        """The part of the prior that is not held."""
        return ParameterSpace(
            tuple(spec for spec in self.space if spec.name not in dict(self.fixed))
        )

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """Own parameters of one sample: the held values, the others from the prior."""
        return self.draw_sample(rng).values

    def draw_sample(self, rng: np.random.Generator, point: np.ndarray | None = None) -> Drawn:
        """One sample, its first draw at a ``point`` of the unit cube if one is given. A held parameter is drawn and thrown
        away, so that the others do not depend on what is held."""
        for n_redrawn in range(MAX_DRAWS):
            values = self.space.draw(rng) if point is None or n_redrawn else self.space.at(point)
            values |= {name: value for name, value in self.fixed if name in values}
            try:
                return Drawn(values, self.experiments(**values), n_redrawn)
            except Unreachable as error:
                last = error
        raise InputError(
            f"None of {MAX_DRAWS:,} draws of {self.name} has a solution. The last: {last}"
        )

    def points(self, seed: int, start: int, stop: int) -> np.ndarray | None:
        """Points start..stop-1 of the Sobol sequence of this prior, (n, n_parameters), scrambled by ``seed``; None for
        independent draws."""
        if self.sampling != "sobol":
            return None
        from scipy.stats import qmc

        sequence = qmc.Sobol(
            len(self.space), scramble=True, rng=np.random.default_rng([seed, SOBOL])
        )
        with warnings.catch_warnings():  # a chunk of the sequence need not be a power of two
            warnings.simplefilter("ignore", UserWarning)
            return (sequence.fast_forward(start) if start else sequence).random(stop - start)

    def build(self, **parameters: float) -> Experiment:
        """The experiment with these parameters: the preset's own, or any field of an Experiment (which wins)."""
        parameters = dict(self.fixed) | parameters
        unknown = sorted(set(parameters) - set(self.space.names) - set(FIELDS))
        if unknown:
            raise InputError(
                f"Preset {self.name} has no parameter {unknown[0]!r}; its own are "
                f"{', '.join(self.space.names)}, and every experiment has {', '.join(FIELDS)}."
            )
        own = {
            spec.name: _number(spec, parameters.get(spec.name, spec.default)) for spec in self.space
        }
        physical = {name: value for name, value in parameters.items() if name not in own}
        experiment = self.base.replace(**physical)
        try:
            return experiment.replace(**self.translate(experiment, own | physical) | physical)
        except (OverflowError, ZeroDivisionError):
            values = ", ".join(f"{name} = {value:g}" for name, value in own.items())
            raise InputError(
                f"No finite couplings and rates follow from {values}. Choose values near the prior's."
            ) from None

    def experiments(self, **parameters: float) -> tuple[Experiment, ...]:
        """One experiment a setting, of the same material; they share their time grid."""
        overruled = sorted(
            {name for name, _ in self.settings[0]} & {*dict(self.fixed), *parameters}
        )
        if overruled:
            raise InputError(
                f"{overruled[0]} differs from echo to echo of {self.name}, so it cannot have one value. Change its "
                f"settings with measure({overruled[0]}=...) or --settings."
            )
        first = self.build(**parameters)
        several = tuple(first.replace(**dict(setting)) for setting in self.settings)
        if any(e.protocol.grid != several[0].protocol.grid for e in several):
            raise InputError(
                "The settings of one sample must share their time grid (delays, dt, record, integrator). "
                "Make another data set for another grid."
            )
        return several


def _plain(value):
    return value.item() if isinstance(value, np.generic) else value


def _number(spec: Parameter, value) -> float | str:
    """A preset's own parameter may leave its prior, but it must be a number; physics checks the rest."""
    if any(isinstance(known, str) for known in spec.values):
        return spec.check(value)
    return spec.within(-1e6, 1e6, 0.0, hint="", values=()).check(value)
