"""What a made model was made for, stored beside its run.

runs/<id>/made_for.json
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from nmr_core.errors import FailedError, InputError
from nmr_core.learning.run import Run
from nmr_core.storage.files import read_json, write_json

FILE = "made_for.json"


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


def read_made_for(run: Run) -> MadeFor | None:
    """Return what a run was made for; None for a run that was not made for a measurement.

    Raises
    ------
    InputError, FailedError
        If it cannot be read.
    """
    if run.path is None or not (run.path / FILE).is_file():
        return None
    return MadeFor.from_dict(read_json(run.path / FILE, "protocol of a made model"))


def made_for_of(run: Run) -> MadeFor | None:
    """Return what a run was made for; None without, and for a damaged file."""
    try:
        return read_made_for(run)
    except (InputError, FailedError):
        return None
