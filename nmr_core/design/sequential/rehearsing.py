"""Begin a lab book, and rehearse one with a simulated spectrometer."""

import time as clock
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nmr_core.design.attained import HOPELESS
from nmr_core.design.pool import Pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.asking import advised, ended
from nmr_core.design.sequential.book import LabBook, Request
from nmr_core.design.sequential.error_target import ErrorTarget
from nmr_core.design.sequential.estimate import LEVEL
from nmr_core.design.sequential.evidence import FIRST_CHOICE, evidence_of
from nmr_core.design.sequential.posterior import Posterior
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.telling import tell
from nmr_core.design.settings import Acquisition
from nmr_core.design.simulating import simulate_pool
from nmr_core.errors import InputError
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.workspace import new_id

N_MATERIALS = 512
"""Simulated materials of a pool."""
MOST_ENTRIES = 400
"""Acquisitions of a rehearsal at most."""
POOL = 80
"""Progress at which the pool is there, %."""


def begin(
    problem: DesignProblem,
    target: float | Mapping[str, float] | ErrorTarget,
    *,
    n_materials: int = N_MATERIALS,
    least_gain: float = 0.0,
    level: float = LEVEL,
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
    n_materials : int
        Simulated materials that estimates follow from.
    least_gain : float
        Fall of the logarithm of the loss per hour below which measuring ends, as well.
    level : float
        Of the intervals.
    pool : Pool, optional
        Of an earlier book of the same problem; default: it is simulated.
    title : str
    n_jobs : int
        Processes.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
        For a target that cannot be one, a level that is not between 0 and 1, or a problem whose
        counted parameters no setting determines.
    """
    goal = ErrorTarget.of(target, problem.specs, problem.weights)
    if not 0 < level < 1:
        raise InputError(f"level must be > 0 and < 1, got {level:g}. Use 0.9 for 90 % intervals.")
    if pool is None:
        settings, part = problem.all_settings, part_of(progress, 0, POOL)
        pool = simulate_pool(
            problem, settings, n_materials, part="book", n_jobs=n_jobs, progress=part
        )
    unknown = unknown_names(problem, pool, goal)
    weights = problem.weight_row * [name not in unknown for name in problem.names]
    book = LabBook(
        new_id("lb"),
        title or f"{problem.preset.label}: {goal.label}",
        problem.to_dict(),
        goal,
        Posterior.of(pool).summary(problem, weights, level),
        least_gain=float(least_gain),
        level=float(level),
        unknown=unknown,
        pool=pool,
        created=clock.strftime("%Y-%m-%d %H:%M", clock.gmtime()),
    )
    return advised(book, progress=part_of(progress, POOL, 100))


def unknown_names(problem: DesignProblem, pool: Pool, goal: ErrorTarget) -> tuple[str, ...]:
    """Return the parameters that all settings together do not determine.

    Parameters
    ----------
    problem : DesignProblem
    pool : Pool
        At all settings.
    goal : ErrorTarget

    Raises
    ------
    InputError
        If a parameter with a target is among them, or every parameter that counts.
    """
    # Each setting as often as the whole budget allows: more than can be measured
    shots = {one: max(1, problem.shots_within(one)) for one in problem.settings}
    errors = np.sqrt((evidence_of(pool, shots, FIRST_CHOICE).residuals ** 2).mean(axis=0))
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


def rehearse(
    problem: DesignProblem,
    target: float | Mapping[str, float] | ErrorTarget,
    *,
    material: Mapping[str, float] | None = None,
    seed: int = 0,
    order: Sequence[Acquisition] | None = None,
    book: LabBook | None = None,
    progress: Progress = silent,
    **options,
) -> LabBook:
    """Return a lab book that was filled by a simulated spectrometer, to its end.

    Parameters
    ----------
    problem : DesignProblem
    target : float or dict of str to float
        As of :func:`begin`.
    material : dict of str to float, optional
        Parameters of the simulated material; default: drawn from the prior.
    seed : int
        Of the material, its offsets and the noise.
    order : sequence of Acquisition, optional
        Measured in this order, again and again, in place of what the book asks for: the fixed
        design to compare with.
    book : LabBook, optional
        An empty one of the same problem and target, whose pool is used.
    progress : callable
        Called with (done, total, message).
    **options
        As of :func:`begin`.

    Returns
    -------
    LabBook
        ``truth`` holds the parameters of the material.
    """
    spectrometer = Spectrometer.of(problem, material, seed=seed)
    if book is None:
        book = begin(problem, target, progress=part_of(progress, 0, 60), **options)
    book = replace(book, entries=(), truth=spectrometer.material)
    book = _continued(book, order)
    for number in range(MOST_ENTRIES):
        if book.request.acquisition is None:
            break
        progress(60 + min(39, number), 100, f"{len(book.entries)} acquisitions measured")
        signal = spectrometer.measure(book.request.acquisition, number)
        book = _continued(tell(book, signal, advise=False), order)
    progress(100, 100, book.sentence)
    return book


def _continued(book: LabBook, order: Sequence[Acquisition] | None) -> LabBook:
    """The book with its next request, or with the next one of a fixed order."""
    if order is None:
        return advised(book)
    end = ended(book)
    if end is not None:
        return replace(book, request=end)
    acquisition = order[len(book.entries) % len(order)]
    return replace(book, request=Request(acquisition, acquisition.label))
