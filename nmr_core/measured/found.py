"""The echo of a measurement, found without a model: place, width, height, offset and noise.

    echo = find_echo(measurement)
    echo.time, echo.width, echo.snr, echo.offset
    print(echo.sentence)

The steps: noise from the quiet parts; candidates where the energy stands out; of these an echo
rather than a decay at the start of the record; then its top, width, offset and phase.
"""

from dataclasses import dataclass, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import MAX_POINTS, Measurement
from nmr_core.measured.centre import sharpest
from nmr_core.measured.peaks import Peak, find_peaks_of, is_narrow, narrowest, without_spikes
from nmr_core.measured.quiet import QuietParts, quiet_parts

NARROW = 3
"""Points of a decay so short that an echo of the same line may be a single point."""
STRONG = 8.0
"""Height over the noise from which the top is looked for without smoothing."""
LEAST_HEIGHT = 5.0
"""Height over the noise of an echo after a decay; a lower bump is taken for part of the decay."""
SPREAD = 2.0
"""Errors over those of a fit of the right shape."""
BETWEEN = 0.15
"""Error of a place between two points, in points."""
FAR, END, LEAST_END = 2.5, 0.3, 16
"""Distance from the echo in widths, share of the record after it, and number of points from which
the baseline is estimated again."""
LEAST_SHARE = 0.13
"""The same over the height of the decay."""
EARLY = 0.15
"""Rise over fall, in time from the first point, below which a maximum is a decay."""
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
        Approximate time of the echo on the clock of the file, µs; default: the strongest echo, or
        the decay at the start of the record if there is none.

    Returns
    -------
    FoundEcho

    Raises
    ------
    InputError
        If no peak stands out of the noise.
    """
    # Any unit of the receiver: the largest number is 1
    scale = float(np.abs(measurement.signal).max())
    scaled = replace(measurement, signal=measurement.signal / scale)
    time, raw = _uniform(scaled)
    quiet = quiet_parts(scaled)
    echo = _found(scaled, time, raw, quiet, near)
    baseline = _far_baseline(echo, time, raw, quiet)
    if baseline is not None:
        echo = _found(scaled, time, raw, replace(quiet, baseline=baseline), near)
    return replace(
        echo,
        height=echo.height * scale,
        noise=echo.noise * scale,
        baseline=echo.baseline * scale,
    )


def _found(
    measurement: Measurement,
    time: np.ndarray,
    raw: np.ndarray,
    quiet: QuietParts,
    near: float | None,
) -> FoundEcho:
    """The echo with a given baseline."""
    signal = raw - quiet.baseline
    peak, smooth = _peak(measurement, time, signal, quiet, near)
    return _described(measurement, time, smooth, quiet, peak, near)


def _far_baseline(
    echo: FoundEcho, time: np.ndarray, raw: np.ndarray, quiet: QuietParts
) -> complex | None:
    """Baseline of the end of the record, if it clearly differs from that of the quiet parts.

    A narrow line on the carrier lifts all parts of a short record, the end least.
    """
    begin = max(echo.time + FAR * echo.width, time[-1] - END * (time[-1] - echo.time))
    end = raw[(time >= begin) & (raw != 0)]
    if len(end) < LEAST_END:
        return None
    baseline = complex(np.median(end.real) + 1j * np.median(end.imag))
    error = 1.25 * quiet.noise / np.sqrt(len(end))
    return baseline if abs(baseline - quiet.baseline) > 4 * error else None


def _uniform(measurement: Measurement) -> tuple[np.ndarray, np.ndarray]:
    """Times and signal on a uniform grid; as they are if they are uniform."""
    time, signal = measurement.time, measurement.signal
    if measurement.uniform:
        return time, signal
    n_points = min(MAX_POINTS, int((time[-1] - time[0]) / measurement.step) + 1)
    grid = np.linspace(time[0], time[-1], n_points)
    real = np.interp(grid, time, signal.real)
    imag = np.interp(grid, time, signal.imag)
    return grid, real + 1j * imag


def _peak(
    measurement: Measurement,
    time: np.ndarray,
    signal: np.ndarray,
    quiet: QuietParts,
    near: float | None,
) -> tuple[Peak, np.ndarray]:
    """The strongest echo, or else the decay at the start, and the signal that shows it."""
    smooth = without_spikes(signal, quiet.noise)
    peaks = find_peaks_of(smooth, quiet.noise)
    chosen = _strongest(peaks, time, near)
    if chosen is None or (chosen.kind == "decay" and is_narrow(peaks, NARROW)):
        # A coarse record may hold a narrow echo in a single point
        single = _strongest(find_peaks_of(signal, quiet.noise), time, near)
        if single is not None and (chosen is None or single.kind == "echo"):
            return single, signal
    elif chosen.width <= NARROW and _has_spike(signal, smooth, chosen.index):
        return chosen, signal
    if chosen is None:
        highest = int(np.abs(signal).argmax())
        raise InputError(
            f"There is no echo in {measurement.name}: the highest point, at {time[highest]:.5g} "
            f"µs, is {np.abs(signal[highest]) / quiet.noise:.2g} times the noise. Check the "
            "trigger and the column, or average more scans."
        )
    return chosen, smooth


def _has_spike(signal: np.ndarray, smooth: np.ndarray, index: int) -> bool:
    """Whether a point at the top of a narrow echo was taken for a spike."""
    top = slice(max(0, index - 1), index + 2)
    return bool((np.abs(signal[top]) > np.abs(smooth[top]) * 1.5).any())


def _strongest(peaks: list[Peak], time: np.ndarray, near: float | None) -> Peak | None:
    """The strongest echo, else the strongest decay, in the narrowest window that shows it."""
    if near is not None:
        step = time[1] - time[0]
        peaks = [
            peak for peak in peaks if abs(time[peak.index] - near) <= (2 + peak.width / 2) * step
        ]
    decay = next((peak for peak in peaks if peak.kind == "decay"), None)
    echoes = (narrowest(peaks, peak) for peak in peaks if peak.kind == "echo")
    least = 0.0
    if decay is not None:
        least = max(LEAST_HEIGHT, LEAST_SHARE * narrowest(peaks, decay).height)
    echo = next((peak for peak in echoes if peak.height >= least), None)
    if echo is None and decay is not None:
        return narrowest(peaks, decay)
    return echo


def _described(
    measurement: Measurement,
    time: np.ndarray,
    smooth: np.ndarray,
    quiet: QuietParts,
    peak: Peak,
    near: float | None,
) -> FoundEcho:
    """Top, width, offset and phase of a peak."""
    step = float(time[1] - time[0])
    n = len(smooth)
    top, left, right = _half_width(smooth, peak, quiet.noise)
    is_open = left is None, right is None
    left = top - (right - top) if left is None and right is not None else left
    right = top + (top - left) if right is None and left is not None else right
    if left is None or right is None:
        left, right = 0.0, n - 1.0
    width = max(right - left, 1.0)

    # Offset, then the centre of the signal that is turned back by it
    first, last = max(0, int(top - 1.5 * width)), min(n, int(top + 1.5 * width) + 2)
    turn, turn_error = _rotation(smooth[first:last], width, quiet.noise)
    steady = smooth * np.exp(-1j * turn * (np.arange(n) - top))
    centre = sharpest(steady, top, left, right, quiet.noise)
    is_decay = near is None and centre <= EARLY * (right - centre)
    kind = "decay" if is_decay else "echo"
    centre = 0.0 if is_decay else centre
    inner = slice(max(0, int(top - width)), min(n, int(top + width) + 2))
    slope = float(np.sqrt((np.abs(np.diff(steady[inner])) ** 2).sum() / 2))
    slope = max(slope, quiet.noise)
    height = _height(np.abs(steady), top, width)
    snr = height / quiet.noise
    time_error = step * np.hypot(SPREAD * quiet.noise / slope, BETWEEN)
    at = int(np.clip(round(centre), 0, n - 1))
    value = steady[at] * np.exp(1j * turn * (at - top))
    phase = np.angle(value) + turn * (centre - at)
    return FoundEcho(
        time=float(time[0] + step * centre),
        time_error=float(time_error),
        width=float(width * step),
        height=float(height),
        snr=float(snr),
        offset=float(turn / (2 * np.pi * step)),
        offset_error=float(turn_error / (2 * np.pi * step)),
        phase=float((np.degrees(phase) + 180) % 360 - 180),
        baseline=quiet.baseline,
        noise=quiet.noise,
        kind=kind,
        line_width=float(TWO_LN2 / (np.pi * width * step)),
        at_edge=is_open[0] or is_open[1],
        name=measurement.name,
    )


def _half_width(
    signal: np.ndarray, peak: Peak, noise: float
) -> tuple[int, float | None, float | None]:
    """Highest point, and where the modulus falls to half of it; None beyond the record."""
    n = len(signal)
    power = np.abs(signal) ** 2 - 2 * noise**2
    reach = max(2, peak.width)
    first, last = max(0, peak.index - reach), min(n, peak.index + reach + 1)

    # As little smoothing as the noise allows, then as little as the width allows
    high = power[first:last].max() > (STRONG * noise) ** 2
    points = 1 if high else max(1, peak.width // 4)
    for _ in range(2):
        smooth = _running_mean(power, points)
        top = first + int(smooth[first:last].argmax())
        level = smooth[top] / 4
        left = _crossing(smooth[: top + 1][::-1], level)
        right = _crossing(smooth[top:], level)
        points = max(1, int(min(left or np.inf, right or np.inf, n) / 4))
    return top, None if left is None else top - left, None if right is None else top + right


def _running_mean(values: np.ndarray, points: int) -> np.ndarray:
    """Mean over ``points`` around each value; over fewer at the ends."""
    if points < 2:
        return values
    total = np.cumsum(np.r_[0, values])
    index = np.arange(len(values))
    first = np.clip(index - points // 2, 0, None)
    last = np.clip(index - points // 2 + points, None, len(values))
    return (total[last] - total[first]) / (last - first)


def _crossing(values: np.ndarray, level: float) -> float | None:
    """Points until ``values`` fall below ``level``; None if they do not."""
    below = values < level
    if not below.any():
        return None
    k = int(below.argmax())
    if k == 0:
        return 0.5
    return k - 1 + float((values[k - 1] - level) / (values[k - 1] - values[k]))


def _height(modulus: np.ndarray, top: int, width: float) -> float:
    """Highest modulus, averaged over a small part of the width."""
    reach = int(width / 16)
    part = modulus[max(0, top - reach) : top + reach + 1]
    return float(part.mean())


def _rotation(signal: np.ndarray, width: float, noise: float) -> tuple[float, float]:
    """Rotation per point, radians: the centroid of the spectrum, and its standard error."""
    if len(signal) < 2:
        return 0.0, np.pi
    turn = float(np.angle((signal[1:] * signal[:-1].conj()).sum()))
    index = np.arange(len(signal))
    lag = int(np.clip(width / 4, 1, len(signal) - 1))
    steady = signal * np.exp(-1j * turn * index)
    turn += float(np.angle((steady[lag:] * steady[:-lag].conj()).sum())) / lag

    weight = np.maximum(np.abs(signal) ** 2 - 2 * noise**2, 0)
    total = max(weight.sum(), noise**2)
    middle = (weight * index).sum() / total
    inertia = (weight * (index - middle) ** 2).sum() + total / 12
    return turn, float(min(np.pi, SPREAD * noise / np.sqrt(inertia)))
