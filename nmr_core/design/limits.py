"""What the hardware can do: largest pulse angle, delays, number of pulses."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

from nmr_core.design.plain import by_name, number, shown
from nmr_core.errors import InputError
from nmr_core.experiment import Protocol
from nmr_core.pulses import Pulse, Steps


@dataclass(frozen=True)
class Limits:
    """Limits of the pulses and delays; None: no limit.

    Parameters
    ----------
    angle : float, optional
        Largest pulse angle by size, degrees.
    tau : (float, float), optional
        Shortest and longest delay between two pulses, µs.
    n_pulses : int, optional
        Largest number of pulses of a sequence.

    Raises
    ------
    InputError
        If a limit is not a number > 0, n_pulses no whole one, or the limits of tau no range.
    """

    angle: float | None = None
    tau: tuple[float, float] | None = None
    n_pulses: int | None = None

    def __post_init__(self):
        for name in ("angle", "n_pulses"):
            value = getattr(self, name)
            if value is None:
                continue
            plain = number(value)
            whole = name != "n_pulses" or (plain is not None and plain.is_integer())
            if plain is None or plain <= 0 or not whole:
                kind = "whole number" if name == "n_pulses" else "number"
                raise InputError(
                    f"The limit {name} must be a {kind} > 0, got {shown(value)}. Leave it out "
                    "for no limit."
                )
            object.__setattr__(self, name, int(plain) if name == "n_pulses" else plain)
        if self.tau is None:
            return
        try:
            low, high = map(number, self.tau)
        except (TypeError, ValueError):
            low, high = None, None
        if low is None or high is None or not 0 <= low <= high or high == 0:
            raise InputError(
                f"The limits of tau must be a shortest and a longest delay in µs, got "
                f"{shown(self.tau)}. Write tau=(10, 200), or tau=10:200 in a command."
            )
        object.__setattr__(self, "tau", (low, high))

    def check(self, protocol: Protocol, label: str = "", remedy: str = "Leave it out") -> None:
        """Raise :class:`InputError` if a protocol is outside of the limits.

        Parameters
        ----------
        protocol : Protocol
            Pulses and delays.
        label : str
            Name of the setting, for the sentence.
        remedy : str
            What else can be done than to change the limit, for the sentence.
        """
        who = f"Setting {label}" if label else "The setting"
        largest = max((abs(pulse.angle) for pulse in protocol.pulses), default=0.0)
        if self.angle is not None and largest > self.angle:
            raise InputError(
                f"{who} has a pulse of {largest:g}°, but the largest that the hardware allows is "
                f"{self.angle:g}°. {remedy}, or raise the limit of the angle."
            )
        n_pulses = len(protocol.pulses)
        if self.n_pulses is not None and n_pulses > self.n_pulses:
            raise InputError(
                f"{who} has {n_pulses} pulses, but the hardware allows {self.n_pulses:g}. "
                f"{remedy}, or raise the limit of the number of pulses."
            )
        for delay in delays(protocol) if self.tau else ():
            low, high = self.tau or (0.0, inf)
            if not low <= delay <= high:
                raise InputError(
                    f"{who} has {delay:.4g} µs between two pulses, but the hardware allows "
                    f"{low:g} to {high:g} µs. {remedy}, or change the limits of tau."
                )

    def to_dict(self) -> dict[str, Any]:
        """Return the limits that are set, as JSON-ready values."""
        values = {name: value for name, value in asdict(self).items() if value is not None}
        return values | ({"tau": list(self.tau)} if self.tau else {})

    @classmethod
    def of(cls, limits: "Limits | Mapping[str, Any] | None") -> "Limits":
        """Return limits from limits, a mapping of their names, or None for no limit.

        Raises
        ------
        InputError
            For an unknown name.
        """
        if isinstance(limits, Limits):
            return limits
        values = by_name("limits", limits, "limits={'angle': 180, 'tau': (10, 200)}")
        unknown = sorted(set(values) - {"angle", "tau", "n_pulses"})
        if unknown:
            raise InputError(
                f"There is no limit {str(unknown[0])[:40]!r}. The hardware can limit angle, tau "
                "and n_pulses."
            )
        return cls(**values)


def delays(protocol: Protocol) -> list[float]:
    """Return the delays between pulses, µs: all but the record after the last pulse.

    A named sequence has its tau as it is given, not cut to whole steps.
    """
    durations, last = [], -1
    for position, event in enumerate(protocol.events):
        if isinstance(event, Pulse):
            last = position
    for event in protocol.events[: max(last, 0)]:
        if isinstance(event, Steps):
            durations.append(event.n_steps * protocol.dt)
    # tau is cut to whole steps, but the limit is about the value that is set
    is_tau = [abs(duration - protocol.tau) < protocol.dt for duration in durations]
    return [
        protocol.tau if same else duration for same, duration in zip(is_tau, durations, strict=True)
    ]
