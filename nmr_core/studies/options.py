"""The options of a recipe as one space: "model.width_1", "featurizer.order", ..."""

from collections.abc import Sequence

import numpy as np

from nmr_core import features
from nmr_core.errors import InputError
from nmr_core.learning.plan import Plan
from nmr_core.models import MODELS
from nmr_core.parameters import Parameter

WIDE = 50.0
"""A range whose ends differ by more than this factor is divided on a logarithmic scale."""
FEW = 7
"""Default number of values."""


def space(plan: Plan) -> dict[str, Parameter]:
    """Full name -> parameter; the options of the model first."""
    return {f"model.{spec.name}": spec for spec in MODELS[plan.model].parameters} | {
        f"featurizer.{spec.name}": spec for spec in features.options(plan.featurizer)
    }


def full_name(plan: Plan, name: str) -> str:
    """Full name of an option: "model.width_1" of "width_1".

    Raises
    ------
    InputError
        There is no such option, or the model and the features both have it.
    """
    known = space(plan)
    matches = [full for full in known if name in (full, full.partition(".")[2])]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise InputError(
            f"{name} is an option of the model and of the features. Say {' or '.join(matches)}."
        )
    raise InputError(
        f"There is no option {str(name)[:60]!r} to vary; this recipe has "
        f"{', '.join(known) or 'none'}."
    )


def is_log(spec: Parameter) -> bool:
    """Whether the range of an option is divided on a logarithmic scale."""
    return not spec.values and (
        spec.scale == "log" or (_low(spec) > 0 and spec.high / _low(spec) > WIDE)
    )


def _low(spec: Parameter) -> float:
    """Lower end of a logarithmic range; that of a count that may be 0 is 1."""
    return 1 if spec.integer and spec.low == 0 else spec.low


def at(spec: Parameter, fraction: float):
    """Value at a fraction, in (0, 1], of the range of an option."""
    if spec.values:
        index = int(np.ceil(fraction * len(spec.values))) - 1
        return spec.values[min(len(spec.values) - 1, index)]
    if not is_log(spec):
        return spec.quantile(fraction)
    value = float(_low(spec) * (spec.high / _low(spec)) ** fraction)
    return int(min(spec.high, max(spec.low, round(value)))) if spec.integer else value


def walk(spec: Parameter, values: Sequence | None = None) -> list:
    """Values of an option, checked and each once; by default a few over the whole range."""
    if values:
        return list(dict.fromkeys(spec.check(value) for value in values))
    if spec.values:
        return list(spec.values)
    if is_log(spec):
        first = _low(spec)
    else:
        first = spec.low + (spec.width / 100 if spec.open_low else 0)
    spread = [first, *(at(spec, float(fraction)) for fraction in np.linspace(0, 1, FEW)[1:])]
    if spec.integer:
        spread = [round(value) for value in spread]
    return list(dict.fromkeys(spread))
