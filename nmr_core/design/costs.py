"""The time that a design takes: shots, and changes of the settings between acquisitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from nmr_core.design.plain import YEAR, by_name, number, shown
from nmr_core.design.settings import CHANGEABLE, Design, Setting
from nmr_core.errors import InputError
from nmr_core.experiment import Protocol
from nmr_core.pulses import Steps

MICROSECOND = 1e-6


@dataclass(frozen=True)
class Costs:
    """Seconds per shot, and seconds for changing a field from one acquisition to the next.

    Parameters
    ----------
    seconds_per_shot : float
        Repetition time: from the start of one shot to that of the next, s.
    change : tuple of (name, seconds)
        Cost of changing each field of the protocol; fields that are not named cost nothing.

    Raises
    ------
    InputError
        For a time that is no number from 0 to a year, or a field that cannot change.
    """

    seconds_per_shot: float = 1.0
    change: tuple[tuple[str, float], ...] = ()

    def __post_init__(self):
        times = {"seconds_per_shot": self.seconds_per_shot} | {
            f"The cost of changing {name}": seconds for name, seconds in self.change
        }
        for name, seconds in times.items():
            plain = number(seconds)
            if plain is None or not 0 <= plain <= YEAR:
                raise InputError(
                    f"{name} must be a time in s of at least 0 and at most a year, got "
                    f"{shown(seconds)}. Write a number, such as 60."
                )
        unknown = [name for name, _ in self.change if name not in CHANGEABLE]
        if unknown:
            raise InputError(
                f"A setting cannot change {str(unknown[0])[:40]!r}, so it has no cost. Choose "
                f"among {', '.join(CHANGEABLE)}."
            )
        object.__setattr__(self, "seconds_per_shot", float(self.seconds_per_shot))
        plain_times = tuple((name, float(seconds)) for name, seconds in self.change)
        object.__setattr__(self, "change", plain_times)

    @classmethod
    def of(
        cls, seconds_per_shot: float = 1.0, change: Mapping[str, float] | None = None
    ) -> "Costs":
        """Make costs from a mapping of the fields."""
        times = by_name("change", change, "change={'tau': 60}")
        return cls(seconds_per_shot, tuple(sorted(times.items())))

    def shot(self, protocol: Protocol) -> float:
        """Return the time of one shot, s: the repetition time, or the sequence if it is longer."""
        return max(self.seconds_per_shot, sequence_time(protocol) * MICROSECOND)

    def changes(self, settings: tuple[Setting, ...], base: Protocol) -> float:
        """Return the time of the changes between consecutive settings, s.

        Parameters
        ----------
        settings : tuple of Setting
            In the order of the measurement.
        base : Protocol
            Values of the fields that a setting does not name.
        """
        return sum(
            seconds
            for before, after in pairwise(settings)
            for name, seconds in self.change
            if value_of(before, name, base) != value_of(after, name, base)
        )

    def ordered(self, design: Design, base: Protocol) -> Design:
        """Return the design in a cheap order: sorted by the field that is dearest to change."""
        dearest = [name for name, _ in sorted(self.change, key=lambda one: -one[1])]

        def rank(setting: Setting) -> tuple:
            values = [value_of(setting, name, base) for name in dearest]
            return tuple(map(_sortable, values)), tuple(
                (name, _sortable(value)) for name, value in setting.fields
            )

        return Design(tuple(sorted(design.acquisitions, key=lambda one: rank(one.setting))))


def sequence_time(protocol: Protocol) -> float:
    """Return the time of a sequence with its record, µs."""
    steps = sum(event.n_steps for event in protocol.events if isinstance(event, Steps))
    return steps * protocol.dt


def value_of(setting: Setting, name: str, base: Protocol) -> float | int | str:
    """Return the value that a field has in a setting."""
    return dict(setting.fields).get(name, getattr(base, name))


def _sortable(value: float | int | str) -> tuple[str, float]:
    return (value, 0.0) if isinstance(value, str) else ("", float(value))
