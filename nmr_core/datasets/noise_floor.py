"""The noise floor of a preset: how much of the signal varies with the placement of the offsets."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from nmr_core.datasets.manifest import SEED
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.presets import preset as named_preset
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.seeds import NOISE_FLOOR, PARAMETERS, sample_seed, sample_stream

N = Parameter("n", "number", "", 2, 1000, 6, integer=True)


@dataclass(frozen=True, eq=False)
class NoiseFloor:
    """Standard deviations of M, Re and Im together, in units of M (at most 1/2).

    Two seeds differ by √2 times as much.

    Attributes
    ----------
    time : float64 array, (n_times,)
        µs.
    per_time : float64 array, (n_settings, n_times)
        From seed to seed at fixed parameters, rms over samples.
    spread_per_time : float64 array, (n_settings, n_times)
        From sample to sample over the prior, of the mean over seeds.
    """

    time: np.ndarray
    per_time: np.ndarray
    spread_per_time: np.ndarray

    @property
    def rms(self) -> float:
        """The noise floor: rms of ``per_time`` over acquisitions and points."""
        return sqrt((self.per_time**2).mean())

    @property
    def spread(self) -> float:
        """Effect of the parameters: rms of ``spread_per_time`` over acquisitions and points."""
        return sqrt((self.spread_per_time**2).mean())


def noise_floor(
    preset: Preset | str, n_samples: int = 6, n_seeds: int = 6, seed: int = 0
) -> NoiseFloor:
    """Noise of the signals by the random placement of the offsets.

    Parameters
    ----------
    preset : Preset or str
        Preset, or its name.
    n_samples, n_seeds : int
        Samples, and placements of the offsets of each, 2 to 1000.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    NoiseFloor
        Without receiver noise and measurement effects.

    Notes
    -----
    per_time² is the mean over samples of the variance over seeds. spread_per_time² is the variance
    over samples of the mean over seeds, less the per_time²/n_seeds that disorder leaves in it.
    """
    preset = (named_preset(preset) if isinstance(preset, str) else preset).of_prior()
    n_samples = N.within(2, 1000, 6, name="n_samples").check(n_samples)
    n_seeds, seed = N.within(2, 1000, 6, name="n_seeds").check(n_seeds), SEED.check(seed)
    points = preset.points(seed, 0, n_samples)
    drawn = [
        preset.draw_sample(
            sample_stream(seed, k, PARAMETERS), None if points is None else points[k]
        )
        for k in range(n_samples)
    ]
    time = drawn[0].experiments[0].protocol.time
    seeds = [sample_seed(seed, k, NOISE_FLOOR, j) for k in range(n_samples) for j in range(n_seeds)]
    curves = simulate_several(
        [sample.experiments for sample in drawn for _ in range(n_seeds)], seeds
    )
    curves = curves.reshape(n_samples, n_seeds, *curves.shape[1:]).astype(complex)
    noise = curves.var(1, ddof=1).mean(0)
    spread = np.maximum(0, curves.mean(1).var(0, ddof=1) - noise / n_seeds)
    return NoiseFloor(time, np.sqrt(noise), np.sqrt(spread))
