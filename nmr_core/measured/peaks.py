"""Where the energy of a measurement stands out of the noise: echoes, and a decay at its start.

The energy is averaged over windows of several widths. An echo is a maximum inside the record that
rises and falls by a fair share of its height; a decay is highest at the first point. A spike is one
point that its neighbours do not share.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

LIMIT = 16.0
"""Logarithm of the odds against noise, beyond that of the number of points, of a peak."""
N_WIDTHS = 14
"""Widths of the windows."""
PROMINENT = 0.35
"""Share of its height by which an echo rises above both sides."""
HIGH, PROMINENT_IF_HIGH = 0.5, 0.12
"""The same for maxima that reach a share of the highest amplitude."""
NEARLY = 0.4
"""Share of its strength that a peak keeps in a narrower window at the same place."""
SPIKE = 8.0
"""Height of a spike over the noise."""
SHARED = 0.25
"""Share of a spike that its neighbours reach at most."""


@dataclass(frozen=True)
class Peak:
    """A maximum of the energy.

    Attributes
    ----------
    index : int
        Point.
    width : int
        Points of the window that shows it best.
    strength : float
        Energy beyond that of the noise, over the scatter of the noise's energy.
    kind : str
        "echo" or "decay".
    """

    index: int
    width: int
    strength: float
    kind: str

    @property
    def height(self) -> float:
        """Root mean square of the signal in the window, over the noise of one channel."""
        return float(np.sqrt(2 * self.strength / np.sqrt(self.width)))


def without_spikes(signal: np.ndarray, noise: float) -> np.ndarray:
    """Return a signal whose spikes are replaced by the mean of their neighbours.

    Parameters
    ----------
    signal : complex array (n,)
        Less its baseline.
    noise : float
        Of one channel.
    """
    n = len(signal)
    if n < 8:
        return signal
    padded = np.concatenate([signal[2:0:-1], signal, signal[-2:-4:-1]])
    beside = np.stack([padded[0:n], padded[1 : n + 1], padded[3 : n + 3], padded[4 : n + 4]])
    middle = np.median(beside.real, axis=0) + 1j * np.median(beside.imag, axis=0)
    spread = np.abs(beside - middle).max(axis=0)
    above = np.abs(signal - middle)
    spiky = (above > SPIKE * noise) & (spread < np.maximum(SHARED * above, 3 * noise))
    result = np.where(spiky, middle, signal)
    # At the ends the neighbours are on one side, and a spike stands alone
    for end, indices in ((0, [1, 2, 3]), (1, [2, 3, 4]), (-1, [-2, -3, -4]), (-2, [-3, -4, -5])):
        others = signal[indices]
        alone = np.abs(others).max() < max(SHARED * abs(signal[end]), 3 * noise)
        is_spike = alone and abs(signal[end]) > SPIKE * noise
        result[end] = np.mean(others) if is_spike else signal[end]
    return result


def find_peaks_of(signal: np.ndarray, noise: float) -> list[Peak]:
    """Return the peaks of a signal, the strongest first.

    Parameters
    ----------
    signal : complex array (n,)
        Less its baseline.
    noise : float
        Of one channel.
    """
    n = len(signal)
    peaks: list[Peak] = []
    total = np.cumsum(np.r_[0, np.abs(signal) ** 2 / (2 * noise**2)])
    sums = np.cumsum(np.r_[0, signal / (np.sqrt(2) * noise)])
    index = np.arange(n)
    for width in np.unique(np.geomspace(1, max(2, n // 3), N_WIDTHS).astype(int)):
        first = np.clip(index - width // 2, 0, None)
        last = np.clip(index - width // 2 + width, None, n)
        count = last - first
        energy = (total[last] - total[first]) / count
        coherent = np.abs(sums[last] - sums[first]) ** 2 / count
        evidence = np.maximum(count * _surprise(energy), coherent)
        clear = evidence >= LIMIT + np.log(n)
        if clear.any():
            excess = np.maximum(energy - 1, coherent / count - 1 / count)
            peaks += _peaks_at(np.maximum(excess, 0), clear, int(width))
    return sorted(peaks, key=lambda peak: -peak.strength)


def is_narrow(peaks: list[Peak], points: int) -> bool:
    """Return whether every strong peak shows best in a window of at most ``points``."""
    return all(
        peak.width <= points for peak in peaks if peak.strength >= NEARLY * peaks[0].strength
    )


def narrowest(peaks: list[Peak], peak: Peak) -> Peak:
    """Return the peak of the narrowest window at the same place that shows it nearly as well."""
    least = NEARLY * peak.strength
    for other in sorted(peaks, key=lambda one: -one.width):
        is_narrower = other.kind == peak.kind and other.width < peak.width
        is_near = abs(other.index - peak.index) <= peak.width / 2 + 1
        if is_narrower and is_near and other.strength >= least:
            peak = other
    return peak


def _surprise(energy: np.ndarray) -> np.ndarray:
    """Logarithm of the odds, per point, of a mean energy of noise whose mean is 1."""
    energy = np.maximum(energy, 1)
    return energy - 1 - np.log(energy)


def _peaks_at(excess: np.ndarray, clear: np.ndarray, width: int) -> list[Peak]:
    """Peaks of the energy averaged over ``width`` points."""
    amplitude = np.sqrt(excess)
    strength = excess * np.sqrt(width)
    floor = 0.05 * float(amplitude.max())
    tops, about = find_peaks(amplitude, height=max(floor, 1e-12), prominence=floor)
    is_high = amplitude[tops] >= HIGH * amplitude.max()
    share = np.where(is_high, PROMINENT_IF_HIGH, PROMINENT)
    inside = tops[clear[tops] & (about["prominences"] >= share * amplitude[tops])]
    peaks = [Peak(int(top), width, float(strength[top]), "echo") for top in inside]
    if clear[0] and amplitude[0] >= amplitude[: 2 * width].max():
        peaks.append(Peak(0, width, float(strength[0]), "decay"))
    end = len(amplitude) - 1
    if clear[end] and amplitude[end] >= amplitude[-2 * width :].max():
        peaks.append(Peak(end, width, float(strength[end]), "echo"))
    return peaks
