"""What one measurement determines: estimates at points of the prior, and verdicts."""

import time as clock
from collections.abc import Sequence
from typing import Unpack

import numpy as np
import pandas as pd
from joblib import delayed

from nmr_core.evaluation.compare import list_runs
from nmr_core.inference.identifiability.best_run import with_best_runs
from nmr_core.inference.identifiability.estimate import (
    PointEstimate,
    estimate_drawn,
    estimate_point,
)
from nmr_core.inference.identifiability.identification import Identification
from nmr_core.inference.identifiability.information import (
    conditional_errors,
    errors_with_prior,
    standard_errors,
)
from nmr_core.inference.identifiability.local import RIDGE
from nmr_core.inference.identifiability.noise import whole_data_of
from nmr_core.inference.identifiability.problem import IdentifyProblem, ProblemOptions
from nmr_core.inference.identifiability.sensitivities import usual_n_curves
from nmr_core.inference.identifiability.store import find, save
from nmr_core.inference.identifiability.targets import sobol_points
from nmr_core.inference.identifiability.verdicts import judge_parameters
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.learning.run import Run
from nmr_core.machines import machines
from nmr_core.parameters import Parameter
from nmr_core.presets import VERSION, Preset
from nmr_core.progress import Progress, silent

N_POINTS = Parameter(
    "n_points", "points", "", 1, 1024, 32, integer=True, description="Points of the prior."
)
N_CURVES = Parameter(
    "n_curves",
    "curves",
    "",
    32,
    20_000,
    200,
    integer=True,
    description="Curves of the ridge regression around each point.",
)
N_SHOWN = 4
"""Points whose sensitivities are stored."""
ALONE = 2.0
"""Processor seconds of points that need no further processes."""


def identify(
    preset: Preset | str,
    *,
    n_points: int = 32,
    n_curves: int | None = None,
    again: bool = False,
    n_jobs: int = 1,
    progress: Progress = silent,
    **options: Unpack[ProblemOptions],
) -> Identification:
    """Find which parameters one measurement can determine, before any model is trained.

    The result is stored; a second call with the same arguments reads it.

    Parameters
    ----------
    preset : Preset or str
        Experiment with its prior, or its name.
    n_points : int
        Points, a Sobol sequence over the prior, at which the errors are estimated; 1 if ``point``
        is given.
    n_curves : int, optional
        Curves around each point, for the ridge regression where the linear estimate does not
        converge. Default: 64 to 200, about 1 s per point. A stored result with as many or more is
        read.
    again : bool
        Compute even if the result is stored.
    n_jobs : int
        Processes; -1: one per core.
    point : dict, optional
        One point of the prior; parameters that are left out keep their default.
    noise : float, optional
        Standard deviation of receiver noise in Re M and in Im M. Default: the noise of the
        preset; 0 for none.
    disorder : bool
        Count the variation with the random offsets as noise, too (default).
    n_seeds : int, optional
        Random placements of the offsets for the linear estimate. Default: 16 to 64 per point.
    seed : int
    targets : sequence of str, optional
        Default: all parameters that the preset draws. Fields such as line_width are possible.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Identification

    Raises
    ------
    InputError

    Notes
    -----
    Linear estimate: the signal is x ~ Normal(mu(theta), V + C) with receiver noise V and disorder
    C, whose covariance is estimated from n seeds. The information is

        F = J (V + C)^-1 J^T,    J = dmu/dtheta,

    and the standard errors are the square roots of diag (F + 12)^-1, where 12 is the information
    of a uniform prior of width 1. The estimate does not use what a nonlinear method learns from the
    disorder. Where it does not converge with the number of seeds, F is that of a ridge regression
    on curves around the point (:func:`estimate_point`), an error that is attained. Where a stored
    run on such data, or on noisier data, has a smaller error, the verdict is that error.

    References
    ----------
    S. M. Kay, Fundamentals of Statistical Signal Processing: Estimation Theory (1993), chapter 3.
    """
    problem = IdentifyProblem.of(preset, **options)
    problem.check_noise()
    n_points = 1 if problem.point is not None else N_POINTS.check(n_points)
    n_curves = usual_n_curves(problem.preset) if n_curves is None else N_CURVES.check(n_curves)
    stored = None if again else find(problem.key("verdicts", n_places=n_points))
    if isinstance(stored, Identification) and (stored.n_curves or n_curves) >= n_curves:
        return _with_own_runs(problem, stored)
    result = compute_identification(problem, n_points, n_curves, n_jobs, progress)
    save(result)
    return _with_own_runs(problem, result)


def compute_identification(
    problem: IdentifyProblem,
    n_points: int,
    n_curves: int,
    n_jobs: int = 1,
    progress: Progress = silent,
) -> Identification:
    """Return what :func:`identify` stores: the estimates, without regard to runs.

    Parameters
    ----------
    problem : IdentifyProblem
        Preset, targets, noise and seeds.
    n_points, n_curves, n_jobs, progress
        As of :func:`identify`.
    """
    begin = clock.perf_counter()
    estimates = _estimates(problem, n_points, n_curves, n_jobs, progress)
    matrices = np.stack([one.fisher for one in estimates])
    points = pd.DataFrame([one.point for one in estimates])
    shown = [one.simulation for one in estimates[:N_SHOWN]]
    linear = np.stack([one.linear for one in estimates])
    exact = unidentifiable(problem.preset)
    return Identification(
        key=problem.key("verdicts", n_places=n_points),
        preset=problem.preset.name,
        names=problem.names,
        specs=problem.specs,
        points=points,
        fisher=matrices,
        errors=errors_table(problem.specs, estimates),
        verdicts=judge_parameters(problem.preset, problem.specs, points, matrices, linear, exact),
        sensitivities=np.stack([one.slopes.mean(1).swapaxes(0, 1) for one in shown]),
        step_error=np.stack([one.simulation.step_error for one in estimates]),
        time=np.array(shown[0].time),
        mean=np.stack([one.signals.mean(0, dtype=complex) for one in shown]),
        disorder_sd=np.stack([one.signals.astype(complex).std(0, ddof=1) for one in shown]),
        noise=problem.noise,
        disorder=problem.disorder,
        settings=tuple(dict(setting) for setting in problem.preset.settings),
        n_seeds=problem.n_seeds,
        seed=problem.seed,
        n_redrawn=sum(one.n_redrawn for one in estimates),
        seconds=clock.perf_counter() - begin,
        recipe_version=VERSION,
        linear=linear,
        n_curves=n_curves if any(one.method == RIDGE for one in estimates) else 0,
    )


def _with_own_runs(problem: IdentifyProblem, result: Identification) -> Identification:
    """The identification with the errors of the best runs; at one point there are none."""
    if problem.point is not None:
        return result
    runs = [entry.run for entry in list_runs() if entry.run is not None]
    return with_best_runs(result, problem.preset, runs)


def find_identification(
    preset: Preset | str, *, n_points: int = 32, **options: Unpack[ProblemOptions]
) -> Identification | None:
    """Return what :func:`identify` would return, if it is stored; otherwise None."""
    stored = find_stored(preset, n_points=n_points, **options)
    return stored and _with_own_runs(IdentifyProblem.of(preset, **options), stored)


def identification_of(run: Run) -> Identification | None:
    """Return the identification of a run's data set at its noise, if it is stored; else None.

    None also for a run on a part of each signal.
    """
    data = whole_data_of(run)
    return data and find_identification(data[0], noise=data[1])


def find_stored(
    preset: Preset | str, *, n_points: int = 32, **options: Unpack[ProblemOptions]
) -> Identification | None:
    """Return the stored estimates, without regard to runs; None if there are none."""
    stored = find(identification_key(preset, n_points=n_points, **options))
    return stored if isinstance(stored, Identification) else None


def identification_key(
    preset: Preset | str, *, n_points: int = 32, **options: Unpack[ProblemOptions]
) -> str:
    """Return the key under which the result of :func:`identify` is stored."""
    problem = IdentifyProblem.of(preset, **options)
    n_points = 1 if problem.point is not None else N_POINTS.check(n_points)
    return problem.key("verdicts", n_places=n_points)


def _estimates(
    problem: IdentifyProblem, n_points: int, n_curves: int, n_jobs: int, progress: Progress
) -> list[PointEstimate]:
    """The estimates at all points, in parallel."""
    if problem.point is not None:
        return [estimate_point(problem, problem.point, 0, n_curves, progress)]
    cells = sobol_points(n_points, len(problem.preset.space), problem.seed)
    tasks = (
        delayed(estimate_drawn)(problem, number, cell, n_curves)
        for number, cell in enumerate(cells)
    )
    estimates: list[PointEstimate] = []
    progress(0, n_points, f"point 1 of {n_points}")
    with machines(n_jobs, ALONE) as in_order:
        results = in_order(tasks)
        try:
            for estimate in results:
                estimates.append(estimate)
                done = len(estimates)
                progress(done, n_points, f"point {min(done + 1, n_points)} of {n_points}")
        finally:
            results.close()
    return estimates


def errors_table(specs: Sequence[Parameter], estimates: Sequence[PointEstimate]) -> pd.DataFrame:
    """Return the table ``errors`` of an :class:`Identification`."""
    rows = []
    for k, estimate in enumerate(estimates):
        F = estimate.fisher
        error, alone, prior = standard_errors(F), conditional_errors(F), errors_with_prior(F)
        for i, spec in enumerate(specs):
            rows.append(
                {
                    "point": k,
                    "name": spec.name,
                    "value": float(estimate.point[spec.name]),
                    "error": error[i] * spec.width,
                    "error_percent": 100 * error[i],
                    "conditional": alone[i] * spec.width,
                    "with_prior": prior[i] * spec.width,
                    "change": float(estimate.change[i]),
                    "method": estimate.method,
                }
            )
    return pd.DataFrame(rows)
