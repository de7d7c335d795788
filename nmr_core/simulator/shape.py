"""The shape of an echo in four numbers: how high, when, how wide and how lopsided."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.errors import InputError


@dataclass(frozen=True)
class EchoShape:
    """What one reads off an echo with a ruler; floats, or float64 (n_curves,).

    height    : largest |M| of the window, per spin
    time      : µs, the sample at which |M| has this height
    width     : a + b in µs, with a before and b after ``time`` at half height; NaN where a side stays above it
    asymmetry : (b - a)/(b + a): 0 for a symmetric echo, positive for a long tail; NaN with the width
    """

    height: Any
    time: Any
    width: Any
    asymmetry: Any


def echo_shape(time: np.ndarray, signals: np.ndarray, start: float, stop: float) -> EchoShape:
    """Shape of |M(t)| among the samples with start <= t <= stop.

    time    : µs, (n_times,), not decreasing; an instant may appear twice, as with record "all"
    signals : M or |M|, (n_times,) for an EchoShape of floats, or (n_curves, n_times) for one of arrays
    start, stop : µs; half height is looked for between them only, by linear interpolation

    InputError : no sample in the window, or shapes that do not fit.
    """
    time, signals = np.asarray(time, dtype=float), np.asarray(signals)
    if signals.ndim not in (1, 2) or time.shape != signals.shape[-1:]:
        raise InputError(
            f"signals must be (n_times,) or (n_curves, n_times) with the {time.size} points of time, "
            f"got {signals.shape}. Pass the time of the same protocol."
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
    return (
        EchoShape(*values)
        if signals.ndim == 2
        else EchoShape(*(float(value[0]) for value in values))
    )


def _half_width(t: np.ndarray, y: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """From each peak on to where |M| first falls to its half, µs, (n_curves,); NaN where it does not."""
    curve = np.arange(len(y))
    half = y[curve, peak] / 2
    low = (y <= half[:, None]) & (np.arange(len(t)) > peak[:, None]) & (half[:, None] > 0)
    k = low.argmax(axis=1)
    found = low[curve, k]
    c, k = curve[found], k[found]
    above, below = y[c, k - 1], y[c, k]
    width = np.full(len(y), np.nan)
    width[found] = (
        t[k - 1] + (above - half[found]) / (above - below) * (t[k] - t[k - 1]) - t[peak[found]]
    )
    return width
