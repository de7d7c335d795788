"""The spectrum of an echo."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError

ZERO_FILLINGS = (1, 2, 4, 8)
MIN_POINTS = 4


@dataclass(frozen=True)
class Window:
    """An apodisation w(u), with u = |t - origin| / max|t - origin| from 0 to 1 in the record.

    Parameters
    ----------
    name : str
        ASCII identifier, the key in ``WINDOWS``.
    label : str
        Text for menus.
    function : callable
        u -> w, arrays of the same shape; w(0) = 1.
    equation : str
        w(u) in LaTeX.
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
"""Apodisations by name, all symmetric about the origin: the phase of a symmetric echo stays."""


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
    """Spectrum of a signal in the window start <= t <= stop.

    S(f) = dt sum_k w(t_k) M(t_k) exp(+2πi f (t_k - origin))

    Parameters
    ----------
    time : float array, (n_times,)
        µs. An instant that appears twice at an end of the window counts once, on the side of the
        window.
    signal : complex array, (n_times,)
        M.
    start, stop : float
        Window, µs; it holds n_k points.
    origin : float
        Time at which all offsets are in phase, µs: the echo time, or 0 for a FID.
    window : str
        A name in ``WINDOWS``.
    zero_filling : int
        1, 2, 4 or 8 times as many points; it interpolates, the resolution stays 1/(stop - start).

    Returns
    -------
    f : float64 array, (zero_filling * n_k,)
        Frequencies, MHz, ascending and centred on 0.
    S : complex128 array, (zero_filling * n_k,)
        Spectrum, µs.

    Raises
    ------
    InputError
        For fewer than 4 points, a grid that is not uniform, an unknown window or zero filling.

    Notes
    -----
    The sign is +, because a spin at the offset delta precesses as exp(-2πi delta t): its line
    appears at f = +delta.
    """
    if window not in WINDOWS:
        raise InputError(f"window must be one of {', '.join(WINDOWS)}; got {str(window)[:40]!r}.")
    if zero_filling not in ZERO_FILLINGS:
        raise InputError(
            f"zero_filling must be one of {', '.join(map(str, ZERO_FILLINGS))}; "
            f"got {str(zero_filling)[:40]}."
        )
    t, M = _inside(np.asarray(time, dtype=float), np.asarray(signal), start, stop)
    n = int(zero_filling) * len(t)
    dt = (t[-1] - t[0]) / (len(t) - 1)
    distance = np.abs(t - origin)
    w = WINDOWS[window].function(distance / distance.max())
    f = np.fft.fftshift(np.fft.fftfreq(n, dt))
    # Sum over the points, then the phase of the first of them
    S = np.fft.fftshift(np.fft.ifft(w * M, n)) * (n * dt)
    return f, S * np.exp(2j * np.pi * f * (t[0] - origin))


def _inside(
    time: np.ndarray, signal: np.ndarray, start: float, stop: float
) -> tuple[np.ndarray, np.ndarray]:
    """The points of the window, on a uniform grid."""
    if time.ndim != 1 or time.shape != signal.shape:
        raise InputError(
            f"time and signal must be one record each, (n_times,), got {time.shape} and "
            f"{signal.shape}. Transform one curve at a time."
        )
    k = np.flatnonzero((time >= start) & (time <= stop))
    # Drop the point on the far side of a pulse at either end
    if len(k) > 1:
        k = k[int(time[k[0]] == time[k[1]]) : len(k) - int(time[k[-2]] == time[k[-1]])]
    if len(k) < MIN_POINTS:
        raise InputError(
            f"A spectrum needs {MIN_POINTS} samples or more between start = {start:g} and stop = "
            f"{stop:g} µs, got {len(k)}. Widen the window."
        )
    steps = np.diff(time[k])
    if not np.abs(steps - steps.mean()).max() <= 1e-6 * steps.mean():
        raise InputError(
            f"The samples between start = {start:g} and stop = {stop:g} µs are not evenly spaced, "
            f"got steps of {steps.min():g} to {steps.max():g} µs. Choose a window between two "
            "pulses."
        )
    return time[k], signal[k]
