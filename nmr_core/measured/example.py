"""An echo to try: simulated like those of a run, then measured badly: turned, shifted, scaled, on a
slope, with noise.
"""

from dataclasses import dataclass

import numpy as np

from nmr_core.learning.run import Run
from nmr_core.measured import Target

N_POINTS = 10_000
PHASE, SHIFT, GAIN, SNR = 37.0, 12.5, 1840.0, 40.0
"""Degrees; µs by which the recorder starts too early; what it shows for M = 1; echo over the noise
of a point.
"""
OFFSET = 21 - 13j
"""Baseline, in what the recorder shows."""


@dataclass(frozen=True, eq=False)
class Example:
    """parameter.

    Attributes
    ----------
    name : str
        Of the file.
    text : bytes
        Its content, columns t_us, ch1, ch2.
    truth : dict[str, float | str]
        What was simulated, by.
    """

    name: str
    text: bytes
    truth: dict[str, float | str]


def example_echo(run: Run, target: Target, seed: int = 0) -> Example:
    """A file of 10,000 points with an echo that the run has never seen; ``target`` tells time
    points and pulses.
    """
    from nmr_core.learning.origin import fresh_signals

    parameters, signals = fresh_signals(run, 1, seed=900 + seed, effects=())
    truth = {name: parameters[name].iloc[0] for name in run.targets if name in parameters}
    rng = np.random.default_rng(seed)
    time = np.linspace(target.time[0], target.time[-1], N_POINTS)
    signal = dense(target, signals[0, 0], time)
    noise = (
        np.abs(signals[0, 0]).max()
        / SNR
        * (rng.standard_normal(N_POINTS) + 1j * rng.standard_normal(N_POINTS))
    )
    measured = (signal + noise) * GAIN * np.exp(1j * np.radians(PHASE)) + OFFSET
    table = np.column_stack([time + SHIFT, measured.real, measured.imag])
    rows = "\n".join("{:.4f},{:.3f},{:.3f}".format(*row) for row in table.tolist())
    return Example("example-echo.csv", f"t_us,ch1,ch2\n{rows}\n".encode(), truth)


def dense(target: Target, signal: np.ndarray, time: np.ndarray) -> np.ndarray:
    """A curve at other times: cubic splines between the pulses; complex (n_times,) ->
    (len(time),).
    """
    from scipy.interpolate import CubicSpline

    found = np.zeros(len(time), complex)
    piece = np.searchsorted(target.edges, time, "left")
    for number in np.unique(target.piece):
        own = target.piece == number
        found[piece == number] = CubicSpline(target.time[own], signal[own])(time[piece == number])
    return found
