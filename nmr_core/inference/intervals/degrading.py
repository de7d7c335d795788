"""Copies of echoes as worse measurements would give them: training data for a model of the error."""

import numpy as np

from nmr_core.effects import EFFECTS, Context, Effect, apply_effects

NOISE = "gaussian_noise"
"""Effect that may come on top of another one."""
BOTH = 0.3
"""Fraction of the copies that have noise and another effect."""


def degraded(signals: np.ndarray, context: Context, seed: int) -> np.ndarray:
    """A copy of every echo through one effect of random kind and strength, or through two.

    Parameters
    ----------
    signals : complex64 array, (n_samples, n_settings, n_times)
        Signals M(t).
    context : Context
        Effects that need the times of the pulses are left out where these are unknown.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    complex64 array, (n_samples, n_settings, n_times)
    """
    rng, copies = np.random.default_rng(seed), np.empty_like(signals)
    names = random_effects(context)
    record = float(context.time[-1] - context.time[0])
    for k in range(len(signals)):
        effects = [_random(names[rng.integers(len(names))], rng, record)]
        if rng.random() < BOTH:
            effects.append(_random(NOISE, rng, record))
        copies[k] = apply_effects(effects, context, signals[k : k + 1], seed, k)[0]
    return copies


def random_effects(context: Context) -> list[str]:
    """Names of the effects with a random strength that can act on these echoes; those that need pulses come last."""
    names = [name for name, kind in EFFECTS.items() if kind.random_strength is not None]
    names.sort(key=lambda name: EFFECTS[name].needs_pulses)
    if context.since_pulse is None:
        return [name for name in names if not EFFECTS[name].needs_pulses]
    return names


def _random(name: str, rng: np.random.Generator, record: float) -> Effect:
    kind = EFFECTS[name]
    return kind(**kind.random_strength.draw(rng, record))
