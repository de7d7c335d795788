"""Samples of a data set, drawn and simulated.

Worker processes run this, so it uses arrays only and imports neither pandas nor Parquet.
"""

from collections.abc import Sequence

import numpy as np

from nmr_core.effects import Context, Effect, apply_effects, prepare_experiments
from nmr_core.presets import Drawn, Preset
from nmr_core.simulator.several import simulate_several
from nmr_core.storage.seeds import OFFSETS, PARAMETERS, sample_seed, sample_stream
from nmr_core.weights import WEIGHT

N_REDRAWN = "n_redrawn"
"""Column: number of draws of a sample that were discarded for an unreachable strength."""


def sample_arrays(
    preset: Preset,
    seed: int,
    start: int,
    stop: int,
    effects: Sequence[Effect] = (),
    effects_seed: int = 0,
    device: str = "",
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draw and simulate samples of a data set.

    Parameters
    ----------
    preset : Preset
        Prior and conventions.
    seed : int
        Seed of the data set.
    start, stop : int
        First sample, and one past the last.
    effects : sequence of Effect
        Measurement effects, in order.
    effects_seed : int
        Seed of the effects.
    device : str
        "cuda" or "cpu" for PyTorch, "" for the compiled simulator.

    Returns
    -------
    columns : dict
        Name -> float64 array (n,), or text for names; nominal values, whatever the effects.
    signals : complex64 array, (n, n_settings, n_times)

    Notes
    -----
    Sample k draws from its own random streams (:mod:`nmr_core.storage.seeds`); its offsets are the
    same in all acquisitions.
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
    signals = simulate_several(measured, seeds, noise=True, device=device)
    signals = apply_effects(
        effects, Context.of(drawn[0].experiments[0].protocol), signals, effects_seed, start
    )
    rows = [_row(preset, sample) for sample in drawn]
    return {name: _column([row[name] for row in rows]) for name in rows[0]}, signals


def _column(values: list) -> np.ndarray:
    """Numbers as float64; names (of kernels) as text."""
    has_text = any(isinstance(value, str) for value in values)
    return np.array(values, dtype=None if has_text else float)


def _row(preset: Preset, sample: Drawn) -> dict[str, float]:
    """Own parameters, solved ones, derived values, the number of discarded draws, the weight."""
    first = sample.experiments[0]
    solved = {name: getattr(first, name) for name in preset.solved}
    redrawn = {N_REDRAWN: sample.n_redrawn} if preset.solved else {}
    drawn = preset.drawn
    weight = {WEIGHT: drawn.weight(sample.values)} if drawn.is_weighted else {}
    more = solved | first.derived | redrawn | weight
    return sample.values | {
        name: value for name, value in more.items() if name not in sample.values
    }
