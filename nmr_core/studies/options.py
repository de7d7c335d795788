"""The options of a recipe as one space, "model.width_1", "featurizer.order": one is walked along, several are searched."""

from collections.abc import Sequence

import numpy as np

from nmr_core import features
from nmr_core.errors import InputError
from nmr_core.learning.plan import Plan
from nmr_core.models import MODELS
from nmr_core.parameters import Parameter

WIDE = 50.0
"""A range whose ends differ by more than this factor is walked on a logarithmic scale."""
FEW = 7
"""Values of a default walk."""


def space(plan: Plan) -> dict[str, Parameter]:
    """Prefixed name -> its parameter; the model's options first."""
    return {f"model.{spec.name}": spec for spec in MODELS[plan.model].parameters} | {
        f"featurizer.{spec.name}": spec for spec in features.options(plan.featurizer)
    }


def full_name(plan: Plan, name: str) -> str:
    """ "width_1" -> "model.width_1" if only one space has it; what is no option lists the options."""
    known = space(plan)
    found = [full for full in known if name in (full, full.partition(".")[2])]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"{name} is an option of the model and of the features. Say {' or '.join(found)}."
        )
    raise InputError(
        f"There is no option {str(name)[:60]!r} to vary; this recipe has {', '.join(known) or 'none'}."
    )


def is_log(spec: Parameter) -> bool:
    """Whether its range is walked on a logarithmic scale."""
    return not spec.values and (
        spec.scale == "log" or (_low(spec) > 0 and spec.high / _low(spec) > WIDE)
    )


def _low(spec: Parameter) -> float:
    """Where a logarithmic walk begins: a count that may be 0 begins at 1."""
    return 1 if spec.integer and spec.low == 0 else spec.low


def at(spec: Parameter, share: float):
    """The value at a share in (0, 1] of its range."""
    if spec.values:
        return spec.values[min(len(spec.values) - 1, int(np.ceil(share * len(spec.values))) - 1)]
    if not is_log(spec):
        return spec.quantile(share)
    value = float(_low(spec) * (spec.high / _low(spec)) ** share)
    return int(min(spec.high, max(spec.low, round(value)))) if spec.integer else value


def walk(spec: Parameter, values: Sequence | None = None) -> list:
    """The values of a walk, checked and each once; by default a few over the whole range."""
    if values:
        return list(dict.fromkeys(spec.check(value) for value in values))
    if spec.values:
        return list(spec.values)
    first = (
        _low(spec) if is_log(spec) else spec.low + spec.width / 100 if spec.open_low else spec.low
    )
    ends = [first, *(at(spec, float(share)) for share in np.linspace(0, 1, FEW)[1:])]
    return list(
        dict.fromkeys(round(value) for value in ends) if spec.integer else dict.fromkeys(ends)
    )
