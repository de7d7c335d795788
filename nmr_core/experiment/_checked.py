"""The base of the parts of an experiment."""

from dataclasses import fields
from functools import cache

from nmr_core.experiment.physical import PHYSICAL
from nmr_core.parameters import Parameter


@cache
def _specs(part: type) -> tuple[Parameter, ...]:
    """Specifications of the numbers of a part."""
    return tuple(PHYSICAL[field.name] for field in fields(part) if field.name in PHYSICAL)


class Checked:
    """A frozen dataclass that checks its numbers against their Parameter in ``PHYSICAL``.

    Raises
    ------
    InputError
        On construction, if a number is out of range or numbers contradict each other.
    """

    def __post_init__(self):
        for spec in _specs(type(self)):
            object.__setattr__(self, spec.name, spec.check(getattr(self, spec.name)))
        self._check()

    def _check(self) -> None:
        """Check rules that concern more than one number."""
