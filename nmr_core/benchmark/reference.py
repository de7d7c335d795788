"""A step of the reference algorithm: sum over all pairs, a 4 × 4 ``expm`` per spin."""

import numpy as np

from nmr_core.benchmark.measure import shortest
from nmr_core.presets import Preset
from nmr_core.simulator.offsets import draw_offsets
from nmr_core.simulator.reference import IX, dense_step, local_field

PATCH = 12
"""``expm`` is timed on at most PATCH × PATCH spins."""
PAIRS = 2500**2
"""The pair sum is timed on about this many pairs of the full lattice."""


def measure_reference(preset: Preset, n_curves: int, repeats: int) -> dict[str, float]:
    """Measure the parts of one step, extrapolated to all pairs and spins, ms.

    Rows of the full lattice are timed: a smaller lattice would time calls of Python, not pairs.
    """
    experiment = preset.build()
    sample, K, delta = experiment.sample, experiment.interaction, draw_offsets(experiment.sample, 0)
    rows = max(1, min(sample.n_x, round(PAIRS / (sample.n_y * sample.n_sites))))
    m = np.random.default_rng(0).normal(size=(sample.n_x, sample.n_y, 3))
    patch = delta[:PATCH, :PATCH]
    rho = np.tile(np.eye(2) / 2 + IX, (*patch.shape, 1, 1)).astype(complex)
    best = shortest(
        repeats,
        pairs=lambda: local_field(K[:rows], m),
        expm=lambda: dense_step(rho, K[:1, :1], patch, experiment),
    )
    return {
        "pairs_ms": 1e3 * best["pairs"] * sample.n_x / rows,
        "pair_rows": rows,
        "expm_ms": 1e3 * best["expm"] * sample.n_sites / patch.size,
        "expm_spins": patch.size,
    }
