"""Time of a step as a function of the size of the lattice, N log N with FFTs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import log2

import numpy as np

from nmr_core.benchmark.echoes import first_experiments, random_spins, transform
from nmr_core.benchmark.measure import shortest
from nmr_core.presets import Preset
from nmr_core.simulator.batch import Batch, batch_size
from nmr_core.simulator.offsets import draw_offsets

SIDES = (16, 32, 64, 128, 256, 512)
UNIT = 64
"""The side at which time/(N log2 N) is called 1."""
SPIN_STEPS = 2_000_000
"""Spins times steps that are timed at once on every lattice, about."""


@dataclass(frozen=True)
class LatticeSize:
    """Time of a step on one lattice.

    Attributes
    ----------
    side : int
        The lattice has side × side spins.
    n_curves, n_steps : int
        Curves in its batch, and steps timed at once.
    step_us : float
        µs per step and curve (float32, set-up not counted), the shortest of the rounds.
    fft_us : float
        The same of scipy's FFTs alone.
    over_n_log_n : float
        step_us over N log2 N, relative to 64 × 64 (or the first of the lattices).
    """

    side: int
    n_curves: int
    n_steps: int
    step_us: float
    fft_us: float
    over_n_log_n: float

    @property
    def n_sites(self) -> int:
        """Number of spins."""
        return self.side**2

    @property
    def spin_step_ns(self) -> float:
        """Time per step and spin, ns."""
        return 1e3 * self.step_us / self.n_sites


def lattice_sizes(
    preset: Preset, repeats: int, sides: Sequence[int] = SIDES
) -> tuple[LatticeSize, ...]:
    """Measure a step and its FFTs on several lattices.

    Parameters
    ----------
    preset : Preset
        Prior and conventions.
    repeats : int
        All lattices alternate, 4 ``repeats`` times.
    sides : sequence of int
        Sides of the square lattices.

    Returns
    -------
    tuple of LatticeSize
    """
    batches = {side: _batch(preset.fix(n_x=side, n_y=side)) for side in sides}
    spins = {side: random_spins(batch.experiments[0].sample) for side, batch in batches.items()}
    counts = {
        side: max(2, SPIN_STEPS // (len(batch.experiments) * side**2))
        for side, batch in batches.items()
    }
    steps = {f"{side}": partial(_steps, batch, counts[side]) for side, batch in batches.items()}
    ffts = {f"{side} fft": partial(transform, spins[side], counts[side]) for side in batches}
    shortest(1, **steps, **ffts)
    best = shortest(4 * repeats, **steps, **ffts)
    unit = UNIT if UNIT in sides else sides[0]
    measured = []
    for side, batch in batches.items():
        n_curves = len(batch.experiments)
        step_us = 1e6 * best[f"{side}"] / counts[side] / n_curves
        fft_us = 1e6 * best[f"{side} fft"] / counts[side] / len(spins[side])
        measured.append(
            LatticeSize(
                side, n_curves, counts[side], step_us, fft_us, step_us / (side**2 * log2(side**2))
            )
        )
    scale = next(size.over_n_log_n for size in measured if size.side == unit)
    return tuple(replace(size, over_n_log_n=size.over_n_log_n / scale) for size in measured)


def _batch(preset: Preset) -> Batch:
    """A batch just after its first pulse."""
    experiments = first_experiments(preset, batch_size(preset.build().sample))
    batch = Batch(
        experiments,
        np.stack([draw_offsets(e.sample, [0, k, 1]) for k, e in enumerate(experiments)]),
        "float32",
    )
    batch.turn(0)
    return batch


def _steps(batch: Batch, n_steps: int) -> None:
    for _ in range(n_steps):
        batch.step()
