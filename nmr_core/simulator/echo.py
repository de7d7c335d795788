"""One echo in double precision, and the lattice while it forms."""

from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.noise import with_noise
from nmr_core.simulator.offsets import Seed, checked_offsets, draw_offsets
from nmr_core.simulator.shape import EchoShape, echo_shape


@dataclass(frozen=True)
class Echo:
    """A simulated record.

    time   : µs, (n_times,)
    signal : M = (1/N) sum (m_x + i m_y), complex128 (n_times,), |M| <= 1/2 (but for noise)
    mz     : (1/N) sum m_z, float64 (n_times,)
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
        """(time in µs, |M|) of the first echo's largest point, looked for in the protocol's ``echo_window``."""
        shape = self.shape
        return float(shape.time), float(shape.height)


@dataclass(frozen=True)
class Movie:
    """Snapshots of the lattice.

    time : µs, (n_frames,)
    m    : m_x + i m_y of every spin, complex64 (n_frames, n_x, n_y)
    mz   : m_z of every spin, float32 (n_frames, n_x, n_y)
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
    """The echo of one experiment.

    seed    : places the offsets (an int, or [data set seed, sample index, 1] to repeat a data set's sample)
    offsets : explicit (n_x, n_y) array in MHz instead; without noise the result is then the same whatever the seed
    dtype   : "float64", or "float32" for the precision of data sets at three times the speed
    setting : which echo of the sample this is: the noise of each is its own
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
    """The lattice at ``n_frames`` recorded points, evenly spread over the record, in single precision."""
    n_times = len(experiment.protocol.time)
    if not 1 <= n_frames <= n_times:
        raise InputError(
            f"A movie of this record has 1 to {n_times} frames, got {n_frames}. Choose a number in between."
        )
    chosen = {int(at): k for k, at in enumerate(np.linspace(0, n_times - 1, n_frames).round())}
    shape = (n_frames, experiment.sample.n_x, experiment.sample.n_y)
    m, mz = np.empty(shape, np.complex64), np.empty(shape, np.float32)

    def watch(at: int, spins) -> None:
        if at in chosen:
            m[chosen[at]], mz[chosen[at]] = spins.m[0], spins.mz[0]

    Batch([experiment], draw_offsets(experiment.sample, seed)[None], "float32").run(watch=watch)
    return Movie(experiment.protocol.time[list(chosen)], m, mz, experiment)
