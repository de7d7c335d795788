"""Which parameters are targets, in units of which range, and which points of the prior are used."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nmr_core import sobol
from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.storage.seeds import Purpose, side_stream

COUPLINGS = ("alpha_x", "alpha_y", "alpha_z")
USUAL_RATE = 0.01
"""MHz; the range of a relaxation rate whose value is 0."""


def select_targets(
    preset: Preset, names: Sequence[str] | None, point: dict[str, Any] | None = None
) -> tuple[Parameter, ...]:
    """Return the specifications of the targets, each with the range that "percent" refers to.

    The range of a drawn parameter is that of the prior. The range of a field reaches from half to
    one and a half times its value (for a coupling of 0: the largest coupling; for a rate of 0:
    0.01 MHz).

    Raises
    ------
    InputError
        A name is no parameter, or no continuous number.
    """
    drawn = {spec.name: with_range(spec) for spec in preset.drawn if is_continuous(spec)}
    if names is None:
        if not drawn:
            raise InputError(
                f"No parameter that {preset.name} draws is a continuous number. "
                "Name targets, such as line_width."
            )
        return tuple(drawn.values())
    unique = list(dict.fromkeys(names))
    if not unique:
        raise InputError(
            "Name at least one target, or leave targets out for all that the preset draws."
        )
    return tuple(drawn[name] if name in drawn else _field(preset, name, point) for name in unique)


def is_continuous(spec: Parameter) -> bool:
    """Whether a parameter can be changed by a small amount."""
    return not spec.integer and not any(isinstance(value, str) for value in spec.values)


def with_range(spec: Parameter) -> Parameter:
    """Return the parameter with low and high set to where nearly all of its prior lies."""
    if spec.distribution == "normal":
        low = max(spec.low, spec.default - 2 * spec.sd)
        high = min(spec.high, spec.default + 2 * spec.sd)
        return replace(spec, low=low, high=high)
    if spec.values:
        values = [float(value) for value in spec.values]
        low, high = min(values), max(values)
        width = high - low or abs(low) or 1.0
        return replace(spec, low=low, high=low + width, default=low)
    return spec


def _field(preset: Preset, name: str, point: dict[str, Any] | None) -> Parameter:
    """A target that the preset does not draw."""
    point = point or {}
    if name in preset.space:
        spec = preset.space[name]
        if not is_continuous(spec):
            raise InputError(
                f"{name} is not a continuous number, so an echo has no slope in it. "
                "Choose another target."
            )
        return with_range(spec)
    fields = [
        spec.name for spec in PHYSICAL if not spec.integer and spec.name not in ("noise", "dt")
    ]
    if name not in fields or name not in FIELDS:
        names = ", ".join(dict.fromkeys([*preset.space.names, *fields]))
        raise InputError(f"{str(name)[:40]!r} cannot be a target. Choose one of {names}.")
    experiment = preset.experiments(**point)[0]
    value = point.get(name, dict(preset.fixed).get(name, getattr(experiment, name)))
    width = abs(value) or _usual_width(name, experiment.alpha)
    low = max(PHYSICAL[name].low, value - width / 2)
    return PHYSICAL[name].within(low, low + width, value, hint="")


def _usual_width(name: str, alpha: float) -> float:
    """Range of a field whose value is 0."""
    if name in COUPLINGS:
        return alpha
    return USUAL_RATE if name.startswith("gamma") else 1.0


def point_values(
    preset: Preset, point: dict[str, Any], specs: Sequence[Parameter]
) -> dict[str, Any]:
    """Return all values of a point: parameters of the prior, given values, and target fields."""
    experiment = preset.experiments(**point)[0]
    fixed = {name: value for name, value in preset.fixed if name in preset.space}
    values = preset.space.defaults | fixed | point
    fields = {
        spec.name: getattr(experiment, spec.name) for spec in specs if spec.name not in values
    }
    return values | fields


def sobol_points(n_points: int, n: int, seed: int) -> np.ndarray:
    """Return the first points of a scrambled Sobol sequence in the unit cube, (n_points, n)."""
    return sobol.sobol_points(side_stream(seed, Purpose.IDENTIFICATION_POINTS), n, n_points)
