"""Apply effects to the signals of a data set."""

from collections.abc import Sequence

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect
from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.storage.seeds import EFFECTS, sample_stream

BLOCK = 256
"""Samples that are changed together."""


def effect_rng(seed: int, sample: int, number: int) -> np.random.Generator:
    """Random stream of effect ``number`` (from 0, in the order of the list) of one sample."""
    return sample_stream(seed, sample, EFFECTS, number)


def prepare_experiments(
    effects: Sequence[Effect], experiments: Sequence[Experiment], seed: int, sample: int
) -> tuple[Experiment, ...]:
    """Apply the simulated effects to the experiments of one sample.

    Parameters
    ----------
    effects : sequence of Effect
        In the order in which they act.
    experiments : sequence of Experiment
        One per acquisition.
    seed : int
        Seed of the effects.
    sample : int
        Index of the sample in its data set.

    Returns
    -------
    tuple of Experiment
    """
    for number, effect in enumerate(effects):
        if effect.simulated:
            experiments = effect.prepare(experiments, effect_rng(seed, sample, number))
    return tuple(experiments)


def apply_effects(
    effects: Sequence[Effect],
    context: Context,
    signals: np.ndarray,
    seed: int,
    samples: int | Sequence[int] | np.ndarray = 0,
    first_effect: int = 0,
) -> np.ndarray:
    """Apply all effects but the simulated ones, in order.

    Parameters
    ----------
    effects : sequence of Effect
        In the order in which they act.
    context : Context
        Times, pulses and echo window of the protocol.
    signals : complex64 array, (n_samples, n_settings, n_times)
        Not changed.
    seed : int
        Seed of the effects.
    samples : int or sequence of int
        Index of the first sample, or of each, in its data set.
    first_effect : int
        Number of the first effect, if others have been applied before.

    Returns
    -------
    complex64 array, (n_samples, n_settings, n_times)
        The same bytes however the samples are split over several calls.

    Raises
    ------
    InputError
        If an effect needs the times of pulses and they are unknown.
    """
    check_context(effects, context)
    indices = (
        samples + np.arange(len(signals))
        if isinstance(samples, int | np.integer)
        else np.asarray(samples)
    )
    acting = [
        (number, effect)
        for number, effect in enumerate(effects, first_effect)
        if not effect.simulated
    ]
    if not acting:
        return signals
    changed = np.empty_like(signals)
    for start in range(0, len(signals), BLOCK):
        block, chosen = signals[start : start + BLOCK], indices[start : start + BLOCK].tolist()
        for number, effect in acting:
            streams = (effect_rng(seed, k, number) for k in chosen)
            draws = np.stack([effect.draw(context, signals.shape[1], rng) for rng in streams])
            block = effect.change(context, block, draws).astype(np.complex64, copy=False)
        changed[start : start + BLOCK] = block
    return changed


def check_context(effects: Sequence[Effect], context: Context) -> None:
    """Check that the context holds what the effects need.

    Raises
    ------
    InputError
        If an effect needs the times of pulses and they are unknown.
    """
    blind = [
        effect.name for effect in effects if effect.needs_pulses and context.since_pulse is None
    ]
    if blind:
        raise InputError(
            f"{blind[0]} needs the times of the pulses, which are unknown for imported curves. "
            "Leave it out."
        )
