"""Many samples, each measured in several settings, those that fit together propagated together."""

from collections.abc import Sequence

import numpy as np

from nmr_core.experiment import Experiment
from nmr_core.simulator.batch import groups, simulate_batch
from nmr_core.simulator.noise import with_noise
from nmr_core.simulator.offsets import Seed


def simulate_several(
    several: Sequence[tuple[Experiment, ...]],
    seeds: Sequence[Seed],
    dtype: str = "float32",
    *,
    noise: bool = False,
) -> np.ndarray:
    """M of samples, each a tuple of experiments, one a setting; complex (n_samples, n_settings, n_times), complex64 for the
    ``dtype`` "float32". All share the time grid.

    Sample k has its offsets, the same in all settings, from ``seeds[k]`` alone; with ``noise`` also that of its protocols.
    """
    n_settings, n_times = len(several[0]), len(several[0][0].protocol.time)
    found = np.empty((len(several), n_settings, n_times), np.result_type(dtype, np.complex64))
    for setting in range(n_settings):
        experiments = [one[setting] for one in several]
        for group in groups(experiments):
            curves = simulate_batch(
                [experiments[k] for k in group], [seeds[k] for k in group], dtype
            )
            for k, curve in zip(group, curves, strict=True):
                found[k, setting] = (
                    with_noise(curve, experiments[k].protocol, seeds[k], setting)
                    if noise
                    else curve
                )
    return found
