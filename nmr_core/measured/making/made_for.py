"""What a made model was made for, stored beside its run, and found again.

    runs/<id>/made_for.json

A measurement of the same protocol uses the model that is there; a changed tau, dwell, window, line,
angle or noise is named with both numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from nmr_core.errors import FailedError, InputError
from nmr_core.evaluation.compare import list_runs
from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.acquired import Acquired
from nmr_core.measured.found import FoundEcho, find_echo
from nmr_core.storage.files import read_json, write_json

FILE = "made_for.json"
SAME_DWELL = 0.01
"""Relative difference of two dwell times that are the same."""
SAME_ANGLE = 3.0
"""Degrees; as accurate as the pulse angles that the model was trained for."""
SLACK = 1.05
"""Factor by which SNR and width of the echo may leave their range."""


@dataclass(frozen=True)
class MadeFor:
    """Protocol that a model was made for.

    Attributes
    ----------
    sequence : str
    tau : float
        Pulse spacing, µs.
    start, stop : float
        First and last point that the model looks at, µs after the last pulse.
    dwell : float
        Distance of measured points, µs.
    averaged : int
        Measured points per point of the model.
    record_start : float
        First measured point after the last pulse, µs.
    n_points : int
        Measured points.
    offset : float
        Distance of the carrier from the line, MHz.
    width : float
        Full width of the echo at half height, µs.
    width_low, width_high : float
        The same of 98 % of the simulated echoes of the model.
    line : str
        Shape of the line.
    line_width : float
        Full width of the line, MHz; the middle of its prior where it is a parameter.
    line_is_given : bool
        Whether it was given; otherwise it is a parameter of the model.
    kernel : str
    angles : tuple of (float, float)
        Pulse angles of each setting, degrees.
    snr_low, snr_high : float
        Signal-to-noise ratio of a measured point.
    size : str
        "quick" or "standard".
    """

    sequence: str
    tau: float
    start: float
    stop: float
    dwell: float
    averaged: int
    record_start: float
    n_points: int
    offset: float
    width: float
    width_low: float
    width_high: float
    line: str
    line_width: float
    line_is_given: bool
    kernel: str
    angles: tuple[tuple[float, float], ...]
    snr_low: float
    snr_high: float
    size: str = "quick"

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return asdict(self) | {"angles": [list(pair) for pair in self.angles]}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "MadeFor":
        """Return what :meth:`to_dict` wrote.

        Raises
        ------
        InputError
            If fields are missing or of another type.
        """
        try:
            values = {field.name: stored[field.name] for field in fields(cls)}
            values["angles"] = tuple((float(a), float(b)) for a, b in values["angles"])
            for name, value in values.items():
                kind = type(getattr(_EXAMPLE, name)) if name != "angles" else tuple
                allowed = (int, float) if kind is float else kind
                if not isinstance(value, allowed):
                    raise TypeError(f"{name} is {str(value)[:40]!r}")
            return cls(**values)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"What the model was made for cannot be read ({error}). Make the model again."
            ) from None

    @property
    def sentence(self) -> str:
        """Protocol in words."""
        angles = "; ".join(f"{a:g}°-{b:g}°" for a, b in self.angles)
        return (
            f"Made for {angles} Hahn echoes with tau {self.tau:.4g} µs, dwell {self.dwell:.4g} µs, "
            f"{self.start:.4g} to {self.stop:.4g} µs after the last pulse, a {_words(self.line)} "
            f"line of {1e3 * self.line_width:.3g} kHz and a signal-to-noise ratio of "
            f"{self.snr_low:.3g} to {self.snr_high:.3g}."
        )


_EXAMPLE = MadeFor(
    sequence="hahn_echo",
    tau=1.0,
    start=1.0,
    stop=1.0,
    dwell=1.0,
    averaged=1,
    record_start=1.0,
    n_points=1,
    offset=0.0,
    width=1.0,
    width_low=1.0,
    width_high=1.0,
    line="",
    line_width=1.0,
    line_is_given=True,
    kernel="",
    angles=(),
    snr_low=1.0,
    snr_high=1.0,
)


def _words(line: str) -> str:
    return {"gaussian": "Gaussian", "pseudo_voigt": "pseudo-Voigt"}.get(line, "Lorentzian")


def write_made_for(made_for: MadeFor, folder: Path) -> None:
    """Write ``made_for.json`` into the folder of a run."""
    write_json(folder / FILE, made_for.to_dict())


def made_for_of(run: Run) -> MadeFor | None:
    """Return what a run was made for; None for a run that was not made for a measurement."""
    if run.path is None or not (run.path / FILE).is_file():
        return None
    try:
        return MadeFor.from_dict(read_json(run.path / FILE, "protocol of a made model"))
    except (InputError, FailedError):
        return None


def made_models() -> list[tuple[Run, MadeFor]]:
    """Return the models that were made for measurements, the newest first."""
    models = []
    for entry in list_runs():
        made_for = made_for_of(entry.run) if entry.run is not None else None
        if entry.run is not None and made_for is not None:
            models.append((entry.run, made_for))
    return models


def differences(
    made_for: MadeFor,
    acquired: Acquired | Sequence[Acquired],
    echo: FoundEcho | Sequence[FoundEcho] | None = None,
) -> list[str]:
    """Return what differs between a measurement and what a model was made for.

    Parameters
    ----------
    made_for : MadeFor
        Of :func:`made_for_of`.
    acquired : Acquired or sequence of Acquired
        One per setting.
    echo : FoundEcho or sequence of FoundEcho, optional
        For width and signal-to-noise ratio.

    Returns
    -------
    list of str
        One sentence per difference, with both numbers; [] for the same protocol.
    """
    several = [acquired] if isinstance(acquired, Acquired) else list(acquired)
    echoes = [echo] if isinstance(echo, FoundEcho) else list(echo or ())
    first = several[0]
    sentences = []
    if first.sequence != made_for.sequence:
        sentences.append(
            f"The sequence is {first.sequence}; the model was made for {made_for.sequence}."
        )
    if len(several) != len(made_for.angles):
        sentences.append(
            f"{len(several)} echoes of a sample were given; the model was made for "
            f"{len(made_for.angles)}."
        )
    for one, (angle_1, angle_2) in zip(several, made_for.angles, strict=False):
        if max(abs(one.angle_1 - angle_1), abs(one.angle_2 - angle_2)) > SAME_ANGLE:
            sentences.append(
                f"The pulse angles are {one.angle_1:g}° and {one.angle_2:g}°; the model was made "
                f"for {angle_1:g}° and {angle_2:g}°."
            )
            break
    sentences += _timing(made_for, first)
    for echo in echoes:
        sentences += _of_echo(made_for, echo)
    return list(dict.fromkeys(sentences))


def _timing(made_for: MadeFor, one: Acquired) -> list[str]:
    """What differs in tau, dwell and window."""
    sentences = []
    allowed = 0.005 * made_for.tau + made_for.dwell
    if one.tau is not None and abs(one.tau - made_for.tau) > allowed:
        sentences.append(f"tau is {one.tau:.4g} µs; the model was made for {made_for.tau:.4g} µs.")
    if one.dwell and abs(one.dwell / made_for.dwell - 1) > SAME_DWELL:
        sentences.append(
            f"The dwell is {one.dwell:.4g} µs; the model was made for {made_for.dwell:.4g} µs."
        )
    if one.tau is None or one.start is None or one.stop is None or sentences:
        return sentences
    # The window about the echo: tau may differ by what is allowed
    shift = one.tau - made_for.tau
    slack = max(made_for.dwell * made_for.averaged, made_for.dwell) * 1.5
    first, last = made_for.start + shift, made_for.stop + shift
    if one.start > first + slack or one.stop < last - slack:
        sentences.append(
            f"The record covers {one.start:.4g} to {one.stop:.4g} µs after the last pulse; the "
            f"model looks at {first:.4g} to {last:.4g} µs."
        )
    return sentences


def _of_echo(made_for: MadeFor, echo: FoundEcho) -> list[str]:
    """What differs in the width of the echo and in the noise."""
    sentences = []
    if echo.snr * SLACK < made_for.snr_low:
        sentences.append(
            f"The signal-to-noise ratio is {echo.snr:.3g}; the model was made for "
            f"{made_for.snr_low:.3g} to {made_for.snr_high:.3g}."
        )
    low, high = made_for.width_low / SLACK, made_for.width_high * SLACK
    if not low <= echo.width <= high:
        sentences.append(
            f"The echo is {echo.width:.3g} µs wide, as that of a line of "
            f"{1e3 * echo.line_width:.3g} kHz; the model was made for echoes of "
            f"{made_for.width_low:.3g} to {made_for.width_high:.3g} µs."
        )
    return sentences


def find_made(
    measurements: Sequence[Measurement],
    acquired: Acquired | Sequence[Acquired],
    echoes: Sequence[FoundEcho] | None = None,
) -> Run | None:
    """Return the newest model that was made for the protocol of measurements.

    Parameters
    ----------
    measurements : sequence of Measurement
        One per setting.
    acquired : Acquired or sequence of Acquired
        What was measured.
    echoes : sequence of FoundEcho, optional
        Default: they are found.

    Returns
    -------
    Run or None
    """
    models = made_models()
    if not models:
        return None
    found = [find_echo(one) for one in measurements] if echoes is None else list(echoes)
    several = [acquired] * len(found) if isinstance(acquired, Acquired) else list(acquired)
    for run, made_for in models:
        if not differences(made_for, several, found):
            return run
    return None
