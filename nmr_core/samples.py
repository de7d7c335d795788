"""Samples of a data set, drawn and simulated: what runs in worker processes, so arrays only (no pandas, no Parquet)."""

from collections.abc import Sequence

import numpy as np

from nmr_core.effects import Context, Effect, apply_effects, prepare_experiments
from nmr_core.presets import Drawn, Preset
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.seeds import OFFSETS, PARAMETERS, sample_seed, sample_stream

N_REDRAWN = "n_redrawn"
"""Column: draws of a sample that were thrown away because their strength cannot be reached; nothing to be learned."""


def sample_arrays(
    preset: Preset,
    seed: int,
    start: int,
    stop: int,
    effects: Sequence[Effect] = (),
    effects_seed: int = 0,
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Samples start..stop-1 of the data set (preset, seed): columns, float64 (n,) each, and curves, complex64
    (n, n_settings, n_times), with measurement effects.

    Sample k draws from its own streams only (:mod:`nmr_core.storage.seeds`); its offsets are the same in all settings. The columns
    are those of the experiments that were meant, whatever the effects.
    """
    points = preset.points(seed, start, stop)
    drawn = [
        preset.draw_sample(
            sample_stream(seed, k, PARAMETERS), None if points is None else points[k - start]
        )
        for k in range(start, stop)
    ]
    measured = [
        prepare_experiments(effects, sample.experiments, effects_seed, k)
        for k, sample in enumerate(drawn, start)
    ]
    seeds = [sample_seed(seed, k, OFFSETS) for k in range(start, stop)]
    signals = simulate_several(measured, seeds, noise=True)
    signals = apply_effects(
        effects, Context.of(drawn[0].experiments[0].protocol), signals, effects_seed, start
    )
    rows = [_row(preset, sample) for sample in drawn]
    return {name: _column([row[name] for row in rows]) for name in rows[0]}, signals


def _column(values: list) -> np.ndarray:
    """Numbers as float64; names (of kernels) as text."""
    return np.array(
        values, dtype=None if any(isinstance(value, str) for value in values) else float
    )


def _row(preset: Preset, sample: Drawn) -> dict[str, float]:
    """Own parameters, what was solved for, derived values, and how many draws were thrown away (if any can be)."""
    first = sample.experiments[0]
    solved = {name: getattr(first, name) for name in preset.solved}
    more = solved | first.derived | ({N_REDRAWN: sample.n_redrawn} if preset.solved else {})
    return sample.values | {
        name: value for name, value in more.items() if name not in sample.values
    }
