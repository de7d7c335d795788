"""One echo in double precision."""

from dataclasses import dataclass

import numpy as np

from nmr_core.experiment import Experiment
from nmr_core.simulator.batch import Batch
from nmr_core.simulator.offsets import Seed, checked_offsets, draw_offsets


@dataclass(frozen=True)
class Echo:
    """A simulated record.

    time   : µs, (n_times,)
    signal : M = (1/N) sum (m_x + i m_y), complex128 (n_times,), |M| <= 1/2
    mz     : (1/N) sum m_z, float64 (n_times,)
    """

    time: np.ndarray
    signal: np.ndarray
    mz: np.ndarray
    experiment: Experiment

    @property
    def peak(self) -> tuple[float, float]:
        """(time in µs, |M|) of the largest point after the refocusing pulse has been followed for half of tau."""
        later = np.flatnonzero(self.time >= 1.5 * self.experiment.protocol.pulse_times[1])
        k = later[np.argmax(np.abs(self.signal[later]))]
        return float(self.time[k]), float(np.abs(self.signal[k]))


def simulate(experiment: Experiment, *, seed: Seed = 0, offsets: np.ndarray | None = None,
             dtype: str = "float64") -> Echo:
    """The echo of one experiment.

    seed    : places the offsets (an int, or [data set seed, sample index] to repeat a data set's sample)
    offsets : explicit (n_x, n_y) array in MHz instead; the result is then deterministic, whatever the seed
    dtype   : "float64", or "float32" for the precision of data sets at three times the speed
    """
    delta = draw_offsets(experiment.sample, seed) if offsets is None else checked_offsets(offsets, experiment.sample)
    batch = Batch([experiment], delta[None], dtype)
    mz = np.empty((1, len(experiment.protocol.time)))
    signal = batch.run(mz)
    return Echo(experiment.protocol.time, signal[0].astype(np.complex128), mz[0], experiment)
