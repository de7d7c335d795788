"""A part of an experiment: a frozen dataclass whose numbers are checked when it is made."""

from dataclasses import fields
from functools import cache

from nmr_core.experiment.physical import PHYSICAL
from nmr_core.parameters import Parameter


@cache
def _specs(part: type) -> tuple[Parameter, ...]:
    """The specifications of a part's numbers."""
    return tuple(PHYSICAL[field.name] for field in fields(part) if field.name in PHYSICAL)


class Checked:
    """Every number of a frozen dataclass is checked against its Parameter when it is made."""

    def __post_init__(self):
        for spec in _specs(type(self)):
            object.__setattr__(self, spec.name, spec.check(getattr(self, spec.name)))
        self._check()

    def _check(self) -> None:
        """Rules that concern more than one number."""
