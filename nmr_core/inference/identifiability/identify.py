"""Identifiability of a preset: Fisher information at a few points of its prior, and verdicts."""

import time as clock
from collections.abc import Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd

from nmr_core.errors import InputError
from nmr_core.inference.identifiability.identification import Identification
from nmr_core.inference.identifiability.information import (
    bounds_with_prior,
    conditional_bounds,
    cramer_rao,
    fisher,
)
from nmr_core.inference.identifiability.problem import IdentifyProblem, ProblemOptions
from nmr_core.inference.identifiability.sensitivities import (
    PointSimulation,
    seeds_of,
    simulate_point,
)
from nmr_core.inference.identifiability.store import find, save
from nmr_core.inference.identifiability.targets import latin_square, point_values
from nmr_core.inference.identifiability.verdicts import judge_parameters
from nmr_core.learning.identifiable import unidentifiable
from nmr_core.parameters import Parameter
from nmr_core.presets import VERSION, Preset
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.seeds import Purpose, side_stream

N_POINTS = Parameter(
    "n_points", "points", "", 1, 200, 4, integer=True, description="Points of the prior."
)
MAX_REDRAWS = 50
Simulated = tuple[dict[str, Any], PointSimulation]


def identify(
    preset: Preset | str,
    *,
    n_points: int = 4,
    again: bool = False,
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
        Points, spread over the prior, at which the information is computed; 1 if ``point`` is
        given.
    again : bool
        Compute even if the result is stored.
    point : dict, optional
        One point of the prior; parameters that are left out keep their default.
    noise : float, optional
        Standard deviation of receiver noise in Re M and in Im M. Default: the noise of the
        preset, or 0.001.
    disorder : bool
        Count the variation with the random offsets as noise, too (default).
    n_seeds : int, optional
        Random placements of the offsets. Default: 48 to 384, about 12 s per point.
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
    The signal is x ~ Normal(mu(theta), V + C) with receiver noise V and disorder C. The Fisher
    matrix F = J (V + C)^-1 J^T with J = dmu/dtheta bounds the covariance of every unbiased
    estimate: cov(theta) >= F^-1 (Cramér and Rao).

    References
    ----------
    S. M. Kay, Fundamentals of Statistical Signal Processing: Estimation Theory (1993), chapter 3.
    """
    problem = IdentifyProblem.of(preset, **options)
    n_points = 1 if problem.point is not None else N_POINTS.check(n_points)
    key = problem.key("verdicts", n_places=n_points)
    stored = None if again else find(key)
    if isinstance(stored, Identification):
        return stored
    begin = clock.perf_counter()
    simulated, n_redrawn = _simulate(problem, n_points, progress)
    simulations = [simulation for _, simulation in simulated]
    matrices = np.stack([fisher(problem, simulation) for simulation in simulations])
    points = pd.DataFrame([point for point, _ in simulated])
    exact = unidentifiable(problem.preset)
    result = Identification(
        key=key,
        preset=problem.preset.name,
        names=problem.names,
        specs=problem.specs,
        points=points,
        fisher=matrices,
        bounds=bounds_table(problem.specs, points, matrices),
        verdicts=judge_parameters(problem.preset, problem.specs, points, matrices, exact),
        sensitivities=np.stack([one.slopes.mean(1).swapaxes(0, 1) for one in simulations]),
        step_error=np.stack([one.step_error for one in simulations]),
        time=np.array(simulations[0].time),
        mean=np.stack([one.signals.mean(0, dtype=complex) for one in simulations]),
        disorder_sd=np.stack([one.signals.astype(complex).std(0, ddof=1) for one in simulations]),
        noise=problem.noise,
        disorder=problem.disorder,
        settings=tuple(dict(setting) for setting in problem.preset.settings),
        n_seeds=problem.n_seeds,
        seed=problem.seed,
        n_redrawn=n_redrawn,
        seconds=clock.perf_counter() - begin,
        recipe_version=VERSION,
    )
    save(result)
    return result


def find_identification(
    preset: Preset | str, *, n_points: int = 4, **options: Unpack[ProblemOptions]
) -> Identification | None:
    """Return what :func:`identify` would return, if it is stored; otherwise None."""
    stored = find(identification_key(preset, n_points=n_points, **options))
    return stored if isinstance(stored, Identification) else None


def identification_key(
    preset: Preset | str, *, n_points: int = 4, **options: Unpack[ProblemOptions]
) -> str:
    """Return the key under which the result of :func:`identify` is stored."""
    problem = IdentifyProblem.of(preset, **options)
    n_points = 1 if problem.point is not None else N_POINTS.check(n_points)
    return problem.key("verdicts", n_places=n_points)


def _simulate(
    problem: IdentifyProblem, n_points: int, progress: Progress
) -> tuple[list[Simulated], int]:
    """Simulate all points; return them, and how many were drawn again."""
    if problem.point is not None:
        seeds = seeds_of(problem.seed, 0, problem.n_seeds)
        point = problem.point
        return [(point, simulate_point(problem.preset, point, problem.specs, seeds, progress))], 0
    cells = latin_square(n_points, len(problem.preset.space), problem.seed)
    simulated, n_redrawn = [], 0
    for k in range(n_points):
        part = part_of(
            progress,
            100 * k / n_points,
            100 * (k + 1) / n_points,
            before=f"point {k + 1} of {n_points}: ",
        )
        one, n = _simulate_drawn(problem, k, cells[k], part)
        simulated.append(one)
        n_redrawn += n
    return simulated, n_redrawn


def _simulate_drawn(
    problem: IdentifyProblem, number: int, cell: np.ndarray, progress: Progress
) -> tuple[Simulated, int]:
    """Draw one point of the prior that can be simulated, first in its cell, then anywhere."""
    rng = side_stream(problem.seed, Purpose.REDRAWN_POINTS, number)
    seeds = seeds_of(problem.seed, number, problem.n_seeds)
    n_redrawn = 0
    for trial in range(MAX_REDRAWS):
        drawn = problem.preset.draw_sample(rng, cell if trial == 0 else None)
        n_redrawn += drawn.n_redrawn
        point = point_values(problem.preset, drawn.values, problem.specs)
        try:
            simulation = simulate_point(problem.preset, point, problem.specs, seeds, progress)
        except InputError as error:
            reason = error
            n_redrawn += 1
        else:
            return (point, simulation), n_redrawn
    raise InputError(
        f"None of {MAX_REDRAWS} points of {problem.preset.name} can be simulated. "
        f"The last: {reason}"
    )


def bounds_table(
    specs: Sequence[Parameter], points: pd.DataFrame, matrices: np.ndarray
) -> pd.DataFrame:
    """Return the table ``bounds`` of an :class:`Identification` from its Fisher matrices."""
    rows = []
    for k, F in enumerate(matrices):
        bound, alone, prior = cramer_rao(F), conditional_bounds(F), bounds_with_prior(F)
        for i, spec in enumerate(specs):
            rows.append(
                {
                    "point": k,
                    "name": spec.name,
                    "value": float(points[spec.name].iloc[k]),
                    "bound": bound[i] * spec.width,
                    "bound_percent": 100 * bound[i],
                    "conditional": alone[i] * spec.width,
                    "with_prior": prior[i] * spec.width,
                }
            )
    return pd.DataFrame(rows)
