"""Effects on the curves of a data set: each sample has its own random numbers, whatever it is computed with."""

from collections.abc import Sequence

import numpy as np

from nmr_core.effects._context import Context
from nmr_core.effects._effect import Effect
from nmr_core.errors import InputError
from nmr_core.experiment import Experiment
from nmr_core.storage.seeds import EFFECTS, sample_stream

BLOCK = 256
"""Curves that are changed together."""


def effect_rng(seed: int, sample: int, number: int) -> np.random.Generator:
    """The random numbers of effect ``number`` (from 0, in the order of the list) of a sample, and of nothing else."""
    return sample_stream(seed, sample, EFFECTS, number)


def prepare_experiments(
    effects: Sequence[Effect], experiments: Sequence[Experiment], seed: int, sample: int
) -> tuple[Experiment, ...]:
    """The experiments of one sample, one a setting, as they are carried out with the effects that must be simulated."""
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
    """Curves with all effects but the simulated ones, in order; complex64 (n_samples, n_settings, n_times), as ``signals``,
    which stay as they are. The same bytes however the samples are split over several calls.

    samples      : index of the first sample, or of each, in its data set
    first_effect : number of the first effect, where others have been applied before
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
            draws = np.stack(
                [
                    effect.draw(context, signals.shape[1], effect_rng(seed, k, number))
                    for k in chosen
                ]
            )
            block = effect.change(context, block, draws).astype(np.complex64, copy=False)
        changed[start : start + BLOCK] = block
    return changed


def check_context(effects: Sequence[Effect], context: Context) -> None:
    """:class:`InputError` for an effect that needs more than is known about the measurement."""
    blind = [
        effect.name for effect in effects if effect.needs_pulses and context.since_pulse is None
    ]
    if blind:
        raise InputError(
            f"{blind[0]} needs the times of the pulses, which imported curves do not tell. Leave it out."
        )
