"""Signals like those of a run at chosen targets, everything else drawn anew."""

import numpy as np

from nmr_core.effects import Context, apply_effects, effects_from
from nmr_core.errors import InputError
from nmr_core.learning.origin import effects_of, preset_of
from nmr_core.learning.run import Run
from nmr_core.measured.signals import simulate_at
from nmr_core.presets import Preset
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.seeds import Purpose, side_seed, side_stream

CHUNK = 500
"""Signals that are simulated and receive their effects together."""


def local_preset(run: Run) -> Preset:
    """Return the preset of a run, with its prior.

    Raises
    ------
    InputError
        The run has several, or it is unknown how its signals were simulated.
    """
    preset = preset_of(run)
    if preset is None:
        raise InputError(
            f"It is unknown how the curves of run {run.id} were simulated, or they are of several "
            "presets, so none can be simulated around one echo. Take a run that was trained on "
            "curves of one preset."
        )
    return preset.of_prior()


def local_signals(
    run: Run,
    names: tuple[str, ...],
    values: np.ndarray,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> np.ndarray:
    """Simulate one signal for each row of parameters, with fresh disorder, effects and noise.

    Parameters
    ----------
    run : Run
        Its one preset and its measurement effects are used.
    names : tuple of str, (n_parameters,)
        Parameters of ``values``; all others are drawn from the prior.
    values : float64 array, (n, n_parameters)
        In the units of the parameters.
    seed : int
        Of the other parameters, the disorder, the effects and the noise.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    complex64 array, (n, n_settings, n_times)
    """
    preset, effects = local_preset(run), effects_from(effects_of(run))
    context = Context.of(preset.experiments()[0].protocol)
    rng = side_stream(seed, Purpose.LOCAL_POSTERIOR)
    blocks = []
    for first in range(0, len(values), CHUNK):
        rows = values[first : first + CHUNK]
        parameters = [
            preset.drawn.draw(rng) | dict(zip(names, map(float, row), strict=True)) for row in rows
        ]
        seeds = [side_seed(seed, Purpose.LOCAL_POSTERIOR, first + k) for k in range(len(rows))]
        signals = simulate_at(
            preset,
            parameters,
            seeds,
            progress=part_of(progress, first, first + len(rows), len(values)),
        ).astype(np.complex64)
        if effects:
            effects_seed = side_seed(seed, Purpose.LOCAL_POSTERIOR)
            signals = apply_effects(effects, context, signals, effects_seed, first)
        blocks.append(signals)
    return np.concatenate(blocks)
