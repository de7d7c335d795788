"""A measurement and a run: target, preparation, re-simulation and refinement.

target = target_for_run(run)
prepared = prepare_for_run(run, read_measurements("echo.csv", time_unit="us"), target=target)
table = estimate(run, prepared)                  # nmr_core.measured.estimating
result = resimulated(run, prepared, table.iloc[0])
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.errors import InputError
from nmr_core.inference.applicability.applicability import times_used
from nmr_core.learning.matching import acquisitions
from nmr_core.learning.origin import effects_of, fresh_signals, held_out, preset_of, presets_of
from nmr_core.learning.run import Run
from nmr_core.measured import Measurement, Prepared, Steps, Target, prepare_settings
from nmr_core.measured.canonical import prepare_made, scaled_echo_width
from nmr_core.measured.refine import Refinement, refine
from nmr_core.measured.resimulation import Resimulation, estimate_errors, resimulate
from nmr_core.measured.same_protocol import check_protocol
from nmr_core.measured.shipped import shipped_curves
from nmr_core.measured.signals import Receiver
from nmr_core.presets import Preset
from nmr_core.progress import Progress, silent

N_CURVES = 96
"""Fresh curves of a target."""
MARGIN = 1e-3
"""Margin of simulated values to the ends of a range, as a fraction of its width."""


def target_for_run(run: Run, *, n_curves: int = N_CURVES, seed: int = 0) -> Target:
    """Return the time points of a run and what its curves look like there.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    n_curves : int
        Fresh curves without measurement effects, other than a fixed size of the echo; for a run on
        imported curves some of its held-out ones.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    Target
    """
    presets = presets_of(run)
    if presets:
        curves = shipped_curves(run, n_curves, seed)
        if curves is None:
            # A model of scaled echoes knows them scaled
            scaling = [] if scaled_echo_width(run) is None else effects_of(run)[-1:]
            _, curves = fresh_signals(run, n_curves, seed=seed, effects=scaling)
        protocol = presets[0].experiments()[0].protocol
        time, pulses = protocol.time, protocol.pulse_times
        echo = protocol.echo_times[0] if protocol.echo_times else None
    else:
        _, curves, _ = held_out(run, n_curves)
        time, pulses, echo = _time_of_data_set(run), (), None
    return Target.of_curves(
        time, curves, echo_time=echo, pulse_times=pulses, needed=times_used(run)
    )


def _time_of_data_set(run: Run) -> np.ndarray:
    from nmr_core.datasets.dataset import load_dataset

    return load_dataset(run.manifest.dataset).time


def prepare_for_run(
    run: Run,
    measurements: Sequence[Measurement],
    *,
    steps: Steps | None = None,
    target: Target | None = None,
) -> list[Prepared]:
    """Bring the measurements of one sample to the time points of a run, in units of M.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    measurements : sequence of Measurement
        One per setting of the run, in their order.
    steps : Steps, optional
        Steps that are fixed; default: all are estimated.
    target : Target, optional
        Of :func:`target_for_run`; default: computed.

    Returns
    -------
    list of Prepared

    Raises
    ------
    OtherProtocolError
        For a model that was made for a measurement, and one of another or an unknown protocol.
    InputError
        For another number of measurements, no echo, or a measurement that does not cover what the
        model looks at.
    """
    target = target_for_run(run) if target is None else target
    if len(measurements) != target.n_settings:
        several = target.n_settings > 1
        needs = f"{target.n_settings} echoes" if several else "1 echo"
        order = f" Their order: {'; '.join(acquisitions_of(run))}." if several else ""
        raise InputError(
            f"The run {run.id} takes {needs} of a sample{', one per setting' if several else ''}, "
            f"got {len(measurements)}. Choose as many.{order}"
        )
    check_protocol(run, measurements, near=None if steps is None else steps.echo_time)
    if scaled_echo_width(run) is not None:
        return prepare_made(measurements, run, target=target, steps=steps)
    return list(prepare_settings(measurements, target, steps=Steps() if steps is None else steps))


def acquisitions_of(run: Run) -> list[str]:
    """What each echo of a sample differs in from the others, such as "β₁ = 45°, β₂ = 180°"."""
    return acquisitions(run.manifest.settings) if run.manifest.settings else []


def signals_of(prepared: Sequence[Prepared]) -> np.ndarray:
    """Return the prepared signals of one sample, complex64 (n_settings, n_times)."""
    return np.stack([one.signal for one in prepared])


def noise_of(prepared: Sequence[Prepared]) -> float:
    """Return the noise of one quadrature in units of M: the largest of the settings."""
    return max(one.sigma for one in prepared)


def values_of(run: Run, row: pd.Series) -> tuple[Preset, dict[str, float]]:
    """Return what simulates the estimate of a row.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    row : Series
        Row of :func:`nmr_core.measured.estimating.estimate`.

    Returns
    -------
    preset : Preset
    values : dict of str to float
        Its parameters; values outside of a range are moved to its edge.

    Raises
    ------
    InputError
        If the run names classes, its preset is unknown, or the estimate lacks a parameter or its
        numbers.
    """
    if run.task == "classification":
        raise InputError(
            "This run names a class; a class alone cannot be simulated. Estimate the parameters "
            "with another run."
        )
    preset = preset_of(run)
    if preset is None:
        raise InputError(
            f"The preset behind the curves of run {run.id} is unknown, so its estimates cannot be "
            "simulated. Use a run that was trained on simulated curves."
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
            "There are no numbers to simulate: the echo is out of the domain of the model. Show "
            "the numbers first."
        )
    values = {}
    for spec in preset.drawn:
        margin = MARGIN * spec.width
        values[spec.name] = float(
            np.clip(numbers[spec.name], spec.low + margin, spec.high - margin)
        )
    return preset, values


def resimulated(
    run: Run,
    prepared: Sequence[Prepared],
    row: pd.Series,
    *,
    n_seeds: int = 200,
    seed: int = 0,
    progress: Progress = silent,
) -> Resimulation:
    """Simulate the estimate of a row again, beside the measurement.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    prepared : sequence of Prepared
        Measurements on the time points of the model.
    row : Series
        Row of :func:`nmr_core.measured.estimating.estimate`.
    n_seeds : int
        Simulations that show how wrong such estimates are, and as many within these errors.
    seed : int
        Seed of the random numbers.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Resimulation
        With the noise of the measurement and the other measurement effects of the run's training
        data.
    """
    preset, values = values_of(run, row)
    options: dict[str, Any] = {
        "receiver": receiver_of(run, noise_of(prepared)),
        "n_seeds": n_seeds,
        "seed": seed,
        "progress": progress,
    }
    errors = estimate_errors(run, preset, values, **options)
    return resimulate(preset, values, signals_of(prepared), errors=errors, **options)


def receiver_of(run: Run, sigma: float) -> Receiver:
    """Return the receiver of a measurement, for simulations beside it.

    Parameters
    ----------
    run : Run
        Its training data have the measurement effects other than noise, and its model the points.
    sigma : float
        Noise of one quadrature of the measurement, in units of M.
    """
    effects = [effect for effect in effects_of(run) if effect["effect"] != GaussianNoise.name]
    return Receiver(sigma, effects, times_used(run))


def refined(
    run: Run,
    signals: np.ndarray,
    start: dict[str, float],
    *,
    sigma: float,
    progress: Progress = silent,
) -> Refinement:
    """Fit the simulator to the signals of one sample.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    signals : complex64 (n_settings, n_times)
        Prepared, in units of M.
    start : dict of str to float
        Parameters of the estimate; those that cannot be identified stay there.
    sigma : float
        Noise of one quadrature, in units of M.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Refinement
    """
    preset = preset_of(run)
    if preset is None:
        raise InputError(
            f"The preset behind the curves of run {run.id} is unknown. Use a run on simulated "
            "curves."
        )
    return refine(
        preset,
        signals,
        start,
        free=[name for name in start if name not in run.manifest.unidentifiable],
        receiver=receiver_of(run, sigma),
        progress=progress,
    )
