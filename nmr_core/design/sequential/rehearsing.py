"""Rehearse a lab book with a simulated spectrometer, from the first echo to the last."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.asking import advised, ended, spent
from nmr_core.design.sequential.beginning import begin
from nmr_core.design.sequential.book import LabBook, Request
from nmr_core.design.sequential.candidates import time_of
from nmr_core.design.sequential.error_target import ErrorTarget
from nmr_core.design.sequential.spectrometer import Spectrometer
from nmr_core.design.sequential.telling import tell
from nmr_core.design.settings import Acquisition
from nmr_core.progress import Progress, part_of, silent

MOST_ENTRIES = 400
"""Acquisitions of a rehearsal at most."""


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
        acquisition = book.request.acquisition if book.request else None
        if acquisition is None:
            break
        progress(60 + min(39, number), 100, f"{len(book.entries)} acquisitions measured")
        signal = spectrometer.measure(acquisition, number)
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
    if time_of(book, acquisition) > book.remaining + 1e-9:
        return replace(book, request=spent(book))
    return replace(book, request=Request(acquisition, acquisition.label))
