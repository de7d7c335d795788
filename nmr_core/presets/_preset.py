"""The base of all presets: a prior, and its translation to experiments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import pi
from typing import Any

import numpy as np

from nmr_core.density import Density
from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, Experiment, Unreachable
from nmr_core.parameters import Parameter, ParameterSpace
from nmr_core.presets.versions import VERSION, WITH_DENSITIES
from nmr_core.sobol import sobol_points
from nmr_core.storage.seeds import SOBOL

REDUCED = 1 / (2 * pi)
"""One unit of the reduced time s = 2π t of the reference codes, in µs."""

MAX_DRAWS = 10_000
"""Draws of one sample before an error: the kernel reaches (almost) none of the drawn strengths."""


@dataclass(frozen=True)
class Drawn:
    """One sample of a prior.

    Attributes
    ----------
    values : dict
        The preset's own parameters.
    experiments : tuple of Experiment
        One per acquisition.
    n_redrawn : int
        Draws that were discarded because their strength cannot be reached.
    """

    values: dict[str, float]
    experiments: tuple[Experiment, ...]
    n_redrawn: int = 0


@dataclass(frozen=True)
class Preset:
    """A prior in the parameters of a data set, and its translation to an :class:`Experiment`.

    Parameters
    ----------
    name, label, description, source : str
        Identifier (the key in ``PRESETS``), text for menus, and where the conventions come from.
    space : ParameterSpace
        The prior.
    base : Experiment
        The experiment with everything that the parameters do not change.
    translate : callable
        (base, own parameters) -> fields of an Experiment.
    solved : tuple of str
        Fields that ``translate`` solves for a drawn strength; draws without a solution are redrawn.
    settings : tuple of tuple of (name, value)
        The acquisitions of one sample, each as fields of the protocol that differ from the base.
    fixed : tuple of (name, value)
        Values that are not drawn: parameters of the prior, or any field.
    table : tuple of Row
        The rows of a prior that was read from a table, see :mod:`nmr_core.presets.table`.
    sampling : str
        "random", or "sobol" for a Sobol sequence over the prior.
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
        """Copy with fixed values.

        Parameters
        ----------
        **fixed
            Parameters of the prior, which are then no longer drawn, or any field of an Experiment.

        Raises
        ------
        InputError
            For an unknown name or a value out of range.
        """
        fixed = {name: _plain(value) for name, value in fixed.items()}
        preset = replace(self, fixed=tuple(sorted((dict(self.fixed) | fixed).items())))
        preset.experiments()
        return preset

    def focus(self, **densities: str | float | Density) -> "Preset":
        """Copy whose samples are drawn from sampling densities, for example more at small values.

        The prior stays the same: every sample of a data set has the weight prior density /
        sampling density, with which scores speak of the prior.

        Parameters
        ----------
        **densities
            Per parameter a text such as "power:-0.5" (:mod:`nmr_core.density`), the exponent of a
            power, or "" for the prior.

        Returns
        -------
        Preset

        Raises
        ------
        InputError
            For a parameter that is not drawn, or a density that cannot be read or normalised.

        Examples
        --------
        ``preset("ml4sci_2020").focus(alpha=-0.5)``: density ~ alpha^-1/2.
        """
        unknown = sorted(set(densities) - set(self.drawn.names))
        if unknown:
            raise InputError(
                f"{unknown[0]} is not drawn by {self.name}, so it has no sampling density. Choose "
                f"among {', '.join(self.drawn.names)}."
            )
        space = ParameterSpace(
            tuple(
                spec.sampled(densities[spec.name]) if spec.name in densities else spec
                for spec in self.space
            )
        )
        table = tuple(
            replace(row, density=space[row.name].density_text) if row.name in densities else row
            for row in self.table
        )
        return replace(self, space=space, table=table)

    def of_prior(self) -> "Preset":
        """Copy whose samples are drawn from the prior, without sampling densities."""
        table = tuple(replace(row, density="") for row in self.table)
        return replace(self, space=self.space.of_prior(), table=table)

    def measure(self, **values: Sequence[float]) -> "Preset":
        """Copy with several acquisitions per sample.

        Parameters
        ----------
        **values : sequence of float
            Fields of the protocol, with one value per acquisition. Only those that do not change
            the time grid can differ (pulse angles and phases, noise).

        Raises
        ------
        InputError
            For unequal numbers of values, or a field that cannot differ.
        """
        lengths = {len(list(several)) for several in values.values()}
        if len(lengths) != 1 or lengths == {0}:
            raise InputError(
                "Each field of a setting needs as many values as the others, got "
                f"{len(lengths) or 'no'} different numbers of values. Give one value per setting "
                "for every field."
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
        """Convert to a recipe, see :mod:`nmr_core.presets.recipe`."""
        densities = {spec.name: spec.density_text for spec in self.space if spec.density}
        # The rows of a table hold their own densities
        own = {"density": densities} if densities and not self.table else {}
        return {
            "name": self.name,
            "settings": [dict(setting) for setting in self.settings],
            "fixed": dict(self.fixed),
            "table": [row.to_dict() for row in self.table],
            "sampling": self.sampling,
            "version": WITH_DENSITIES if densities else VERSION,
        } | own

    @property
    def drawn(self) -> ParameterSpace:
        """The parameters of the prior that are not fixed."""
        return ParameterSpace(
            tuple(spec for spec in self.space if spec.name not in dict(self.fixed))
        )

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """Draw the own parameters of one sample, including the fixed ones."""
        return self.draw_sample(rng).values

    def draw_sample(self, rng: np.random.Generator, point: np.ndarray | None = None) -> Drawn:
        """Draw one sample.

        Parameters
        ----------
        rng : Generator
            Source of the draws.
        point : float array, (n_parameters,), optional
            Point of the unit cube for the first draw, in place of a random one.

        Returns
        -------
        Drawn

        Raises
        ------
        InputError
            If no draw has a solution.

        Notes
        -----
        A fixed parameter is drawn and discarded, so that the values of the others do not depend on
        what is fixed.
        """
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
        """Points start..stop-1 of the scrambled Sobol sequence of this prior.

        Returns
        -------
        float64 array, (stop - start, n_parameters), or None
            Coordinates in [0, 1); None if the draws are independent.
        """
        if self.sampling != "sobol":
            return None
        rng = np.random.default_rng([seed, SOBOL])
        return sobol_points(rng, len(self.space), stop, start=start)

    def build(self, **parameters: float) -> Experiment:
        """Build an experiment.

        Parameters
        ----------
        **parameters
            Parameters of the preset, by default those of the prior, or any field of an Experiment;
            the latter have precedence.

        Returns
        -------
        Experiment

        Raises
        ------
        InputError
            For an unknown name, a value out of range, or values without a finite translation.
        """
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
                f"No finite couplings and rates follow from {values}. Choose values near the "
                "prior's."
            ) from None

    def experiments(self, **parameters: float) -> tuple[Experiment, ...]:
        """Build one experiment per acquisition, all of the same material and time grid.

        Parameters are those of :meth:`build`.
        """
        overruled = sorted(
            {name for name, _ in self.settings[0]} & {*dict(self.fixed), *parameters}
        )
        if overruled:
            raise InputError(
                f"{overruled[0]} differs from echo to echo of {self.name}, so it cannot have one "
                f"value. Change its settings with measure({overruled[0]}=...) or --settings."
            )
        first = self.build(**parameters)
        several = tuple(first.replace(**dict(setting)) for setting in self.settings)
        if any(e.protocol.grid != several[0].protocol.grid for e in several):
            raise InputError(
                "The settings of one sample must share their time grid (delays, dt, record, "
                "integrator). Make another data set for another grid."
            )
        return several


def _plain(value: Any) -> Any:
    """A NumPy scalar as a Python number."""
    return value.item() if isinstance(value, np.generic) else value


def _number(spec: Parameter, value: Any) -> float | str:
    """Check that a parameter is a number; it may leave its prior, and physics checks the rest."""
    if any(isinstance(allowed, str) for allowed in spec.values):
        return spec.check(value)
    return spec.within(-1e6, 1e6, 0.0, hint="", values=()).check(value)
