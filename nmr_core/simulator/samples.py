"""Samples of a data set, drawn and simulated: what runs in worker processes, so arrays only (no pandas, no Parquet)."""

import numpy as np

from nmr_core.presets import Drawn, Preset
from nmr_core.simulator.batch import simulate_batch
from nmr_core.simulator.noise import with_noise

N_REDRAWN = "n_redrawn"
"""Column: draws of a sample that were thrown away because their strength cannot be reached; nothing to be learned."""


def sample_arrays(preset: Preset, seed: int, start: int, stop: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Samples start..stop-1 of the data set (preset, seed): columns, float64 (n,) each, and curves, complex64
    (n, n_settings, n_times).

    Sample k draws its parameters from the stream (seed, k, 0), its offsets, the same for all settings, from (seed, k, 1)
    and the noise of setting j from (seed, k, 1, 1 + j), nothing else.
    """
    drawn = [preset.draw_sample(np.random.default_rng([seed, k, 0])) for k in range(start, stop)]
    seeds = [[seed, k, 1] for k in range(start, stop)]
    signals = np.empty((len(drawn), len(preset.settings), len(drawn[0].experiments[0].protocol.time)), np.complex64)
    for setting in range(len(preset.settings)):
        experiments = [sample.experiments[setting] for sample in drawn]
        for k, curve in enumerate(simulate_batch(experiments, seeds)):
            signals[k, setting] = with_noise(curve, experiments[k].protocol, seeds[k], setting)
    rows = [_row(preset, sample) for sample in drawn]
    return {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}, signals


def _row(preset: Preset, sample: Drawn) -> dict[str, float]:
    """Own parameters, what was solved for, derived values, and how many draws were thrown away (if any can be)."""
    first = sample.experiments[0]
    solved = {name: getattr(first, name) for name in preset.solved}
    more = solved | first.derived | ({N_REDRAWN: sample.n_redrawn} if preset.solved else {})
    return sample.values | {name: value for name, value in more.items() if name not in sample.values}
