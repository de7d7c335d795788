"""Mean curves and disorder: simulations of one place with the same seeds for every value of a parameter."""

from collections.abc import Sequence

import numpy as np

from nmr_core.presets import Preset
from nmr_core.simulator.several import simulate_several

STREAM = 5
"""Disorder j has the stream (seed, place, 5, j): no data set uses it."""


def seeds_of(seed: int, place: int, n_seeds: int) -> list[list[int]]:
    """The seeds of one place, the same for every value of its parameters: common random numbers."""
    return [[seed, place, STREAM, j] for j in range(n_seeds)]


def curves(
    preset: Preset, values: Sequence[dict], seeds: Sequence[list[int]], dtype: str = "float64"
) -> np.ndarray:
    """M without the receiver's noise for every set of values and every seed, complex (n_values, n_seeds, n_settings, n_times).

    All share the time grid. What the simulator refuses is its :class:`nmr_core.errors.InputError`.
    """
    several = [preset.experiments(**one) for one in values]
    return simulate_several(
        [e for e in several for _ in seeds], list(seeds) * len(several), dtype
    ).reshape(len(several), len(seeds), len(preset.settings), -1)
