"""An example of a measured echo: simulated like those of a run, then turned, shifted and scaled."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nmr_core.io.measurement import Measurement
from nmr_core.learning.run import Run
from nmr_core.measured.reading import read_measurements
from nmr_core.measured.target import Target

N_POINTS = 10_000
PHASE = 37.0
"""Degrees."""
SHIFT = 12.5
"""µs from the start of the recording to time zero of the protocol."""
GAIN = 1840.0
"""Recorded signal for M = 1."""
SNR = 40.0
"""Highest point over the noise of one channel."""
OFFSET = 21 - 13j
"""Baseline, in the recorded unit."""
FIRST_SEED = 900
"""Seed of the sample of example 0."""


@dataclass(frozen=True, eq=False)
class Example:
    """A text file with one measured echo.

    Attributes
    ----------
    name : str
        Of the file.
    text : bytes
        Columns t_us, ch1, ch2.
    truth : dict of str to float or str
        Simulated value of each target of the run.
    """

    name: str
    text: bytes
    truth: dict[str, float | str]

    def read(self) -> list[Measurement]:
        """Return what :func:`nmr_core.measured.read_measurements` reads from the file."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / self.name
            path.write_bytes(self.text)
            return read_measurements(path)


def example_echo(run: Run, target: Target, seed: int = 0) -> Example:
    """Return an example of a measured echo that was not among the training data.

    Parameters
    ----------
    run : Run
        Of a preset with one setting.
    target : Target
        Of the run.
    seed : int
        Of the random streams.
    """
    from nmr_core.learning.origin import fresh_signals

    parameters, signals = fresh_signals(run, 1, seed=FIRST_SEED + seed, effects=())
    signal = signals[0, 0]
    truth = {name: parameters[name].iloc[0] for name in run.targets if name in parameters}

    random = np.random.default_rng(seed)
    time = np.linspace(target.time[0], target.time[-1], N_POINTS)
    sigma = np.abs(signal).max() / SNR
    noise = random.standard_normal(N_POINTS) + 1j * random.standard_normal(N_POINTS)
    turn = GAIN * np.exp(1j * np.radians(PHASE))
    recorded = (interpolate(target, signal, time) + sigma * noise) * turn + OFFSET

    table = np.column_stack([time + SHIFT, recorded.real, recorded.imag])
    rows = "\n".join("{:.4f},{:.3f},{:.3f}".format(*row) for row in table.tolist())
    return Example("example-echo.csv", f"t_us,ch1,ch2\n{rows}\n".encode(), truth)


def interpolate(target: Target, signal: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return a signal at other times, by cubic splines between the pulses.

    Parameters
    ----------
    target : Target
        Time points and typical signals of the model.
    signal : complex array (n_times,)
        At the time points of the target.
    time : array (n,)
        µs.

    Returns
    -------
    complex array (n,)
    """
    from scipy.interpolate import CubicSpline

    values = np.zeros(len(time), complex)
    piece = np.searchsorted(target.edges, time, "left")
    for number in np.unique(target.piece):
        own = target.piece == number
        spline = CubicSpline(target.time[own], signal[own])
        values[piece == number] = spline(time[piece == number])
    return values
