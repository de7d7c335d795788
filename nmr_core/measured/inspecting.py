"""Properties of a measurement by itself: noise, highest point, saturation and blind stretches."""

from dataclasses import dataclass

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.measured.target import Target

TAIL = 0.2
"""Share of the measurement at its end from which noise is estimated."""
MAD_TO_SD = 0.6745
"""Median absolute value of a standard normal variable."""
AVERAGED = 5
"""Points that are averaged where the highest point is looked for."""
LEAST = 1e-9
"""Least noise over the highest modulus: no digitiser is better."""
FLAT_RUN = 4
"""Neighbouring points at the extreme value that make a flat top."""
FLAT_POINTS = 5
"""Points in all at the extreme value that make a flat top."""
BLIND_RUN = 4
"""Neighbouring points of exactly 0 that a receiver records while it is off."""


def noise(measurement: Measurement, step: float) -> float:
    """Return the noise of one channel, in the unit of the file.

    Parameters
    ----------
    measurement : Measurement
        As read.
    step : float
        Lag of the differences, µs. A filter does not bias the estimate as long as its memory is
        shorter.

    Notes
    -----
    From third differences in the tail of the measurement, see :func:`scatter`. A smooth signal
    hardly contributes: a component of 0.1 MHz 1 % at a lag of 0.318 µs. Exact zeros at the end do
    not count, and a signal without any noise has that of its rounding.
    """
    signal = _before_zeros(measurement.signal)
    lag = max(1, round(step / measurement.step))
    n_tail = max(int(TAIL * len(signal)), min(len(signal), 8 * lag))
    tail = signal[-n_tail:]
    longest_lag = max(1, (len(tail) - 1) // 3)
    one_channel = measurement.real_only or measurement.magnitude
    least = LEAST * float(np.abs(signal).max())
    return max(scatter(tail, min(lag, longest_lag), one_channel), least)


def _before_zeros(signal: np.ndarray) -> np.ndarray:
    """The signal without the exact zeros at its end, which were not measured."""
    filled = np.flatnonzero(signal)
    n = int(filled[-1]) + 1 if len(filled) else len(signal)
    return signal[:n] if len(signal) - n >= BLIND_RUN else signal


def scatter(signal: np.ndarray, lag: int, real_only: bool = False) -> float:
    """Return a robust standard deviation of the noise of one channel.

    Parameters
    ----------
    signal : complex array (n_times,)
        Measured or simulated signal.
    lag : int
        Points between the terms of a difference.
    real_only : bool
        Whether the imaginary part holds no noise.

    Returns
    -------
    float
        0 for a signal of at most 3 ``lag`` points.

    Notes
    -----
    d_i = s_(i+3l) - 3 s_(i+2l) + 3 s_(i+l) - s_i has the variance 20 sigma^2 for white noise. Its
    median absolute value is hardly changed by a few spikes.
    """
    if len(signal) <= 3 * lag:
        return 0.0
    first, second, third, fourth = (
        signal[: -3 * lag],
        signal[lag : -2 * lag],
        signal[2 * lag : -lag],
        signal[3 * lag :],
    )
    difference = fourth - 3 * third + 3 * second - first
    values = difference.real
    if not real_only:
        values = np.concatenate([difference.real, difference.imag])
    size = np.median(np.abs(values)) / MAD_TO_SD
    return float(size if size > 0 else values.std()) / np.sqrt(20)


def centred(signal: np.ndarray) -> np.ndarray:
    """Return a signal less the median of each channel."""
    return signal - np.median(signal.real) - 1j * np.median(signal.imag)


def smoothed_peak(measurement: Measurement) -> float:
    """Return the highest modulus above the baseline, averaged over a few points."""
    return float(_smooth_modulus(measurement).max())


def peak_time(measurement: Measurement) -> float:
    """Return the time of :func:`smoothed_peak`, µs."""
    return float(measurement.time[_smooth_modulus(measurement).argmax()])


def _smooth_modulus(measurement: Measurement) -> np.ndarray:
    window = np.full(AVERAGED, 1 / AVERAGED)
    return np.abs(np.convolve(centred(measurement.signal), window, "same"))


@dataclass(frozen=True)
class FlatTop:
    """Saturation of the digitiser.

    Attributes
    ----------
    channel : str
        "Re" or "Im".
    level : float
        In the unit of the file.
    n_points : int
    start, stop : float
        First and last time, µs.
    """

    channel: str
    level: float
    n_points: int
    start: float
    stop: float


def flat_tops(measurement: Measurement) -> list[FlatTop]:
    """Return runs of the same extreme value that begin with a jump.

    Coarse digitisation alone also repeats extreme values, but without a jump beside them.
    """
    tops = []
    for channel, values in (("Re", measurement.signal.real), ("Im", measurement.signal.imag)):
        differences = np.abs(np.diff(values))
        if not differences.any():
            continue
        quantum = differences[differences > 0].min()
        tolerance = 1e-9 * np.abs(values).max()
        for level in (values.max(), values.min()):
            flat = np.abs(values - level) <= tolerance
            if not level or flat.sum() < FLAT_POINTS or _longest_run(flat) < FLAT_RUN:
                continue
            if _jump(values, flat) <= 1.5 * quantum:
                continue
            times = measurement.time[flat]
            n_points = int(flat.sum())
            tops.append(FlatTop(channel, float(level), n_points, float(times[0]), float(times[-1])))
    return tops


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First index of each run of True, and the index after its last."""
    changes = np.flatnonzero(np.diff(np.r_[0, mask.astype(int), 0]))
    return changes[::2], changes[1::2]


def _longest_run(mask: np.ndarray) -> int:
    starts, stops = _runs(mask)
    return int((stops - starts).max(initial=0))


def _jump(values: np.ndarray, flat: np.ndarray) -> float:
    """Median distance from the level of the points beside the flat runs."""
    left = np.r_[flat[1:], False]
    right = np.r_[False, flat[:-1]]
    beside = (left | right) & ~flat
    if not beside.any():
        return np.inf
    level = values[flat][0]
    return float(np.median(np.abs(values[beside] - level)))


def blind_stretches(measurement: Measurement) -> list[tuple[float, float]]:
    """Return first and last time, µs, of each run of points that are exactly 0."""
    starts, stops = _runs(measurement.signal == 0)
    return [
        (float(measurement.time[start]), float(measurement.time[stop - 1]))
        for start, stop in zip(starts, stops, strict=True)
        if stop - start >= BLIND_RUN
    ]


def blind_time(measurements: list[Measurement], target: Target, zero: float) -> float:
    """Return the longest blind stretch that begins with a pulse, µs; 0 if there is none.

    Parameters
    ----------
    measurements : list of Measurement
        One per setting of a sample.
    target : Target
        With the pulses of the protocol.
    zero : float
        Time zero on the clock of the measurements, µs.
    """
    longest = 0.0
    for measurement in measurements:
        tolerance = 2 * max(target.step, measurement.step)
        for start, stop in blind_stretches(measurement):
            pulses = [
                pulse + zero
                for pulse in target.pulse_times
                if abs(start - pulse - zero) <= tolerance
            ]
            if pulses:
                longest = max(longest, stop + measurement.step - pulses[0])
    return longest
