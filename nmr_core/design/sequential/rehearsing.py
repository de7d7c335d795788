"""Rehearse a lab book with a simulated spectrometer, from the first echo to the last.

Who looks at the error more often sees it below the target sooner, because it fluctuates. A book
looks after each request, which takes at least 1/16 of the time so far. A fixed order is looked at
by the same rule: when the acquisitions since the last look have taken 1/16 of the time before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.asking import advised, ended, spent
from nmr_core.design.sequential.beginning import begin
from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.candidates import Plan, fits, shortest_time, time_of
from nmr_core.design.sequential.error_target import ErrorTarget
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.telling import entered
from nmr_core.design.settings import Acquisition
from nmr_core.errors import InputError
from nmr_core.progress import Progress, part_of, silent
from nmr_core.storage.workspace import new_id

MOST_LOOKS = 400
"""Looks at the error in a rehearsal, at most."""


def rehearse(
    problem: DesignProblem,
    target: float | Mapping[str, float] | ErrorTarget,
    *,
    material: Mapping[str, float] | None = None,
    seed: int = 0,
    order: Sequence[Acquisition] | None = None,
    book: LabBook | None = None,
    progress: Progress = silent,
    **options: Any,
) -> LabBook:
    """Return a lab book that was filled by a simulated spectrometer, to its end.

    Parameters
    ----------
    problem : DesignProblem
        Its budget is that of the whole session.
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
        One of the same problem and target, whose pool, but none of whose entries, is used.
    progress : callable
        Called with (done, total, message).
    **options
        As of :func:`begin`; for a new book only.

    Returns
    -------
    LabBook
        With an id of its own; ``truth`` holds the parameters of the material.

    Raises
    ------
    InputError
        As of :func:`begin`, and for a book of another problem or target, or with options.
    """
    spectrometer = Spectrometer.of(problem, material, seed=seed)
    if book is None:
        book = begin(problem, target, progress=part_of(progress, 0, 60), **options)
    else:
        _check_book(book, problem, target, options)
    empty = replace(book, id=new_id("lb"), entries=(), changes=(), receiver={})
    book = replace(empty, truth=spectrometer.material)
    for looks in range(MOST_LOOKS):
        book, plan = _asked(book) if order is None else _in_order(book, order)
        if not plan:
            break
        progress(60 + min(39, looks), 100, f"{len(book.entries)} acquisitions measured")
        for missing, one in zip(reversed(range(len(plan))), plan, strict=True):
            signal = spectrometer.measure(one, len(book.entries))
            look = not missing
            book = entered(book, signal, acquisition=one, accept_misfit=True, look=look)
    progress(100, 100, book.sentence)
    return book


def _check_book(
    book: LabBook, problem: DesignProblem, target: Any, options: Mapping[str, Any]
) -> None:
    """Raise :class:`InputError` where a book does not go with the other arguments."""
    other = ""
    if book.problem_fields != problem.to_dict():
        other = "problem"
    elif book.target != ErrorTarget.of(target, problem.specs, problem.weights):
        other = "target"
    elif options:
        raise InputError(
            f"The lab book has its {', '.join(map(str, options))} already. Leave that out, or the "
            "book."
        )
    if other:
        raise InputError(
            f"The lab book {book.id} was begun for another {other}. Give book.{other}, or leave "
            "out the book."
        )


def _asked(book: LabBook) -> tuple[LabBook, Plan]:
    """The book with its next request, and what to measure before the next look."""
    book = advised(book)
    acquisition = book.request.acquisition if book.request else None
    return book, () if acquisition is None else (acquisition,)


def _in_order(book: LabBook, order: Sequence[Acquisition]) -> tuple[LabBook, Plan]:
    """The same with what comes next in a fixed order."""
    end = ended(book)
    if end is not None:
        return replace(book, request=end), ()
    start, shortest = len(book.entries), shortest_time(book)
    plan: Plan = ()
    while not plan or time_of(book, *plan) < shortest:
        longer = (*plan, order[(start + len(plan)) % len(order)])
        if not fits(book, *longer):
            break
        plan = longer
    return replace(book, request=None if plan else spent(book)), plan
