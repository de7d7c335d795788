"""Echo of a fixed size and phase."""

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect, effect, number
from nmr_core.effects.strengths import Ladder

HEIGHT = 0.5
"""|M| of an echo of all spins."""


@effect
class EchoScaled(Effect):
    """Signal divided by its echo, as a measurement in unknown units is.

    M(t)/(2 E), E = Σ w(t) M(t) / Σ w(t), w(t) = exp(-(t - e)²/(2 width²))

    e is the time of the echo. The mean over the echo is then 1/2 and real. One E per sample, that
    of its first acquisition: sizes and phases of the others relative to it are kept. Nothing is
    drawn; it is the last of all effects.

    Parameters
    ----------
    width : float
        Standard deviation of the weights w in µs; 0 to leave signals as they are.

    Notes
    -----
    What a spectrometer records has an arbitrary gain and phase. Signals of training and of
    measurement go through the same function, :func:`echo_scaled`.
    """

    name = "echo_scaled"
    label = "Echo scaled to 1/2"
    keeps_symmetry = False
    needs_pulses = True
    ladder = Ladder("width", (0.1, 0.3, 1, 3, 10), by_default=False)
    random_strength = None

    width: float = number(
        "w", "µs", 0, 10_000, 1.0, "Width of the mean around the echo, standard deviation."
    )

    def change(self, context: Context, signals: np.ndarray, draws: np.ndarray):
        if not self.width:
            return signals
        echo_time = context.echo_time
        if echo_time is None:
            echo_time = np.mean(context.time[[0, -1]])
        return echo_scaled(signals, context.time, echo_time=float(echo_time), width=self.width)


def echo_mean(
    signals: np.ndarray, time: np.ndarray, *, echo_time: float, width: float
) -> np.ndarray:
    """Weighted mean of signals around the echo.

    Parameters
    ----------
    signals : complex array, (..., n_times)
        M.
    time : float array, (n_times,)
        µs.
    echo_time : float
        Time of the echo, µs.
    width : float
        Standard deviation of the weights, µs, > 0.

    Returns
    -------
    complex128 array, (...)
        E = Σ w M / Σ w with w = exp(-(t - echo_time)²/(2 width²)).
    """
    exponent = -0.5 * ((np.asarray(time, dtype=float) - echo_time) / width) ** 2
    # Relative to the point next to the echo, whose weight is never too small to be a number
    weights = np.exp(exponent - exponent.max())
    weights /= weights.sum()
    re = (signals.real * weights).sum(-1)
    im = (signals.imag * weights).sum(-1)
    return re + 1j * im


def echo_scaled(
    signals: np.ndarray, time: np.ndarray, *, echo_time: float, width: float
) -> np.ndarray:
    """Signals divided by size and phase of the echo of their first acquisition.

    Parameters
    ----------
    signals : complex array, (n_samples, n_settings, n_times)
        Not changed.
    time : float array, (n_times,)
        µs.
    echo_time : float
        Time of the echo, µs.
    width : float
        Standard deviation of the weights of :func:`echo_mean`, µs, > 0.

    Returns
    -------
    complex array, (n_samples, n_settings, n_times)
        Of the type of ``signals``; :func:`echo_mean` of the first acquisition is 1/2. A sample
        without any signal there stays as it is.
    """
    mean = echo_mean(signals[:, 0], time, echo_time=echo_time, width=width)
    power = mean.real**2 + mean.imag**2
    # HEIGHT/E = HEIGHT conj(E)/|E|²
    is_zero = power < np.finfo(np.float32).tiny
    scale = np.where(is_zero, 0.0, HEIGHT / np.where(is_zero, 1.0, power))
    real = signals.real.dtype
    a = np.where(is_zero, 1.0, mean.real * scale).astype(real)[:, None, None]
    b = np.where(is_zero, 0.0, -mean.imag * scale).astype(real)[:, None, None]
    # M (a + i b), in parts: the last bit does not depend on the number of samples
    scaled = np.empty_like(signals)
    scaled.real = signals.real * a - signals.imag * b
    scaled.imag = signals.real * b + signals.imag * a
    return scaled
