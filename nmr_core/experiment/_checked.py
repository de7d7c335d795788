"""A part of an experiment: a frozen dataclass whose numbers are checked when it is made."""

from dataclasses import fields

from nmr_core.experiment.physical import PHYSICAL


class Checked:
    """Every number of a frozen dataclass is checked against its Parameter when it is made."""

    def __post_init__(self):
        for field in fields(self):
            if field.name in PHYSICAL:
                object.__setattr__(
                    self, field.name, PHYSICAL[field.name].check(getattr(self, field.name))
                )
        self._check()

    def _check(self) -> None:
        """Rules that concern more than one number."""
