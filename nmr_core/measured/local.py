"""Signals like those of a run at chosen targets, everything else drawn anew."""

import numpy as np

from nmr_core.effects import Context, apply_effects, effects_from
from nmr_core.errors import InputError
from nmr_core.inference.posterior.context import Range
from nmr_core.learning.origin import effects_of, preset_of
from nmr_core.learning.run import Run
from nmr_core.measured.signals import simulate_at
from nmr_core.parameters import Parameter
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


def check_prior(run: Run, parameters: Range) -> None:
    """Check that importance sampling with a uniform prior and equal noise fits a run.

    Sampling densities do not matter: a posterior and its simulations are of the prior.

    Parameters
    ----------
    run : Run
        The trained run.
    parameters : Range
        Those of its posterior.

    Raises
    ------
    InputError
        Its preset is unknown or not the only one, a parameter is not drawn evenly between the ends
        of its range, a field is solved for, or the noise differs from sample to sample.
    """
    preset = local_preset(run)
    if preset.solved:
        raise InputError(
            "The prior must be uniform in each target for a refined posterior, got "
            f"{preset.solved[0]} solved for a drawn strength; use the amortised posterior."
        )
    ends = zip(parameters.names, parameters.low, parameters.high, strict=True)
    for name, low, high in ends:
        kind = _prior_of(preset, name)
        if kind != "uniform":
            raise InputError(
                f"The prior of {name} must be uniform for a refined posterior, got {kind}; use the "
                "amortised posterior."
            )
        spec = preset.drawn[name]
        if not np.allclose([low, high], [spec.low, spec.high]):
            raise InputError(
                f"The range of {name} must be that of the prior, [{spec.low:g}, {spec.high:g}], "
                f"for a refined posterior, got [{low:g}, {high:g}]; use the amortised posterior."
            )
    _check_noise(run, preset)


def _prior_of(preset: Preset, name: str) -> str:
    """The distribution of a parameter in words; "uniform" for equal density in its unit."""
    if name not in preset.drawn:
        return "a value that is not drawn"
    spec: Parameter = preset.drawn[name]
    if spec.integer:
        return "whole numbers"
    if spec.distribution == "uniform" and spec.scale == "log":
        return "log-uniform"
    return spec.distribution


def _check_noise(run: Run, preset: Preset) -> None:
    """Check that the receiver noise is the same in all samples."""
    spread = max((float(entry.get("spread") or 0) for entry in effects_of(run)), default=0)
    if spread or "noise" in preset.drawn:
        size = f"a spread of {spread:g} decades" if spread else "a noise that is drawn"
        raise InputError(
            f"The noise must be the same in all samples for a refined posterior, got {size}; use "
            "the amortised posterior, or train with spread = 0."
        )


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
    effects_seed = side_seed(seed, Purpose.LOCAL_POSTERIOR)
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
            effects=effects,
            effects_seed=effects_seed,
            first=first,
            progress=part_of(progress, first, first + len(rows), len(values)),
        ).astype(np.complex64)
        if effects:
            signals = apply_effects(effects, context, signals, effects_seed, first)
        blocks.append(signals)
    return np.concatenate(blocks)
