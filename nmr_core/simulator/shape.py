"""The shape of an echo in four numbers: height, time, width and asymmetry."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.errors import InputError


@dataclass(frozen=True)
class EchoShape:
    """Height, time, width and asymmetry of echoes; floats, or float64 arrays (n_curves,).

    Attributes
    ----------
    height : float
        Largest |M| in the window, per spin.
    time : float
        Time of that point, µs.
    width : float
        Full width at half height, a + b with a before and b after ``time``, µs; NaN if |M| does
        not fall to half height on one side.
    asymmetry : float
        (b - a)/(b + a): 0 for a symmetric echo, positive for a long tail; NaN with the width.
    """

    height: Any
    time: Any
    width: Any
    asymmetry: Any


def echo_shape(time: np.ndarray, signals: np.ndarray, start: float, stop: float) -> EchoShape:
    """Shape of |M(t)| in the window start <= t <= stop.

    Parameters
    ----------
    time : float array, (n_times,)
        µs, not decreasing; an instant may appear twice, as with record "all".
    signals : array, (n_times,) or (n_curves, n_times)
        M or |M|.
    start, stop : float
        Window, µs.

    Returns
    -------
    EchoShape
        Of floats for one curve, of arrays (n_curves,) for several. Half height is found by linear
        interpolation.

    Raises
    ------
    InputError
        If no point lies in the window, or the shapes do not fit.
    """
    time, signals = np.asarray(time, dtype=float), np.asarray(signals)
    if signals.ndim not in (1, 2) or time.shape != signals.shape[-1:]:
        raise InputError(
            f"signals must be (n_times,) or (n_curves, n_times) with the {time.size} points of "
            f"time, got {signals.shape}. Pass the time of the same protocol."
        )
    inside = (time >= start) & (time <= stop)
    if not inside.any():
        raise InputError(
            f"No sample lies between start = {start:g} and stop = {stop:g} µs; the record covers "
            f"{time.min(initial=0):g} to {time.max(initial=0):g} µs. Move the window into it."
        )
    t, y = time[inside], np.atleast_2d(np.abs(signals[..., inside])).astype(float)
    peak = y.argmax(axis=1)
    height = y.max(axis=1)
    before = _half_width(-t[::-1], y[:, ::-1], len(t) - 1 - peak)
    after = _half_width(t, y, peak)
    width = before + after
    asymmetry = np.divide(after - before, width, out=np.full_like(width, np.nan), where=width > 0)
    values = (height, t[peak], width, asymmetry)
    if signals.ndim == 1:
        return EchoShape(*(float(value[0]) for value in values))
    return EchoShape(*values)


def _half_width(t: np.ndarray, y: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Time from each peak to where |M| first falls to half of it, µs, (n_curves,), or NaN."""
    curve = np.arange(len(y))
    half = y[curve, peak] / 2
    # First point after the peak at or below half height, of the curves that have one
    low = (y <= half[:, None]) & (np.arange(len(t)) > peak[:, None]) & (half[:, None] > 0)
    k = low.argmax(axis=1)
    falls = low[curve, k]
    c, k = curve[falls], k[falls]
    # Linear interpolation between that point and the one before
    above, below = y[c, k - 1], y[c, k]
    fraction = (above - half[falls]) / (above - below)
    width = np.full(len(y), np.nan)
    width[falls] = t[k - 1] + fraction * (t[k] - t[k - 1]) - t[peak[falls]]
    return width
