"""The spectrum of an echo: what the line looks like through the interaction."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError

ZERO_FILLINGS = (1, 2, 4, 8)
MIN_POINTS = 4


@dataclass(frozen=True)
class Window:
    """An apodisation w(u) of the distance u = |t - origin| / max|t - origin|, which runs from 0 to 1 in the record.

    function : u -> w, arrays of the same shape, w(0) = 1
    equation : the same in LaTeX
    """

    name: str
    label: str
    function: Callable[[np.ndarray], np.ndarray]
    equation: str


WINDOWS: dict[str, Window] = {
    window.name: window
    for window in (
        Window("none", "none", np.ones_like, r"w = 1"),
        Window(
            "hann",
            "Hann (0 at the end)",
            lambda u: np.cos(np.pi / 2 * u) ** 2,
            r"w = \cos^2(\pi u / 2)",
        ),
        Window(
            "gaussian", "Gaussian (1 % at the end)", lambda u: 100.0 ** -(u**2), r"w = 100^{-u^2}"
        ),
        Window("exponential", "exponential (1 % at the end)", lambda u: 100.0**-u, r"w = 100^{-u}"),
    )
}
"""Apodisations by name; all are symmetric about the origin, so that they leave a symmetric echo's phase alone."""


def echo_spectrum(
    time: np.ndarray,
    signal: np.ndarray,
    start: float,
    stop: float,
    *,
    origin: float,
    window: str = "none",
    zero_filling: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """S(f) = dt sum_k w(t_k) M(t_k) exp(+2πi f (t_k - origin)) over the n_k samples with start <= t_k <= stop.

    The sign is +, because a spin at the offset delta precesses as exp(-2πi delta t): its line appears at f = +delta.

    time    : µs, (n_times,); an instant that a pulse at an end of the window doubles counts once, on the window's side
    signal  : M, complex (n_times,)
    origin  : µs, where all offsets are in phase: the echo time, or 0 for a FID
    window  : a name of WINDOWS
    zero_filling : 1, 2, 4 or 8 times as many points: only interpolation, the resolution stays 1/(stop - start)

    Returns the frequencies f, MHz, float64 (n,), ascending and centred on 0, and S, µs, complex128 (n,); n = zero_filling n_k.
    InputError : fewer than 4 samples, a grid that is not uniform, an unknown window or zero filling.
    """
    if window not in WINDOWS:
        raise InputError(f"window must be one of {', '.join(WINDOWS)}; got {str(window)[:40]!r}.")
    if zero_filling not in ZERO_FILLINGS:
        raise InputError(
            f"zero_filling must be one of {', '.join(map(str, ZERO_FILLINGS))}; got {str(zero_filling)[:40]}."
        )
    t, M = _inside(np.asarray(time, dtype=float), np.asarray(signal), start, stop)
    n, dt = int(zero_filling) * len(t), (t[-1] - t[0]) / (len(t) - 1)
    away = np.abs(t - origin)
    w = WINDOWS[window].function(away / away.max())
    f = np.fft.fftshift(np.fft.fftfreq(n, dt))
    S = np.fft.fftshift(np.fft.ifft(w * M, n)) * (n * dt) * np.exp(2j * np.pi * f * (t[0] - origin))
    return f, S


def _inside(
    time: np.ndarray, signal: np.ndarray, start: float, stop: float
) -> tuple[np.ndarray, np.ndarray]:
    """The samples of the window, on a uniform grid."""
    if time.ndim != 1 or time.shape != signal.shape:
        raise InputError(
            f"time and signal must be one record each, (n_times,), got {time.shape} and {signal.shape}. "
            "Transform one curve at a time."
        )
    k = np.flatnonzero((time >= start) & (time <= stop))
    if len(k) > 1:
        k = k[int(time[k[0]] == time[k[1]]) : len(k) - int(time[k[-2]] == time[k[-1]])]
    if len(k) < MIN_POINTS:
        raise InputError(
            f"A spectrum needs {MIN_POINTS} samples or more between start = {start:g} and stop = {stop:g} µs, "
            f"got {len(k)}. Widen the window."
        )
    steps = np.diff(time[k])
    if not np.abs(steps - steps.mean()).max() <= 1e-6 * steps.mean():
        raise InputError(
            f"The samples between start = {start:g} and stop = {stop:g} µs are not evenly spaced, got steps of "
            f"{steps.min():g} to {steps.max():g} µs. Choose a window between two pulses."
        )
    return time[k], signal[k]
