"""The echo of a measurement, found without a model: place, width, height, offset and noise.

    echo = find_echo(measurement)
    echo.time, echo.width, echo.snr, echo.offset
    print(echo.sentence)

The steps: noise from the quiet parts; candidates where the energy stands out; of these an echo
rather than a decay at the start of the record; then its top, width, offset and phase.
"""

from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.measured.quiet import QuietParts, quiet_parts

LIMIT = 6.0
"""Height over the noise of its own smoothing from which a peak exists."""
N_WIDTHS = 12
"""Widths of smoothing that are tried."""
TWO_LN2 = 2 * np.log(2)


@dataclass(frozen=True)
class FoundEcho:
    """Highest echo of a measurement.

    Attributes
    ----------
    time, time_error : float
        Place on the clock of the file, and its standard error, µs.
    width : float
        Full width of the modulus at half height, µs.
    height : float
        Above the baseline, in the unit of the file.
    snr : float
        Height over the noise of one channel.
    offset, offset_error : float
        Frequency of rotation about the echo, and its standard error, MHz.
    phase : float
        At ``time``, degrees.
    baseline : complex
        Of the parts without echo, in the unit of the file.
    noise : float
        Standard deviation of one channel, in the unit of the file; never 0.
    kind : str
        "echo", or "decay" if the signal is highest at the start of the record.
    line_width : float
        FWHM of a Lorentzian line with an echo as wide, MHz.
    at_edge : bool
        Whether the record holds only one side of it.
    """

    time: float
    time_error: float
    width: float
    height: float
    snr: float
    offset: float
    offset_error: float
    phase: float
    baseline: complex
    noise: float
    kind: str
    line_width: float
    at_edge: bool
    name: str = "measurement"

    @property
    def sentence(self) -> str:
        """Place, width, SNR and offset in words."""
        offset = f"{1e3 * self.offset:+.3g} ± {1e3 * self.offset_error:.1g} kHz"
        if self.kind == "decay":
            what = f"The signal is highest at the start of the record, {self.time:.5g} µs"
        else:
            what = f"The echo is at {self.time:.5g} ± {self.time_error:.1g} µs of the record"
        sentence = (
            f"{what}, {self.width:.3g} µs wide (|M| at half height), with a signal-to-noise ratio "
            f"of {self.snr:.3g}, {offset} off the carrier."
        )
        if self.kind == "echo" and self.at_edge:
            sentence += " Only one side of it was recorded."
        return sentence


def find_echo(measurement: Measurement, *, near: float | None = None) -> FoundEcho:
    """Return the echo of a measurement, found without a model.

    Parameters
    ----------
    measurement : Measurement
        As read.
    near : float, optional
        Approximate time of the echo on the clock of the file, µs; default: the highest echo.

    Returns
    -------
    FoundEcho

    Raises
    ------
    InputError
        If no peak stands out of the noise.
    """
    quiet = quiet_parts(measurement)
    time = measurement.time
    step = measurement.step
    signal = np.where(quiet.blank, 0, measurement.signal - quiet.baseline)
    top, width, seen = _strongest(signal, quiet, near, time)
    if seen < LIMIT:
        raise InputError(
            f"There is no echo in {measurement.name}: the highest peak, at {time[top]:.5g} µs, is "
            f"{seen:.2g} times the noise of its own average. Check the trigger and the column, or "
            "average more scans."
        )
    return _described(measurement, signal, quiet, top, width, step)


def _widths(n: int) -> np.ndarray:
    """Widths of smoothing, in points."""
    return np.unique(np.geomspace(1, max(2, n // 4), N_WIDTHS).astype(int))


def _mean_energy(signal: np.ndarray, width: int) -> np.ndarray:
    """Mean of |s|^2 over ``width`` points around each point."""
    total = np.cumsum(np.r_[0, np.abs(signal) ** 2])
    index = np.arange(len(signal))
    first = np.clip(index - width // 2, 0, None)
    last = np.clip(index - width // 2 + width, None, len(signal))
    return (total[last] - total[first]) / (last - first)


def _strongest(
    signal: np.ndarray, quiet: QuietParts, near: float | None, time: np.ndarray
) -> tuple[int, int, float]:
    """Index of the strongest peak, the width that shows it best, and its significance."""
    best = (0, 1, -np.inf)
    for width in _widths(len(signal)):
        energy = _mean_energy(signal, width) / (2 * quiet.noise**2) - 1
        score = energy * np.sqrt(width)
        if near is not None:
            score = np.where(np.abs(time - near) <= width * (time[1] - time[0]), score, -np.inf)
        k = int(score.argmax())
        if score[k] > best[2]:
            best = (k, int(width), float(score[k]))
    return best


def _described(
    measurement: Measurement,
    signal: np.ndarray,
    quiet: QuietParts,
    top: int,
    width: int,
    step: float,
) -> FoundEcho:
    """Top, width, offset and phase of the echo about point ``top``."""
    time = measurement.time
    first, last = max(0, top - 2 * width), min(len(signal), top + 2 * width + 1)
    modulus = np.abs(signal)
    peak = first + int(modulus[first:last].argmax())
    half = 0.5 * modulus[peak]
    left = peak
    while left > 0 and modulus[left - 1] > half:
        left -= 1
    right = peak
    while right < len(signal) - 1 and modulus[right + 1] > half:
        right += 1
    fwhm = max(step, time[right] - time[left])
    at_edge = left == 0 or right == len(signal) - 1
    window = slice(max(0, left - 1), right + 2)
    part = signal[window]
    turn = (part[1:] * part[:-1].conj()).sum()
    offset = float(np.angle(turn) / (2 * np.pi * step))
    height = float(modulus[peak])
    snr = height / quiet.noise
    return FoundEcho(
        time=float(time[peak]),
        time_error=float(fwhm / snr + step / 4),
        width=float(fwhm),
        height=height,
        snr=float(snr),
        offset=offset,
        offset_error=float(1 / (2 * np.pi * fwhm * snr)),
        phase=float(np.degrees(np.angle(signal[peak]))),
        baseline=quiet.baseline,
        noise=quiet.noise,
        kind="decay" if left == 0 else "echo",
        line_width=float(TWO_LN2 / (np.pi * fwhm)),
        at_edge=bool(at_edge),
        name=measurement.name,
    )
