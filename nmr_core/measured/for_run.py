"""One's own echo and a run: what a measurement must be brought to, the prepared measurement as the
run takes it, and its re-simulation.

target   = target_for_run(run)                          what curves of the run look like, and where
its time points are
prepared = prepare_for_run(run, read_measurements("echo.csv", time_unit="us"), target=target)
table    = estimate(run, prepared)                 :mod:`nmr_core.measured.estimating`
again    = resimulated(run, prepared, table)       the measurement beside the simulation of the
estimate
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.errors import InputError
from nmr_core.inference.applicability.applicability import times_used
from nmr_core.learning.origin import effects_of, fresh_curves, held_out, preset_of, presets_of
from nmr_core.learning.run import Run
from nmr_core.measured import Measurement, Prepared, Steps, Target, prepare_settings
from nmr_core.measured.refine import Refinement, refine
from nmr_core.measured.resimulation import Resimulation, estimate_errors, resimulate
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent

N_CURVES = 96
"""Curves of the run's kind that show what an echo of it can look like."""
MARGIN = 1e-3
"""Of a range: what is simulated again stays so far inside."""


def target_for_run(run: Run, *, n_curves: int = N_CURVES, seed: int = 0) -> Target:
    """What a measurement must look like for a run: its time points, and ``n_curves`` fresh curves
    without measurement effects (of
    a run on imported curves some of its held-out ones)."""
    presets = presets_of(run)
    if presets:
        _, curves = fresh_curves(run, n_curves, seed=seed, effects=())
        protocol = presets[0].experiments()[0].protocol
        echo, pulses = (protocol.echo_times[:1] or (None,))[0], protocol.pulse_times
        time = protocol.time
    else:
        _, curves, _ = held_out(run, n_curves)
        time, echo, pulses = _held_time(run), None, ()
    return Target.of_curves(
        time, curves, echo_time=echo, pulse_times=pulses, needed=times_used(run)
    )


def _held_time(run: Run) -> np.ndarray:
    from nmr_core.datasets.dataset import load_dataset

    return load_dataset(run.manifest.dataset).time


def prepare_for_run(
    run: Run,
    measurements: Sequence[Measurement],
    *,
    steps: Steps | None = None,
    target: Target | None = None,
) -> list[Prepared]:
    """Records of one sample, one a setting of the run in their order, on the run's time points and
    in units of M.
    """
    target = target_for_run(run) if target is None else target
    if len(measurements) != target.n_settings:
        raise InputError(
            f"The run {run.id} takes {target.n_settings} echo{'es' * (target.n_settings > 1)} of a "
            f"sample{', one a setting' * (target.n_settings > 1)}; here are {len(measurements)}. "
            "Choose as many."
        )
    return list(prepare_settings(measurements, target, steps=Steps() if steps is None else steps))


def signals_of(prepared: Sequence[Prepared]) -> np.ndarray:
    """Complex64 (n_settings, n_times)."""
    return np.stack([one.signal for one in prepared])


def noise_of(prepared: Sequence[Prepared]) -> float:
    """Noise of one quadrature of the prepared curves, in units of M: the largest of the
    settings.
    """
    return max(one.sigma for one in prepared)


def values_of(run: Run, row: pd.Series) -> tuple[Preset, dict[str, float]]:
    """(preset, its own parameters) that simulate the estimate of a row: values outside of a range
    are moved to its edge.

    InputError : the estimate does not say enough to be simulated, with the reason.
    """
    if run.task == "classification":
        raise InputError(
            "This run names a class; a class alone cannot be simulated. Estimate the parameters "
            "with another run."
        )
    preset = preset_of(run)
    if preset is None:
        raise InputError(
            f"Nothing is known about how the curves of run {run.id} were made, so its estimates "
            "cannot be simulated again. Use a run that was trained on simulated curves."
        )
    missing = [spec.symbol for spec in preset.drawn if spec.name not in run.targets]
    if missing:
        raise InputError(
            f"The run {run.id} does not estimate {', '.join(missing)}, so its estimate is not a "
            "whole experiment. Train a run on all parameters."
        )
    numbers = {spec.name: float(row[f"predicted_{spec.name}"]) for spec in preset.drawn}
    if not np.isfinite(list(numbers.values())).all():
        raise InputError(
            "There are no numbers to simulate: the estimate was refused. Insist on them first."
        )
    inside = {
        spec.name: float(
            np.clip(
                numbers[spec.name], spec.low + MARGIN * spec.width, spec.high - MARGIN * spec.width
            )
        )
        for spec in preset.drawn
    }
    return preset, inside


def resimulated(
    run: Run,
    prepared: Sequence[Prepared],
    row: pd.Series,
    *,
    n_seeds: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> Resimulation:
    """The estimate of a row simulated again beside the measurement: ``n_seeds`` times to see how
    wrong such estimates are, and
    as often within these errors; with the noise of the measurement, and what else the run takes for
    the receiver's."""
    preset, values = values_of(run, row)
    measured: dict[str, Any] = {
        "n_seeds": n_seeds,
        "sigma": noise_of(prepared),
        "effects": receiver_of(run),
        "seed": seed,
        "progress": progress,
    }
    return resimulate(
        preset,
        values,
        signals_of(prepared),
        errors=estimate_errors(run, preset, values, **measured),
        seen=times_used(run),
        **measured,
    )


def receiver_of(run: Run) -> list[dict]:
    """The measurement effects that a run was trained with but noise, of which a measurement has its
    own.
    """
    return [effect for effect in effects_of(run) if effect["effect"] != GaussianNoise.name]


def refined(
    run: Run,
    signals: np.ndarray,
    start: dict[str, float],
    *,
    sigma: float,
    progress: Progress = silent,
) -> Refinement:
    """The simulator fitted to complex64 (n_settings, n_times) from ``start``; what no echo depends
    on stays there.
    """
    preset = preset_of(run)
    if preset is None:
        raise InputError(
            f"Nothing is known about how the curves of run {run.id} were made. Use a run on "
            "simulated curves."
        )
    free = [name for name in start if name not in run.manifest.unidentifiable]
    return refine(
        preset,
        signals,
        start,
        free=free,
        sigma=sigma,
        effects=receiver_of(run),
        seen=times_used(run),
        progress=progress,
    )


def p_value_sentence(found) -> str:
    """What the p-value of a re-simulation says, in a sentence; ``found`` has p_value and
    n_seeds.
    """
    p = float(found.p_value)
    many = (
        f"{100 * p:.0f} of 100"
        if p >= 0.01
        else f"{max(1, round(1000 * p))} of 1,000"
        if p >= 5e-4
        else "fewer than 1 of 1,000"
    )
    said = f"If the estimate were right, {many} such echoes would fit worse than this one (p = {p:.2g})"
    if p < 0.01:
        return f"{said}: it does not explain the measurement."
    return f"{said}: {'it explains the measurement poorly.' if p < 0.05 else 'it explains the measurement.'}"
