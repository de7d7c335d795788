"""Steps of a preparation: options, stages of the result, and the prepared measurement."""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement

OFF = "off"
NUMBERS = ("time_zero", "echo_time", "phase", "amplitude", "dead_time", "offset")
RESAMPLING = ("average", "spline", "nearest")


class OutOfRangeError(InputError):
    """A measurement does not cover the times of the model, or is far longer.

    Another model is needed.

    Attributes
    ----------
    time_zero : float, optional
        Time zero at which that is so, µs; None if it does not depend on it.
    """

    time_zero: float | None = None


@dataclass(frozen=True)
class Steps:
    """How to prepare a measurement; each field is None (from the data), "off", or a value.

    Attributes
    ----------
    time_zero : float or "off", optional
        Time in the file, µs, that is zero of the protocol: usually the first pulse.
    echo_time : float, optional
        Time of the echo in the file, µs; another way to set ``time_zero``.
    conjugate : bool or "off", optional
        Whether to reverse the sign of Im.
    phase : float or "off", optional
        Phase of the receiver, degrees; the signal is turned back by it.
    baseline : complex or str, optional
        Value to subtract, in the unit of the file; "constant" or "linear": what to look for.
    amplitude : float or "off", optional
        Signal for M = 1, in the unit of the file; the signal is divided by it.
    dead_time : float or "off", optional
        Time after each pulse, µs, in which the receiver is blind; those points become 0.
    resample : str, optional
        "average" (local parabolas through all points, for dense measurements), "spline" (for sparse
        ones), or "nearest".
    offset : float or "off", optional
        Frequency of the line's centre from the carrier, kHz; the signal is turned back by it.

    Raises
    ------
    InputError
        For a value of another kind.
    """

    time_zero: float | str | None = None
    echo_time: float | None = None
    conjugate: bool | str | None = None
    phase: float | str | None = None
    baseline: complex | str | None = None
    amplitude: float | str | None = None
    dead_time: float | str | None = None
    resample: str | None = None
    offset: float | str | None = None

    def __post_init__(self):
        for name in NUMBERS:
            value = getattr(self, name)
            if value is None or (value == OFF and name != "echo_time"):
                continue
            if isinstance(value, bool | str | complex) or not np.isfinite(value):
                raise InputError(
                    f"{name} must be a number{'' if name == 'echo_time' else ' or off'}, got "
                    f"{str(value)[:40]!r}. Leave it out to have it found."
                )
        if self.amplitude is not None and self.amplitude != OFF and self.amplitude <= 0:
            raise InputError(
                f"amplitude must be > 0, got {self.amplitude:g}. Turn the phase by 180° instead."
            )
        if self.dead_time is not None and self.dead_time != OFF and self.dead_time < 0:
            raise InputError(
                f"dead_time must be >= 0 µs, got {self.dead_time:g}. Give how long the receiver is "
                "blind."
            )
        if self.time_zero is not None and self.echo_time is not None:
            raise InputError("time_zero and echo_time both set the time axis. Give one of them.")
        if self.conjugate not in (None, OFF, True, False):
            raise InputError(
                f"conjugate must be true, false or off, got {str(self.conjugate)[:40]!r}. Leave it "
                "out to have it found."
            )
        if self.resample not in (None, *RESAMPLING):
            raise InputError(
                f"resample must be one of {', '.join(RESAMPLING)}, got "
                f"{str(self.resample)[:40]!r}. Leave it out."
            )
        if isinstance(self.baseline, str) and self.baseline not in (OFF, "constant", "linear"):
            raise InputError(
                f"baseline must be off, constant, linear or a number, got {self.baseline[:40]!r}. "
                "Leave it out to have a constant found."
            )
        if isinstance(self.baseline, bool) or not (
            self.baseline is None or isinstance(self.baseline, str) or np.isfinite(self.baseline)
        ):
            raise InputError(
                "baseline must be a finite number. Leave it out to have a constant found."
            )


@dataclass(frozen=True)
class Stage:
    """One stage of the preparation.

    Attributes
    ----------
    name, label : str
        Key and title.
    estimate : float or complex
        Estimated from the measurement, in ``unit``; NaN where undetermined, complex for the
        baseline.
    used : float or complex
        Used value; differs from the estimate where a step is fixed, and where the estimate is
        within its error of no change.
    unit : str
    sentence : str
        Result in words.
    warning : bool
        Whether the user should check it.
    error : float
        Standard error of the estimate; NaN where unknown.
    """

    name: str
    label: str
    estimate: float | complex
    used: float | complex
    unit: str
    sentence: str
    warning: bool = False
    error: float = float("nan")


@dataclass(frozen=True, eq=False)
class Prepared:
    """A measurement at the time points of a model.

    Attributes
    ----------
    time : array (n_times,)
        After time zero of the protocol, µs.
    signal : complex64 array (n_times,)
        In units of M.
    measurement : Measurement
        As read.
    stages : list of Stage
        In order.
    snr : float
        Height of the echo over the noise of one channel of the measurement.
    sigma : float
        Noise of one channel of ``signal``, in units of M.
    echo_time : float
        After time zero of the protocol, µs.
    time_zero : float
        On the clock of the measurement, µs.
    phase : float
        Removed phase, degrees.
    amplitude : float
        Signal for M = 1, in the unit of the file.
    baseline : complex array (n,)
        Removed baseline at the times of the measurement, in the unit of the file.
    conjugated : bool
        Whether Im was reversed.
    misfit : float
        Rms residual over the expected one: about 1; above 3 the protocol differs.
    notes : list of str
        Losses of a measurement with one channel, or of magnitudes.
    offset : float
        Removed frequency, kHz.
    turn : complex array (n,), optional
        Factor of modulus 1 that removes it at the times of the measurement; None: none.
    fixed : tuple of str
        Steps that were fixed for a model whose intervals were calibrated with all of them found.
    """

    time: np.ndarray
    signal: np.ndarray
    measurement: Measurement
    stages: list[Stage]
    snr: float
    sigma: float
    echo_time: float
    time_zero: float
    phase: float
    amplitude: float
    baseline: np.ndarray
    conjugated: bool
    misfit: float
    notes: list[str] = field(default_factory=list)
    offset: float = 0.0
    turn: np.ndarray | None = None
    fixed: tuple[str, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """Sentences to read before an estimate is used."""
        return [*self.notes, *(stage.sentence for stage in self.stages if stage.warning)]

    @property
    def before(self) -> tuple[np.ndarray, np.ndarray]:
        """Times after time zero, µs, and the measurement as read."""
        return self.measurement.time - self.time_zero, self.measurement.signal

    @property
    def corrected(self) -> tuple[np.ndarray, np.ndarray]:
        """Times after time zero, µs, and the corrected signal, at all points of the measurement."""
        signal = self.measurement.signal - self.baseline
        if self.turn is not None:
            signal = signal * self.turn
        if self.conjugated:
            signal = signal.conj()
        turn = np.exp(-1j * np.radians(self.phase))
        return self.measurement.time - self.time_zero, signal * turn / self.amplitude

    def stage(self, name: str) -> Stage:
        """Return one stage by its name."""
        return next(stage for stage in self.stages if stage.name == name)
