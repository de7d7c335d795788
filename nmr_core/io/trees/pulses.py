"""Pulses in the parameters of a file, and the unit that their lengths can only have.

Programs store a sequence as numbered groups, each a pulse and the delay after it:

    sequence/1/pulse_width 2.5, relaxation_time 50; sequence/2/pulse_width 5, relaxation_time .1

The last two are the pulses of a Hahn echo; what stands before them prepares the spins.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nmr_core.io.natural import natural
from nmr_core.io.trees.names import words
from nmr_core.io.units import TIME_UNITS

_WIDTHS = frozenset(
    ("pulse width", "pulse length", "pulse duration", "width", "length", "duration", "pw")
)
_DELAYS = frozenset(("relaxation time", "delay", "delay after", "wait", "delay time"))
_HEIGHTS = frozenset(("pulse height", "height", "amplitude", "power"))
_CYCLES = frozenset(("phase cycle", "phases", "phase"))
_NUMBERED = re.compile(r"\D*\d{1,3}$")
SHORTEST, SHORTEST_NS, LONGEST = 0.02, 0.1, 1000.0
"""Lengths of pulses of nuclear spins, µs; those below 0.1 µs are not counted in ns."""
HAHN = 1.5, 2.7
"""Ratio of the areas of the second and the first pulse of a Hahn echo."""


@dataclass(frozen=True)
class Pulse:
    """One pulse and the delay after it, in the unit of the file.

    Attributes
    ----------
    length, delay : float
        0 where the file gives none.
    height : float
        In any unit; 1 where the file gives none.
    cycle : str
        Phases of the scans.
    """

    length: float
    delay: float = 0.0
    height: float = 1.0
    cycle: str = ""

    @property
    def area(self) -> float:
        """Length times height, proportional to the angle."""
        return self.length * self.height


def pulses_in(values: Mapping[str, str | float]) -> list[Pulse]:
    """Return the pulses of the first numbered list of pulses, in natural order.

    Parameters
    ----------
    values : mapping of str to (str or float)
        Single values by path. Pulses of no length or no height are left out.
    """
    sequences: dict[str, dict[str, dict[str, str | float]]] = {}
    for path, value in values.items():
        folder, _, name = path.rpartition("/")
        parent, _, number = folder.rpartition("/")
        if _NUMBERED.fullmatch(number):
            sequence = sequences.setdefault(parent, {})
            sequence.setdefault(number, {})[" ".join(words(name))] = value
    for sequence in sequences.values():
        pulses = [_pulse(sequence[number]) for number in sorted(sequence, key=natural)]
        real = [pulse for pulse in pulses if pulse.length > 0 and pulse.height]
        if real:
            return real
    return []


def _pulse(values: Mapping[str, str | float]) -> Pulse:
    def number(names: frozenset[str], default: float) -> float:
        found = [value for name, value in values.items() if name in names]
        return float(found[0]) if found and not isinstance(found[0], str) else default

    cycles = [str(value) for name, value in values.items() if name in _CYCLES]
    return Pulse(
        number(_WIDTHS, 0.0), number(_DELAYS, 0.0), number(_HEIGHTS, 1.0), "".join(cycles[:1])
    )


def unit_by_lengths(lengths: Sequence[float]) -> str | None:
    """Return the only unit in which all lengths are those of pulses; None if it is not unique.

    Parameters
    ----------
    lengths : sequence of float
        Lengths of pulses of nuclear spins, all in the same unit.
    """
    if not lengths:
        return None
    units = [
        unit
        for unit, factor in TIME_UNITS.items()
        if all(
            (SHORTEST_NS if unit == "ns" else SHORTEST) <= length * factor < LONGEST
            for length in lengths
        )
    ]
    return units[0] if len(units) == 1 else None


def hahn_pair(pulses: Sequence[Pulse]) -> tuple[Pulse, Pulse] | None:
    """Return the two pulses of a Hahn echo; None where the last two are no such pair."""
    if len(pulses) < 2:
        return None
    first, second = pulses[-2:]
    ratio = second.area / first.area
    return (first, second) if len(pulses) == 2 or HAHN[0] <= ratio <= HAHN[1] else None
