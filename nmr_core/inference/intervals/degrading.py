"""Copies of curves as worse measurements would give them, so that a model of the error learns what bad data look like."""

from collections.abc import Callable

import numpy as np

from nmr_core.effects import Context, Effect, apply_effects
from nmr_core.effects.baseline import Baseline
from nmr_core.effects.clipping import Clipping
from nmr_core.effects.dead_time import DeadTime
from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.effects.missing_points import MissingPoints
from nmr_core.effects.phase_error import PhaseError
from nmr_core.effects.time_shift import TimeShift

DRAWN: tuple[Callable[[np.random.Generator, float], Effect], ...] = (
    lambda rng, span: GaussianNoise(snr=_log(rng, 3, 1000)),
    lambda rng, span: PhaseError(sd=_log(rng, 0.5, 90)),
    lambda rng, span: Baseline(constant=_log(rng, 5e-4, 0.1)),
    lambda rng, span: TimeShift(sd=_log(rng, 2e-4, 0.03) * span),
    lambda rng, span: MissingPoints(fraction=_log(rng, 2e-3, 0.5)),
    lambda rng, span: Clipping(level=_log(rng, 0.05, 1)),
    lambda rng, span: DeadTime(duration=_log(rng, 2e-3, 0.3) * span),
)
"""(rng, length of the record in µs) -> an effect of random strength, log-uniform over what measurements suffer from."""
BOTH = 0.3
"""Share of the copies that have noise and another effect."""


def degraded(signals: np.ndarray, context: Context, seed: int) -> np.ndarray:
    """A copy of every curve through one effect of random kind and strength, or through two; complex64 as ``signals``
    (n_samples, n_settings, n_times)."""
    rng, copies = np.random.default_rng(seed), np.empty_like(signals)
    possible = DRAWN if context.since_pulse is not None else DRAWN[:-1]
    span = float(context.time[-1] - context.time[0])
    for k in range(len(signals)):
        effects = [possible[rng.integers(len(possible))](rng, span)]
        if rng.random() < BOTH:
            effects.append(DRAWN[0](rng, span))
        copies[k] = apply_effects(effects, context, signals[k : k + 1], seed, k)[0]
    return copies


def _log(rng: np.random.Generator, low: float, high: float) -> float:
    return float(low * (high / low) ** rng.random())
