"""What was measured: sequence, pulses, tau, and when recording began.

    echo = find_echo(measurement)
    protocol = acquired(measurement, echo, tau=50)
    protocol.start, protocol.missing, protocol.notes

Of tau, the start of the record and the place of the echo in it, any two give the third:

    tau = start + place of the echo in the record
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.found import FoundEcho

FILE = "file"
GIVEN = "given"
ECHO = "echo"
DEFAULT = "default"
FROM_FILE = {
    "sequence": "sequence",
    "tau": "tau_us",
    "start": "start_us",
    "angle_1": "angle_1_deg",
    "angle_2": "angle_2_deg",
    "pulse_1": "pulse_1_us",
    "pulse_2": "pulse_2_us",
    "phase_cycle": "phase_cycle",
    "scans": "scans",
    "frequency": "carrier_mhz",
}
"""Field of :class:`Acquired` and the fact of ``Measurement.about`` that fills it."""
RANGES = {
    "tau": (0.0, 1e6, "µs"),
    "start": (-1e6, 1e6, "µs"),
    "angle_1": (0.0, 720.0, "°"),
    "angle_2": (0.0, 720.0, "°"),
    "pulse_1": (0.0, 1e4, "µs"),
    "pulse_2": (0.0, 1e4, "µs"),
    "scans": (0, 10**9, ""),
    "frequency": (0.0, 1e5, "MHz"),
}
"""Lowest and highest value of a number, and its unit."""
TEXTS = ("sequence", "phase_cycle")
LONGEST_TEXT = 400
FURTHEST = 0.75
"""Widths of the echo by which strong coupling may move its top."""


@dataclass(frozen=True)
class Acquired:
    """Protocol of one measurement, and where each number comes from.

    Attributes
    ----------
    sequence : str
    tau : float, optional
        Distance between the centres of the two pulses, µs; None: unknown.
    start : float, optional
        Time of the first point after the centre of the last pulse, µs; None: unknown.
    angle_1, angle_2 : float
        Pulse angles, degrees.
    pulse_1, pulse_2 : float
        Pulse lengths, µs; 0: not known, taken as short.
    phase_cycle : str
    scans : int
        0: not known.
    frequency : float
        Carrier, MHz; 0: not known.
    dwell : float
        Median distance of neighbouring points, µs.
    n_points : int
    origins : dict of str to str
        Origin of each field: "file", "given", "echo" (computed from the place of the echo) or
        "default".
    notes : tuple of str
        Sentences on numbers that disagree.
    """

    sequence: str = "hahn_echo"
    tau: float | None = None
    start: float | None = None
    angle_1: float = 90.0
    angle_2: float = 180.0
    pulse_1: float = 0.0
    pulse_2: float = 0.0
    phase_cycle: str = ""
    scans: int = 0
    frequency: float = 0.0
    dwell: float = 0.0
    n_points: int = 0
    origins: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the numbers to ask for: tau, if neither tau nor start is known."""
        names = []
        if self.tau is None:
            names.append("tau")
        elif self.start is None:
            names.append("start")
        return tuple(names)

    @property
    def stop(self) -> float | None:
        """Time of the last point after the centre of the last pulse, µs."""
        if self.start is None:
            return None
        return self.start + (self.n_points - 1) * self.dwell

    @property
    def facts(self) -> list[dict[str, str]]:
        """Rows of a table: quantity, value, origin."""
        rows = []
        for name, (label, unit) in LABELS.items():
            value = getattr(self, name)
            text = _text(name, value, unit)
            rows.append(
                {"quantity": label, "value": text, "origin": self.origins.get(name, DEFAULT)}
            )
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return asdict(self) | {"notes": list(self.notes)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Acquired":
        """Return what :meth:`to_dict` wrote."""
        return cls(**(dict(values) | {"notes": tuple(values.get("notes", ()))}))


LABELS = {
    "sequence": ("Sequence", ""),
    "tau": ("Pulse spacing tau", "µs"),
    "start": ("First point after the last pulse", "µs"),
    "angle_1": ("First pulse, angle", "°"),
    "angle_2": ("Second pulse, angle", "°"),
    "pulse_1": ("First pulse, length", "µs"),
    "pulse_2": ("Second pulse, length", "µs"),
    "phase_cycle": ("Phase cycle", ""),
    "scans": ("Scans", ""),
    "frequency": ("Carrier", "MHz"),
    "dwell": ("Dwell", "µs"),
    "n_points": ("Points", ""),
}
"""Label and unit of each field."""
UNKNOWN_AT_ZERO = ("pulse_1", "pulse_2", "scans", "frequency")


def _text(name: str, value: Any, unit: str) -> str:
    if value is None or value == "" or (name in UNKNOWN_AT_ZERO and not value):
        return "not known"
    if isinstance(value, str):
        return value.replace("_", " ") if name == "sequence" else value
    number = f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
    return f"{number}{'' if unit == '°' else ' '}{unit}".strip()


def acquired(
    measurement: Measurement, echo: FoundEcho | None = None, **given: float | str | None
) -> Acquired:
    """Return what was measured, from the file, the echo and given values.

    Parameters
    ----------
    measurement : Measurement
        As read; its ``about`` holds the facts of the file.
    echo : FoundEcho, optional
        Its place gives tau or start where the other one is known.
    **given
        Fields of :class:`Acquired` that overrule the file; None counts as not given.

    Returns
    -------
    Acquired

    Raises
    ------
    InputError
        For a field that does not exist, and a number that cannot be one.
    """
    values: dict[str, Any] = {"dwell": measurement.step, "n_points": len(measurement)}
    origins = dict.fromkeys(LABELS, DEFAULT) | {"dwell": FILE, "n_points": FILE}
    notes = []
    for name, key in FROM_FILE.items():
        fact = measurement.about.get(key)
        if fact is None or fact == "":
            continue
        try:
            values[name] = _checked(name, fact)
        except InputError as error:
            notes.append(f"In {measurement.name}, {error}")
            continue
        origins[name] = FILE

    for name, value in given.items():
        if value is None:
            continue
        if name not in FROM_FILE:
            raise InputError(
                f"{name[:40]!r} is no part of a protocol. Give one of {', '.join(FROM_FILE)}."
            )
        values[name] = _checked(name, value)
        origins[name] = GIVEN

    protocol = Acquired(**values, origins=origins)
    if echo is not None:
        protocol, disagreement = _with_echo(protocol, measurement, echo)
        notes += disagreement
    return replace(protocol, notes=tuple(notes))


def _with_echo(
    protocol: Acquired, measurement: Measurement, echo: FoundEcho
) -> tuple[Acquired, list[str]]:
    """The protocol with tau or start from the place of the echo, and what disagrees."""
    if echo.kind != "echo" or protocol.sequence == "fid":
        return protocol, []
    place = echo.time - float(measurement.time[0])
    tau, start = protocol.tau, protocol.start
    if tau is not None and start is None:
        origins = protocol.origins | {"start": ECHO}
        return replace(protocol, start=tau - place, origins=origins), []
    if start is not None and tau is None:
        if start + place <= 0:
            return protocol, [
                f"The record starts {start:.4g} µs after the last pulse, so the echo at "
                f"{place:.4g} µs of the record would lie before that pulse. Check the start."
            ]
        origins = protocol.origins | {"tau": ECHO}
        return replace(protocol, tau=start + place, origins=origins), []
    return protocol, list(filter(None, [_disagreement(protocol, place, 2 * echo.time_error)]))


def contradiction(protocol: Acquired, measurement: Measurement, echo: FoundEcho) -> str:
    """Return a sentence if tau and start put the echo where it cannot be; "" otherwise.

    Parameters
    ----------
    protocol : Acquired
        Of :func:`acquired`.
    measurement : Measurement
        Its first time is where recording starts.
    echo : FoundEcho
        Its top may lie up to :data:`FURTHEST` of its width off.
    """
    if echo.kind != "echo" or protocol.sequence == "fid":
        return ""
    place = echo.time - float(measurement.time[0])
    return _disagreement(protocol, place, 2 * echo.time_error + FURTHEST * echo.width)


def _disagreement(protocol: Acquired, place: float, error: float) -> str:
    """What tau, start and the place of the echo in the record disagree in; "" for nothing."""
    tau, start = protocol.tau, protocol.start
    if tau is None or start is None:
        return ""
    allowed = protocol.dwell + protocol.pulse_1 + protocol.pulse_2 + error
    if abs(start + place - tau) <= allowed:
        return ""
    return (
        f"tau is {tau:.4g} µs and recording starts {start:.4g} µs after the last pulse, so the "
        f"echo belongs at {tau - start:.4g} µs of the record; it is at {place:.4g} µs. Check tau "
        "and the start."
    )


def stated(measurement: Measurement, **given: float | str | None) -> Measurement:
    """Return a measurement whose facts hold given values, as if its file held them.

    Parameters
    ----------
    measurement : Measurement
        As read.
    **given
        Fields of :class:`Acquired`, such as tau=50; None counts as not given.

    Raises
    ------
    InputError
        As of :func:`acquired`.
    """
    acquired(measurement, None, **given)
    facts = {FROM_FILE[name]: value for name, value in given.items() if value is not None}
    return replace(measurement, about={**measurement.about, **facts}) if facts else measurement


def given_of(protocol: Acquired) -> dict[str, Any]:
    """Return the values of a protocol that were given, for :func:`stated`."""
    return {
        name: getattr(protocol, name) for name in FROM_FILE if protocol.origins.get(name) == GIVEN
    }


def _checked(name: str, value: Any) -> float | int | str:
    """The value of a field, of its type and in its range."""
    if name in TEXTS:
        text = str(value).strip()[:LONGEST_TEXT]
        return text.lower().replace(" ", "_") if name == "sequence" else text
    low, high, unit = RANGES[name]
    shown = f"{name} must be a number from {low:g} to {high:g} {unit}".strip()
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InputError(f"{shown}, got {str(value)[:40]!r}. Leave it out if unknown.") from None
    if not np.isfinite(number) or not low <= number <= high or (name == "tau" and number == 0):
        raise InputError(f"{shown}, got {str(value)[:40]}. Leave it out if it is not known.")
    return int(number) if name == "scans" else number
