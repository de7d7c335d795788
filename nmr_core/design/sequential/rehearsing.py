"""Begin a lab book, and rehearse one with a simulated spectrometer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nmr_core.design.pool import Pool, make_pool
from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.asking import advised, next_request, time_of
from nmr_core.design.sequential.book import LabBook, Request
from nmr_core.design.sequential.error_target import ErrorTarget
from nmr_core.design.sequential.estimate import LEVEL
from nmr_core.design.sequential.posterior import prior_of
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.telling import tell
from nmr_core.design.settings import Acquisition
from nmr_core.errors import InputError
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.clock import now_text
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
        pool = make_pool(
            problem, n_materials=n_materials, n_jobs=n_jobs, progress=part_of(progress, 0, POOL)
        )
    book = LabBook(
        new_id("lb"),
        title or f"{problem.preset.label}: {goal.label}",
        problem.to_dict(),
        goal,
        prior_of(problem, pool, level),
        least_gain=float(least_gain),
        level=float(level),
        pool=pool,
        created=now_text(),
    )
    return advised(book, progress=part_of(progress, POOL, 100))


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
