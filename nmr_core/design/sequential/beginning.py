"""Begin a lab book: simulate its materials, and find the first setting to measure."""

import time as clock
from collections.abc import Mapping

import numpy as np

from nmr_core.design.attained import HOPELESS
from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.asking import advised
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.error_target import ErrorTarget, weighted_error
from nmr_core.design.sequential.estimate import LEVEL
from nmr_core.design.sequential.evidence import evidence_of
from nmr_core.design.sequential.posterior import Posterior
from nmr_core.design.simulating import simulate_pool
from nmr_core.errors import InputError
from nmr_core.parameters import Parameter
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.workspace import new_id

N_MATERIALS = 512
"""Simulated materials of a pool."""
MATERIALS = Parameter("n_materials", "materials", "", 32, 100_000, N_MATERIALS, integer=True)
LEAST_GAIN = Parameter(
    "least_gain",
    "Least gain",
    "",
    0,
    1e6,
    0.0,
    hint="It is the least fall of the weighted error per hour, as a fraction of the ranges.",
)
POOL = 80
"""Progress at which the pool is there, %."""


def begin(
    problem: DesignProblem,
    target: float | Mapping[str, float] | ErrorTarget,
    *,
    n_materials: int | None = None,
    least_gain: float = 0.0,
    pool: Pool | None = None,
    title: str = "",
    n_jobs: int = 1,
    progress: Progress = silent,
) -> LabBook:
    """Return a new lab book with its first request.

    Parameters
    ----------
    problem : DesignProblem
        Its budget is that of the whole session.
    target : float or dict of str to float
        Where measuring ends: weighted error as a fraction of the ranges, or the standard error of
        each parameter in its unit.
    n_materials : int, optional
        Simulated materials that estimates follow from, at least 32; default: :data:`N_MATERIALS`.
    least_gain : float
        Fall of the weighted error per hour, as a fraction of the ranges, below which measuring
        ends, as well.
    pool : Pool, optional
        Of an earlier book of the same problem; default: it is simulated.
    title : str
        Text for lists.
    n_jobs : int
        Processes.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
        For a target that cannot be one or that the prior has reached, for other numbers that
        cannot be, or a problem whose counted parameters no setting determines.
    """
    goal = ErrorTarget.of(target, problem.specs, problem.weights)
    check_above_target(problem, goal)
    least_gain = LEAST_GAIN.check(least_gain)
    n = N_MATERIALS if n_materials is None else MATERIALS.check(n_materials)
    if pool is None:
        settings, part = problem.all_settings, part_of(progress, 0, POOL)
        pool = simulate_pool(problem, settings, n, part="book", n_jobs=n_jobs, progress=part)
    unknown = unknown_names(problem, pool, goal)
    weights = problem.weight_row * [name not in unknown for name in problem.names]
    book = LabBook(
        new_id("lb"),
        title or f"{problem.preset.label}: {goal.label}",
        problem.to_dict(),
        goal,
        Posterior.of(pool).summary(problem, weights, LEVEL),
        least_gain=least_gain,
        unknown=unknown,
        pool=pool,
        created=clock.strftime("%Y-%m-%d %H:%M", clock.gmtime()),
    )
    return advised(book, progress=part_of(progress, POOL, 100))


def check_above_target(problem: DesignProblem, goal: ErrorTarget) -> None:
    """Raise :class:`InputError` for a target that is reached before anything is measured."""
    sds, specs, weights = problem.prior_sds, problem.specs, problem.weight_row
    if goal.loss(sds, specs, weights) > 1:
        return
    if goal.errors:
        rows = zip(specs, sds, strict=True)
        errors = {one.name: sd * one.width for one, sd in rows if one.name in goal.errors}
        before = ErrorTarget(0.0, errors)
    else:
        before = ErrorTarget(float(weighted_error(sds, weights)))
    raise InputError(
        f"The target, {goal.label}, is reached before anything is measured: by the prior it is "
        f"{before.label}. Give a smaller error."
    )


def unknown_names(problem: DesignProblem, pool: Pool, goal: ErrorTarget) -> tuple[str, ...]:
    """Return the parameters that all settings together do not determine.

    Parameters
    ----------
    problem : DesignProblem
        With its weights and its budget.
    pool : Pool
        At all settings.
    goal : ErrorTarget
        Where measuring ends.

    Raises
    ------
    InputError
        If a parameter with a target is among them, or every parameter that counts.
    """
    # Each setting as often as the whole budget allows: more than can be measured
    shots = {one: max(1, problem.shots_within(one)) for one in problem.settings}
    errors = np.sqrt((evidence_of(pool, shots).residuals ** 2).mean(axis=0))
    hopeless = errors > HOPELESS * pool.theta.std(axis=0)
    unknown = tuple(name for name, no in zip(problem.names, hopeless, strict=True) if no)
    wanted = [name for name in goal.errors if name in unknown]
    counted = [name for name in problem.names if problem.weights[name]]
    if wanted or set(counted) <= set(unknown):
        names = ", ".join(wanted or counted)
        raise InputError(
            f"No setting determines {names}, even with the whole budget at each of them. Give "
            "other settings, a larger budget, or a target for another parameter."
        )
    return unknown
