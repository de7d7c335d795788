"""The centre of an echo: the time at which the spins refocus.

Spins far off resonance are hardly changed by the coupling and refocus at 2 tau, so that the echo
ends its change there most sharply: for a Lorentzian line in a cusp. The curvature of the signal,
smoothed as little as the noise allows, is highest at that time also where the coupling has moved
the highest point of the modulus.
"""

import numpy as np
from scipy.signal import find_peaks

SCALES = (0.1, 0.15, 0.25, 0.4)
"""Standard deviations of the smoothing, in widths of the echo."""
LEAST = 0.6
"""Least standard deviation of the smoothing, in points."""
CLEAR = 10.0
"""Highest curvature over its noise from which a smoothing is enough."""
ZERO = 0.3
"""Share of two maxima below which the modulus between them passes through zero."""
SAME = 0.9
"""Share of two maxima from which the modulus between them does not dip."""
LAST = 0.6
"""Share of the highest curvature from which a later maximum is the centre."""


def sharpest(signal: np.ndarray, top: int, left: float, right: float, noise: float) -> float:
    """Return the centre of an echo, in points.

    Parameters
    ----------
    signal : complex array (n,)
        Less its baseline, and turned back by its offset.
    top : int
        Point of the highest modulus.
    left, right : float
        Where the modulus falls to half of it, in points.
    noise : float
        Of one channel.
    """
    n = len(signal)
    width = max(1.0, right - left)
    reach = int(width / 4)
    near = slice(max(0, top - reach), min(n, top + reach + 1))
    for scale in SCALES:
        sd = max(scale * width, LEAST)
        curvature, sd_of_noise = _curvature(signal, sd, noise)
        highest = float(curvature[near].max())
        if highest >= CLEAR * sd_of_noise:
            break
    else:
        return float(top)

    # Later maxima of the same echo
    modulus = np.abs(signal)
    k = near.start + int((curvature * modulus)[near].argmax())
    stop = min(n, int(right + 2 * width) + 2)
    part = np.r_[curvature[k:stop], 0]
    highest = float(part.max())
    maxima, _ = find_peaks(part, prominence=0.5 * LAST * highest, height=LAST * highest)
    for later in k + maxima:
        if _is_same_echo(modulus[k : later + 1]):
            k = int(later)
    return k + _vertex(curvature, k, max(1, round(sd)))


def _is_same_echo(modulus: np.ndarray) -> bool:
    """Whether the modulus passes through zero between its ends, or does not dip.

    Coupling lets the signal oscillate before it refocuses; a beat of two lines only dips.
    """
    low = modulus.min()
    ends = min(modulus[0], modulus[-1])
    return bool(low <= ZERO * ends or low >= SAME * ends)


def _curvature(signal: np.ndarray, sd: float, noise: float) -> tuple[np.ndarray, float]:
    """Smoothed curvature of the signal towards zero, and the noise of it."""
    reach = min(int(4 * sd) + 1, (len(signal) - 1) // 2)
    u = np.arange(-reach, reach + 1) / sd
    weights = (1 - u**2) * np.exp(-(u**2) / 2)
    weights -= weights.mean()
    # Beyond its ends the signal goes on straight, without curvature
    padded = np.pad(signal, reach, mode="reflect", reflect_type="odd")
    bend = np.convolve(padded, weights, "valid")
    # Only what bends towards zero: a dip between two maxima bends away from it
    direction = np.where(signal == 0, 1, signal / np.maximum(np.abs(signal), 1e-300))
    curvature = np.maximum((bend * direction.conj()).real, 0)
    return curvature, float(noise * np.sqrt((weights**2).sum()))


def _vertex(values: np.ndarray, k: int, step: int) -> float:
    """Distance of the vertex of the parabola about point ``k`` from it, in points."""
    if not step <= k < len(values) - step:
        return 0.0
    before, here, after = values[k - step], values[k], values[k + step]
    bend = before - 2 * here + after
    if bend >= 0:
        return 0.0
    return float(np.clip((before - after) / (2 * bend), -1, 1) * step)
