"""Everything that is simulated for one place of a prior."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.inference.identifiability.curves import curves, seeds_of
from nmr_core.inference.identifiability.information import crossed, noise_variance, vectors, white
from nmr_core.inference.identifiability.slopes import check_grid, slope
from nmr_core.parameters import Parameter
from nmr_core.presets import Preset
from nmr_core.progress import Progress, reporting
from nmr_core.pulses import Steps

WORK = 1.3e9
"""Spin-steps that the disorder of one place costs when nothing is said: about 12 s on one core. Too few seeds make bounds too
large, and the more so the longer the record: with tau = 200 us the bound on d (alpha = .009 MHz, d = 4.9) is 1.45 with 94 seeds,
.19 with 384 and .09 with 1,000, with tau = 50 us .37, .22 and .22."""


@dataclass(frozen=True, eq=False)
class Measured:
    """One place. curves : complex64 (n_seeds, n_settings, n_times); slopes : per unit, complex (n, n_slopes, n_settings,
    n_times), of the first seeds; step_error : (n,)"""

    time: np.ndarray
    curves: np.ndarray
    slopes: np.ndarray
    step_error: np.ndarray

    def fisher(self, specs: Sequence[Parameter], sigmas: np.ndarray, disorder: bool) -> np.ndarray:
        """F scaled by the ranges, (n, n); sigmas (n_settings,)."""
        widths = np.array([spec.width for spec in specs])
        slopes = vectors(self.slopes) * widths[:, None, None]
        variance = noise_variance(sigmas, len(self.time))
        return (
            crossed(vectors(self.curves), slopes, variance) if disorder else white(slopes, variance)
        )


def measured(
    preset: Preset,
    place: dict,
    specs: Sequence[Parameter],
    n_seeds: int,
    seed: int,
    number: int,
    progress: Progress,
    dtype: str = "float32",
) -> Measured:
    """The curves of ``n_seeds`` seeds and the slopes of the first few; all with common random numbers."""
    check_grid(preset, place, specs)
    seeds = seeds_of(seed, number, n_seeds)
    total = len(specs) + 1
    for_slopes = seeds[: n_slopes(preset, n_seeds)]
    slopes = []
    for k, spec in enumerate(specs):
        with reporting(lambda *_, k=k, spec=spec: progress(k, total, f"slope in {spec.symbol}")):
            slopes.append(slope(preset, place, spec, for_slopes, dtype))
    with reporting(lambda *_: progress(total - 1, total, "disorder")):
        around = curves(preset, [place], seeds, "float32")[0]
    progress(total, total, "")
    time = preset.experiments(**place)[0].protocol.time
    return Measured(
        time, around, np.stack([one for one, _ in slopes]), np.array([error for _, error in slopes])
    )


def cost(preset: Preset) -> float:
    """Spin-steps of one sample."""
    several = preset.experiments()
    steps = sum(event.n_steps for event in several[0].protocol.events if isinstance(event, Steps))
    return (
        len(several)
        * steps
        * several[0].sample.n_sites
        * (2 if several[0].integrator == "exponential_midpoint" else 1)
    )


def seeds_wanted(preset: Preset) -> int:
    """As many seeds as ``WORK`` buys, 48 to 384, an even number."""
    return int(np.clip(WORK / cost(preset), 48, 384)) // 2 * 2


def n_slopes(preset: Preset, n_seeds: int) -> int:
    """Seeds of which slopes are taken: they differ little from seed to seed, so a few are enough; even."""
    return min(n_seeds, int(np.clip(WORK / 20 / cost(preset), 4, 16)) // 2 * 2)
