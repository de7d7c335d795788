"""Groups of echoes with one protocol."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from nmr_core.io.measurement import Measurement
from nmr_core.measured.series.series import Group, Item

SAME = 1e-3
"""Relative difference of two numbers of one protocol."""
FACTS = {
    "tau": ("tau_us", "tau", "µs"),
    "start": ("start_us", "recording from", "µs"),
    "pulse_1": ("pulse_1_us", "first pulse", "µs"),
    "pulse_2": ("pulse_2_us", "second pulse", "µs"),
    "angle_1": ("angle_1_deg", "first pulse", "°"),
    "angle_2": ("angle_2_deg", "second pulse", "°"),
}
"""Field of a protocol -> fact of ``Measurement.about``, words and unit."""
TEXTS = ("sequence", "phase_cycle", "nucleus")


@dataclass(frozen=True)
class Protocol:
    """What echoes of one series have in common.

    Attributes
    ----------
    n_points : int
    dwell : float
        µs.
    first : float
        First time of the file, µs.
    channels : str
        "Re and Im", "one channel" or "magnitude".
    numbers : tuple of (str, float)
        Facts of the file.
    texts : tuple of (str, str)
    """

    n_points: int
    dwell: float
    first: float
    channels: str
    numbers: tuple[tuple[str, float], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, measurement: Measurement, swept: str = "") -> "Protocol":
        """Return the protocol of a measurement, without the quantity that is swept."""
        about = measurement.about
        channels = "magnitude" if measurement.magnitude else "Re and Im"
        if measurement.real_only:
            channels = "one channel"
        numbers = [
            (name, float(about[key]))
            for name, (key, _, _) in FACTS.items()
            if name != swept and isinstance(about.get(key), int | float)
        ]
        texts = [(key, str(about[key]).strip()) for key in TEXTS if about.get(key)]
        return cls(
            len(measurement),
            measurement.step,
            float(measurement.time[0]),
            channels,
            tuple(numbers),
            tuple(texts),
        )

    @property
    def name(self) -> str:
        """The protocol in words."""
        parts = [f"{self.n_points:,} points", f"dwell {self.dwell:.4g} µs"]
        if self.channels != "Re and Im":
            parts.append(self.channels)
        parts += [f"{FACTS[key][1]} {value:.4g} {FACTS[key][2]}" for key, value in self.numbers]
        return ", ".join(parts)

    def differences(self, other: "Protocol") -> list[str]:
        """Return what differs from another protocol, in words; [] for the same protocol."""
        differences = []
        if self.n_points != other.n_points:
            differences.append(f"{self.n_points:,} points instead of {other.n_points:,}")
        if not _same(self.dwell, other.dwell):
            differences.append(_instead("dwell", self.dwell, other.dwell, "µs"))
        if abs(self.first - other.first) > max(self.dwell, other.dwell):
            differences.append(_instead("first time", self.first, other.first, "µs"))
        if self.channels != other.channels:
            differences.append(f"{self.channels} instead of {other.channels}")
        ours, theirs = dict(self.numbers), dict(other.numbers)
        for key, (_, words, unit) in FACTS.items():
            if key in ours and key in theirs and not _same(ours[key], theirs[key]):
                differences.append(_instead(words, ours[key], theirs[key], unit))
        our_texts, their_texts = dict(self.texts), dict(other.texts)
        for key in TEXTS:
            one, two = our_texts.get(key), their_texts.get(key)
            if one is not None and two is not None and one != two:
                differences.append(f"{key.replace('_', ' ')} {one[:30]} instead of {two[:30]}")
        return differences


def grouped(items: Sequence[Item], swept: str = "") -> tuple[Group, ...]:
    """Return the groups of one protocol, the largest first.

    Parameters
    ----------
    items : sequence of Item
        All items; those that could not be read belong to no group.
    swept : str
        Quantity that is swept, which makes no other protocol.
    """
    protocols: list[Protocol] = []
    members: list[list[int]] = []
    for k, item in enumerate(items):
        if item.measurement is None:
            continue
        protocol = Protocol.of(item.measurement, swept)
        for place, other in enumerate(protocols):
            if not protocol.differences(other):
                members[place].append(k)
                break
        else:
            protocols.append(protocol)
            members.append([k])
    order = sorted(range(len(members)), key=lambda place: -len(members[place]))
    return tuple(
        Group(
            protocols[place].name,
            tuple(members[place]),
            ", ".join(protocols[place].differences(protocols[order[0]])),
        )
        for place in order
    )


def _same(one: float, two: float) -> bool:
    return math.isclose(one, two, rel_tol=SAME, abs_tol=1e-9)


def _instead(words: str, one: float, two: float, unit: str) -> str:
    return f"{words} {one:.4g} {unit} instead of {two:.4g} {unit}"
