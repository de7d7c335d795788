"""The job "lab_book": begin a lab book, or rehearse one, and store it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nmr_core.design.problem import DesignProblem
from nmr_core.design.sequential.beginning import begin
from nmr_core.design.sequential.rehearsing import rehearse
from nmr_core.design.sequential.store import save_book
from nmr_core.errors import InputError
from nmr_core.progress import Progress, silent
from nmr_core.storage.workspace import checked_id

OPTIONS = ("n_materials", "least_gain", "title", "n_jobs")
"""Arguments of :func:`~.beginning.begin` that a job may have."""
REHEARSAL = ("material", "seed")
"""Further ones of :func:`~.rehearsing.rehearse`."""


def lab_book_job(params: Mapping[str, Any], progress: Progress = silent) -> dict[str, str]:
    """Run the job "lab_book".

    Parameters
    ----------
    params : dict
        "problem", as of :meth:`nmr_core.design.problem.DesignProblem.to_dict`; "target";
        "book", id of the lab book, default a new one; "rehearse", whether a simulated spectrometer
        fills it; and options of :func:`~.beginning.begin` and :func:`~.rehearsing.rehearse`.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    dict
        id of the lab book, and a summary.

    Raises
    ------
    InputError
        For a problem or a target that is missing or cannot be one.
    """
    if "problem" not in params or "target" not in params:
        raise InputError("A lab book needs a problem and a target. Begin it from its page.")
    problem = DesignProblem.from_dict(params["problem"])
    names = OPTIONS + (REHEARSAL if params.get("rehearse") else ())
    options = {name: params[name] for name in names if params.get(name) is not None}
    make = rehearse if params.get("rehearse") else begin
    options.setdefault("n_jobs", -1)
    book = make(problem, params["target"], progress=progress, **options)
    id = checked_id(params.get("book") or book.id)
    book = replace(book, id=id, owner=str(params.get("owner", "")))
    save_book(book)
    return {"id": book.id, "summary": book.sentence}
