"""What the hardware can do: largest pulse angle, delays, number of pulses."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import inf, isfinite
from typing import Any

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
        If a limit is not a number > 0, or the shortest delay is above the longest.
    """

    angle: float | None = None
    tau: tuple[float, float] | None = None
    n_pulses: int | None = None

    def __post_init__(self):
        for name in ("angle", "n_pulses"):
            value = getattr(self, name)
            if value is not None and not _is_positive(value):
                raise InputError(
                    f"The limit {name} must be a number > 0, got {str(value)[:40]}. Leave it out "
                    "for no limit."
                )
        if self.tau is None:
            return
        low, high = self.tau if len(self.tau) == 2 else (inf, 0)
        if not (_is_number(low) and _is_positive(high) and 0 <= low <= high):
            raise InputError(
                f"The limits of tau must be a shortest and a longest delay in µs, got "
                f"{str(self.tau)[:40]}. Write (10, 200)."
            )
        object.__setattr__(self, "tau", (float(low), float(high)))

    def check(self, protocol: Protocol, label: str = "") -> None:
        """Raise :class:`InputError` if a protocol is outside of the limits.

        Parameters
        ----------
        protocol : Protocol
            Pulses and delays.
        label : str
            Name of the setting, for the sentence.
        """
        who = f"Setting {label}" if label else "The setting"
        largest = max((abs(pulse.angle) for pulse in protocol.pulses), default=0.0)
        if self.angle is not None and largest > self.angle:
            raise InputError(
                f"{who} has a pulse of {largest:g}°, but the largest that the hardware allows is "
                f"{self.angle:g}°. Leave it out, or raise the limit of the angle."
            )
        n_pulses = len(protocol.pulses)
        if self.n_pulses is not None and n_pulses > self.n_pulses:
            raise InputError(
                f"{who} has {n_pulses} pulses, but the hardware allows {self.n_pulses:g}. Leave "
                "it out, or raise the limit of the number of pulses."
            )
        for delay in delays(protocol) if self.tau else ():
            low, high = self.tau or (0.0, inf)
            if not low <= delay <= high:
                raise InputError(
                    f"{who} has {delay:.4g} µs between two pulses, but the hardware allows "
                    f"{low:g} to {high:g} µs. Leave it out, or change the limits of tau."
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
        values = dict(limits or {})
        unknown = sorted(set(values) - {"angle", "tau", "n_pulses"})
        if unknown:
            raise InputError(
                f"There is no limit {str(unknown[0])[:40]!r}. The hardware can limit angle, tau "
                "and n_pulses."
            )
        if values.get("tau") is not None:
            values["tau"] = tuple(values["tau"])
        return cls(**values)


def delays(protocol: Protocol) -> list[float]:
    """Return the delays between pulses, µs: all but the record after the last pulse.

    A named sequence has its tau as it is given, not cut to whole steps.
    """
    durations, last = [], -1
    for number, event in enumerate(protocol.events):
        if isinstance(event, Pulse):
            last = number
    for event in protocol.events[: max(last, 0)]:
        if isinstance(event, Steps):
            durations.append(event.n_steps * protocol.dt)
    # tau is cut to whole steps, but the limit is about the value that is set
    is_tau = [abs(duration - protocol.tau) < protocol.dt for duration in durations]
    return [
        protocol.tau if same else duration for same, duration in zip(is_tau, durations, strict=True)
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_positive(value: Any) -> bool:
    return _is_number(value) and value > 0
