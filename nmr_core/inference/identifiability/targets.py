"""Which parameters are asked about, in units of which range, and at which places of the prior."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS, PHYSICAL
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset

COUPLINGS = ("alpha_x", "alpha_y", "alpha_z")


def targets_of(
    preset: Preset, names: Sequence[str] | None, place: dict | None = None
) -> tuple[Parameter, ...]:
    """Specifications with the range that "percent" means: of what is drawn the prior's; of a field half to one and a half
    times its value (for a coupling or rate that is 0: the largest coupling, 0.01 MHz)."""
    drawn = {spec.name: ranged(spec) for spec in preset.drawn if measurable(spec)}
    if names is None:
        if not drawn:
            raise InputError(
                f"Nothing that {preset.name} draws is a continuous number. Name targets, such as line_width."
            )
        return tuple(drawn.values())
    wanted = list(dict.fromkeys(names))
    if not wanted:
        raise InputError(
            "Name at least one target, or leave targets out for all that the preset draws."
        )
    return tuple(drawn[name] if name in drawn else _field(preset, name, place) for name in wanted)


def measurable(spec: Parameter) -> bool:
    """A number that can be moved a little."""
    return not spec.integer and not any(isinstance(value, str) for value in spec.values)


def ranged(spec: Parameter) -> Parameter:
    """With low and high where nearly all of the prior is."""
    if spec.distribution == "normal":
        low, high = (
            max(spec.low, spec.default - 2 * spec.sd),
            min(spec.high, spec.default + 2 * spec.sd),
        )
        return replace(spec, low=low, high=high)
    if spec.values:
        low, high = min(spec.values), max(spec.values)
        width = high - low or abs(low) or 1.0
        return replace(spec, low=low, high=low + width, default=low)
    return spec


def _field(preset: Preset, name: str, place: dict | None) -> Parameter:
    held = dict(preset.fixed)
    if name in preset.space:
        spec = preset.space[name]
        if not measurable(spec):
            raise InputError(
                f"{name} is no continuous number, so no echo has a slope in it. Choose another target."
            )
        return ranged(spec)
    if (
        name not in PHYSICAL
        or name not in FIELDS
        or PHYSICAL[name].integer
        or name in ("noise", "dt")
    ):
        known = [
            *preset.space.names,
            *(
                spec.name
                for spec in PHYSICAL
                if not spec.integer and spec.name not in ("noise", "dt")
            ),
        ]
        raise InputError(
            f"{str(name)[:40]!r} cannot be a target. Choose among {', '.join(dict.fromkeys(known))}."
        )
    first = preset.experiments(**(place or {}))[0]
    value = (place or {}).get(name, held.get(name, getattr(first, name)))
    width = abs(value) or (
        first.alpha if name in COUPLINGS else 0.01 if name.startswith("gamma") else 1.0
    )
    low = max(PHYSICAL[name].low, value - width / 2)
    return PHYSICAL[name].within(low, low + width, value, hint="")


def values_at(preset: Preset, place: dict, specs: Sequence[Parameter]) -> dict:
    """All parameters of a place: the prior's, what else is given, and fields that are asked about."""
    first = preset.experiments(**place)[0]
    own = (
        preset.space.defaults
        | {name: value for name, value in preset.fixed if name in preset.space}
        | place
    )
    return own | {spec.name: getattr(first, spec.name) for spec in specs if spec.name not in own}


def cube(n_places: int, n: int, seed: int) -> np.ndarray:
    """Middles of a Latin square: (n_places, n) in (0, 1); every parameter visits every 1/n_places of its prior."""
    rng = np.random.default_rng([seed, 6])
    return np.stack([(rng.permutation(n_places) + 0.5) / n_places for _ in range(n)], axis=1)
