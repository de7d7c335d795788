"""One echo in double precision, and a movie of the lattice."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.noise import with_noise
from nmr_core.simulator.offsets import Seed, checked_offsets, draw_offsets
from nmr_core.simulator.shape import EchoShape, echo_shape


@dataclass(frozen=True)
class Echo:
    """A simulated echo.

    Attributes
    ----------
    time : float64 array, (n_times,)
        µs.
    signal : complex128 array, (n_times,)
        M = (1/N) sum_i (m_x + i m_y), with |M| <= 1/2 except for noise.
    mz : float64 array, (n_times,)
        (1/N) sum_i m_z.
    experiment : Experiment
    """

    time: np.ndarray
    signal: np.ndarray
    mz: np.ndarray
    experiment: Experiment

    @property
    def shape(self) -> EchoShape:
        """Height, time, width and asymmetry of the first echo."""
        return echo_shape(self.time, self.signal, *self.experiment.protocol.echo_window)

    @property
    def peak(self) -> tuple[float, float]:
        """Maximum of the first echo, (time in µs, |M|), in the ``echo_window`` of the protocol."""
        shape = self.shape
        return float(shape.time), float(shape.height)


@dataclass(frozen=True)
class Movie:
    """Snapshots of all spins.

    Attributes
    ----------
    time : float64 array, (n_frames,)
        µs.
    m : complex64 array, (n_frames, n_x, n_y)
        m_x + i m_y of every spin.
    mz : float32 array, (n_frames, n_x, n_y)
        m_z of every spin.
    experiment : Experiment
    """

    time: np.ndarray
    m: np.ndarray
    mz: np.ndarray
    experiment: Experiment


def simulate(
    experiment: Experiment,
    *,
    seed: Seed = 0,
    offsets: np.ndarray | None = None,
    dtype: str = "float64",
    setting: int = 0,
) -> Echo:
    """Simulate the echo of one experiment.

    Parameters
    ----------
    experiment : Experiment
        Material, sample and protocol.
    seed : int or list of int
        Seed of offsets and noise; [seed of a data set, index of a sample, 1] repeats that sample.
    offsets : float array, (n_x, n_y), optional
        Explicit offsets in MHz, in place of drawn ones.
    dtype : str
        "float64", or "float32" for the precision of data sets at three times the speed.
    setting : int
        Acquisition of the sample; each has its own noise.

    Returns
    -------
    Echo

    Raises
    ------
    InputError
        If dt is too coarse for the largest frequency, or the offsets do not fit the lattice.
    """
    delta = (
        draw_offsets(experiment.sample, seed)
        if offsets is None
        else checked_offsets(offsets, experiment.sample)
    )
    batch = Batch([experiment], delta[None], dtype)
    mz = np.empty((1, len(experiment.protocol.time)))
    signal = batch.run(mz)[0].astype(np.complex128)
    return Echo(
        experiment.protocol.time,
        with_noise(signal, experiment.protocol, seed, setting),
        mz[0],
        experiment,
    )


def movie(experiment: Experiment, n_frames: int = 40, *, seed: Seed = 0) -> Movie:
    """Simulate an echo in single precision and return all spins at some recorded points.

    Parameters
    ----------
    experiment : Experiment
        Material, sample and protocol.
    n_frames : int
        Number of points, evenly spread over the record.
    seed : int or list of int
        Seed of the random numbers.

    Returns
    -------
    Movie

    Raises
    ------
    InputError
        If ``n_frames`` is not between 1 and the number of points.
    """
    n_times = len(experiment.protocol.time)
    if not 1 <= n_frames <= n_times:
        raise InputError(
            f"A movie of this record has 1 to {n_times} frames, got {n_frames}. Choose a number in "
            "between."
        )
    chosen = {int(at): k for k, at in enumerate(np.linspace(0, n_times - 1, n_frames).round())}
    shape = (n_frames, experiment.sample.n_x, experiment.sample.n_y)
    m, mz = np.empty(shape, np.complex64), np.empty(shape, np.float32)

    def watch(at: int, spins: Any) -> None:
        if at in chosen:
            m[chosen[at]], mz[chosen[at]] = spins.m[0], spins.mz[0]

    Batch([experiment], draw_offsets(experiment.sample, seed)[None], "float32").run(watch=watch)
    return Movie(experiment.protocol.time[list(chosen)], m, mz, experiment)
