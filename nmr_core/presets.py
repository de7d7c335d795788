"""Named experiments with a prior: the published data sets, reproduced exactly, each with its own parameters."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import pi

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import DERIVED, FIELDS, PHYSICAL, Experiment, Material, Protocol, Sample
from nmr_core.parameters import Parameter, ParameterSpace

REDUCED = 1 / (2 * pi)
"""µs in one unit of the reference codes' reduced time s = 2π t/µs."""


@dataclass(frozen=True)
class Preset:
    """A prior in a data set's own parameters, and how these become an :class:`Experiment`.

    name, label, description, source : texts
    space     : the prior
    base      : the experiment with everything that the parameters do not touch
    translate : own parameters -> fields of an Experiment (may look at ``base``)
    """

    name: str
    label: str
    description: str
    source: str
    space: ParameterSpace
    base: Experiment
    translate: Callable[[Experiment, dict[str, float]], dict[str, float]]
    held: tuple[tuple[str, float], ...] = ()

    def hold(self, **fixed: float) -> "Preset":
        """The same preset with some values fixed: a parameter of the prior (no longer drawn) or any field."""
        fixed = {name: value.item() if isinstance(value, np.generic) else value for name, value in fixed.items()}
        self.build(**fixed)
        return replace(self, held=tuple(sorted((dict(self.held) | fixed).items())))

    @property
    def drawn(self) -> ParameterSpace:
        """The part of the prior that is not held."""
        return ParameterSpace(tuple(spec for spec in self.space if spec.name not in dict(self.held)))

    def draw(self, rng: np.random.Generator) -> dict[str, float]:
        """Own parameters of one sample: the held values, the others from the prior.

        A held parameter is drawn and thrown away, so that the others do not depend on what is held."""
        values = self.space.draw(rng)
        return values | {name: value for name, value in self.held if name in values}

    def build(self, **parameters: float) -> Experiment:
        """The experiment with these parameters: the preset's own, or any field of an Experiment (which wins)."""
        parameters = dict(self.held) | parameters
        unknown = sorted(set(parameters) - set(self.space.names) - set(FIELDS))
        if unknown:
            raise InputError(f"Preset {self.name} has no parameter {unknown[0]!r}; its own are "
                             f"{', '.join(self.space.names)}, and every experiment has {', '.join(FIELDS)}.")
        own = {spec.name: _number(spec, parameters.get(spec.name, spec.default)) for spec in self.space}
        physical = {name: value for name, value in parameters.items() if name not in own}
        experiment = self.base.replace(**physical)
        try:
            return experiment.replace(**self.translate(experiment, own | physical) | physical)
        except (OverflowError, ZeroDivisionError):
            values = ", ".join(f"{name} = {value:g}" for name, value in own.items())
            raise InputError(f"No finite couplings and rates follow from {values}. Choose values near the prior's.") from None


def _number(spec: Parameter, value) -> float:
    """A preset's own parameter may leave its prior, but it must be a number; physics checks the rest."""
    return spec.within(-1e6, 1e6, 0.0, hint="").check(value)


def _ml4sci_2020(_: Experiment, own: dict[str, float]) -> dict[str, float]:
    """alpha_x = alpha_y = alpha/2 (the secular half of the challenge's transverse coupling), gamma_3 = 10^-d."""
    return {"alpha_x": own["alpha"] / 2, "alpha_y": own["alpha"] / 2, "xi": own["xi"], "p": own["p"],
            "gamma_3": 10.0 ** -own["d"]}


def _cuda_2023(base: Experiment, own: dict[str, float]) -> dict[str, float]:
    """alpha_x as given, else omega_p · line width/(2 W); alpha_y = alpha_x unless given."""
    experiment = base.replace(xi=own["xi"])
    alpha_x = own.get("alpha_x", own["omega_p"] * experiment.line_width / (2 * abs(experiment.W)))
    return {"xi": own["xi"], "alpha_x": alpha_x, "alpha_y": own.get("alpha_y", alpha_x)}


ALPHA = Parameter("alpha", "α", "MHz", 0, 0.2, 0.1, description="Strength of the transverse coupling (αx = αy = α/2).")
D = Parameter("d", "d", "", 3, 6, 4.0, description="Dissipation power: the dephasing rate is 10^-d MHz.")

_ML4SCI_2020 = Preset(
    "ml4sci_2020", "ML4SCI challenge 2020",
    "Power-law coupling divided by its own sum on 50 × 50 spins; 471 points, echo at 100 µs.",
    "ML4SCI hackathon 2020, spin-echo challenge (mat_info.txt, echos_r.txt, echos_i.txt); ranges as published.",
    ParameterSpace((ALPHA,
                    PHYSICAL["xi"].within(0, 20, 10.0, hint=""),
                    PHYSICAL["p"].within(2, 4, 3.0, description="Exponent of the power law."),
                    D)),
    Experiment(Material("power_law", normalisation="sum"),
               Protocol(tau=50.0, dt=2 * REDUCED, phase_1=0, phase_2=90, sense=-1, record="after"),
               Sample(50, 50, "grid")),
    _ml4sci_2020)

_CUDA_2023 = Preset(
    "cuda_2023", "CUDA simulator 2023",
    "Gaussian coupling without normalisation on 100 × 100 spins; 500 points, echo at 99.6 µs.",
    "Conventions of the CUDA spin-echo simulator (2023). It publishes no prior: 0.3-6 line widths and 2-25 sites span "
    "its published echoes (2.7, 3.5 and 4.6 line widths; 5, 11.2 and 25 sites).",
    ParameterSpace((DERIVED["omega_p"].within(0.3, 6, 3.0),
                    PHYSICAL["xi"].within(2, 25, 8.0))),
    Experiment(Material("gaussian", normalisation="none"),
               Protocol(tau=50.0, dt=0.6 * pi * REDUCED, phase_1=0, phase_2=0, sense=1, record="all"),
               Sample(100, 100, "iid")),
    _cuda_2023)

PRESETS: dict[str, Preset] = {preset.name: preset for preset in (_ML4SCI_2020, _CUDA_2023)}


def preset(name: str) -> Preset:
    """The preset with this name; :class:`InputError` lists the names when there is none."""
    if name not in PRESETS:
        raise InputError(f"There is no preset {str(name)[:60]!r}; there are {', '.join(PRESETS)}.")
    return PRESETS[name]
