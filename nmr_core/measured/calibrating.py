"""Calibration of a run on simulated echoes that are prepared like measured ones.

The preparation leaves errors of scale, phase and baseline that depend on the echo. Where the decay
before the second pulse is missing, no measurement effect of the training data describes them.
"""

from pathlib import Path

import numpy as np
from joblib import delayed

from nmr_core.effects import Context
from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.errors import InputError
from nmr_core.inference.intervals import Calibration
from nmr_core.inference.intervals.calibrate import calibrate, save_with_applicability
from nmr_core.inference.intervals.curves import FIRST_CALIBRATION_SEED, Curves
from nmr_core.io.measurement import Measurement
from nmr_core.learning.origin import effects_of, fresh_signals, presets_of
from nmr_core.learning.run import Run
from nmr_core.machines import machines
from nmr_core.measured.for_run import signals_of, target_for_run
from nmr_core.measured.prepare import prepare_settings
from nmr_core.measured.target import Target
from nmr_core.progress import Progress, part_of, silent

GAIN = (0.1, 1e4)
"""Range of the receiver's gain, log-uniform."""
OFFSET = 0.01
"""Standard deviation of the baseline in Re and in Im, in units of M."""
BLOCK = 100
"""Samples that a process prepares at once."""
ALONE = 5.0
"""Seconds of preparing before other processes are started."""


def prepared_curves(
    run: Run,
    n: int,
    n_check: int,
    *,
    seed: int = 0,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Curves:
    """Return simulated signals of a run, measured where it looks and prepared.

    Parameters
    ----------
    run : Run
        Of a preset; its noise is that of the measurements.
    n, n_check : int
        Signals to fit and score intervals, and to check their coverage. Those that the preparation
        refuses are left out.
    seed : int
        Of the random streams.
    n_jobs : int
        Processes that simulate and prepare.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Curves
        Every second one in units of M on the clock of the protocol, the others with any phase,
        gain and baseline.
    """
    noise = [effect for effect in effects_of(run) if effect["effect"] == GaussianNoise.name]
    parameters, signals = fresh_signals(
        run,
        n + n_check,
        seed=FIRST_CALIBRATION_SEED + seed,
        effects=noise,
        n_jobs=n_jobs,
        progress=part_of(progress, 0, 60),
    )
    target = target_for_run(run)
    rng = np.random.default_rng([seed, 1])
    recorded = [sample if k % 2 else _received(sample, rng) for k, sample in enumerate(signals)]
    blocks = range(0, len(recorded), BLOCK)
    tasks = (delayed(_prepared)(recorded[first : first + BLOCK], target) for first in blocks)
    prepared: list[np.ndarray | None] = []
    with machines(n_jobs, alone=ALONE) as in_order:
        for results in in_order(tasks):
            prepared += results
            progress(60 + 40 * len(prepared) // len(recorded), 100, "preparing")
    rows = [k for k, sample in enumerate(prepared) if sample is not None]
    if not rows:
        raise InputError(
            f"None of {len(prepared):,} simulated echoes of run {run.id} could be prepared like "
            "measured ones. Train on signals that hold an echo."
        )
    table = parameters.iloc[rows].reset_index(drop=True)
    first, second = (int(np.searchsorted(rows, end)) for end in (n // 2, n))
    parts = slice(0, first), slice(first, second), slice(second, len(rows))
    context = Context.of(presets_of(run)[0].experiments()[0].protocol)
    usable = np.stack([sample for sample in prepared if sample is not None])
    return Curves(table, usable, parts, context, "fresh")


def _prepared(several: list[np.ndarray], target: Target) -> list[np.ndarray | None]:
    """Signals of each sample after the preparation; None where it refuses."""
    results: list[np.ndarray | None] = []
    for sample in several:
        try:
            results.append(signals_of(prepare_settings(measurements_of(sample, target), target)))
        except InputError:
            results.append(None)
    return results


def measurements_of(sample: np.ndarray, target: Target) -> list[Measurement]:
    """Return the signals of a sample, complex (n_settings, n_times), measured where a model looks.

    Parameters
    ----------
    sample : complex array, (n_settings, n_times)
        On the time points of the target.
    target : Target
        Of the model.
    """
    first, last = target.needed_range
    inside = (target.time >= first) & (target.time <= last)
    time = target.time[inside]
    return [Measurement(time, signal[inside].astype(complex)) for signal in sample]


def _received(sample: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The signals of a sample behind a receiver of unknown phase, gain and baseline."""
    gain = np.exp(rng.uniform(*np.log(GAIN)))
    turn = np.exp(2j * np.pi * rng.random())
    offset = OFFSET * (rng.standard_normal((len(sample), 1, 2)) @ np.array([1, 1j]))
    return gain * turn * (sample + offset)


def calibrate_prepared(
    run: Run,
    path: Path,
    *,
    n: int = 4000,
    n_check: int = 1000,
    seed: int = 0,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Calibration:
    """Calibrate a run on prepared echoes and fit its applicability to them.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    path : Path
        Folder of the result.
    n, n_check, seed, n_jobs, progress
        As of :func:`prepared_curves`.
    """
    curves = prepared_curves(
        run, n, n_check, seed=seed, n_jobs=n_jobs, progress=part_of(progress, 0, 60)
    )
    calibration = calibrate(run, curves=curves, seed=seed, progress=part_of(progress, 60, 95))
    save_with_applicability(calibration, run, curves, path, seed=seed)
    return calibration
