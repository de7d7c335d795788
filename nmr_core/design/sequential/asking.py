"""What to measure next: the acquisition with the largest gain per time, or why to stop.

The candidates are all settings, the present one among them, and rounds of the default design, each
with 1, 4, 16, ... times its shots, and then the best ones with twice and half as many.
"""

from dataclasses import replace

import pandas as pd

from nmr_core.design.sequential.book import LabBook, Request
from nmr_core.design.sequential.candidates import (
    Candidate,
    finer,
    loss_of,
    possible,
    valued,
)
from nmr_core.design.sequential.posterior import posterior_of
from nmr_core.design.settings import Acquisition
from nmr_core.progress import Progress, silent

REFINED = 3
"""Candidates that are tried with half and twice their shots as well."""
NOTHING = 0.01
"""Fall of the loss, as a fraction, below which there is nothing left to learn."""
HOUR = 3600.0


def ask(book: LabBook, *, progress: Progress = silent) -> Acquisition | str:
    """Return the acquisition to measure next, or the sentence with which measuring ends.

    Parameters
    ----------
    book : LabBook
        With its pool.
    progress : callable
        Called with (done, total, message).
    """
    request = book.request or next_request(book, progress=progress)
    return request.sentence if request.acquisition is None else request.acquisition


def advised(book: LabBook, *, progress: Progress = silent) -> LabBook:
    """Return the book with the next request."""
    return replace(book, request=next_request(book, progress=progress))


def ended(book: LabBook) -> Request | None:
    """Return the request that ends measuring, if a target is reached or the budget is spent."""
    if loss_of(book, posterior_of(book).errors) <= 1:
        return Request(None, f"The target is reached: {book.target.label}. Measuring can end.")
    return None if possible(book) else spent(book)


def spent(book: LabBook) -> Request:
    """Return the request that ends measuring because nothing fits into the budget."""
    return Request(
        None,
        f"The budget is spent: {book.remaining:.4g} s of {book.problem.budget:.4g} s are left, and "
        "nothing more fits. Begin another lab book with a larger budget to go on.",
    )


def next_request(book: LabBook, *, progress: Progress = silent) -> Request:
    """Return what to measure next, or why to stop.

    Parameters
    ----------
    book : LabBook
        With its pool.
    progress : callable
        Called with (done, total, message).

    Returns
    -------
    Request
        It ends measuring if every target is reached, if the budget is spent, if the gain per hour
        is below ``book.least_gain``, or if neither a setting nor a round of the default lowers
        the loss by :data:`NOTHING`.
    """
    end = ended(book)
    if end is not None:
        return end
    posterior = posterior_of(book)
    several = possible(book)
    candidates = valued(book, posterior, several, progress)
    best = sorted(candidates, key=lambda one: one.rank, reverse=True)[:REFINED]
    more = [one for one in finer(book, best) if one not in several]
    candidates += valued(book, posterior, more, progress)
    candidates.sort(key=lambda one: one.rank, reverse=True)
    return _request(book, candidates)


def _request(book: LabBook, candidates: list[Candidate]) -> Request:
    """The request from candidates, best first."""
    now = book.estimate.weighted
    gains = [(now - one.expected) * HOUR / max(one.seconds, 1e-9) for one in candidates]
    table = pd.DataFrame(
        {
            "setting": [one.label for one in candidates],
            "shots": [one.shots for one in candidates],
            "seconds": [one.seconds for one in candidates],
            "expected": [one.expected for one in candidates],
            "gain_per_hour": gains,
        }
    )
    if not any(one.loss <= 1 or one.fall >= NOTHING for one in candidates):
        return Request(
            None,
            f"There is nothing left to learn: no setting lowers the error by {100 * NOTHING:g} % "
            f"in the {book.remaining:.4g} s that are left, nor does a round of the default.",
            table=table,
        )
    best, gain = candidates[0], gains[0]
    if gain < book.least_gain:
        return Request(
            None,
            f"The gain is too small: {100 * gain:.3g} % of the ranges per hour at best, and "
            f"{100 * book.least_gain:.3g} % per hour is the limit.",
            table=table,
        )
    asked, alone, of = best.next_one(book), best, ""
    if len(best.plan) > 1:
        [alone] = valued(book, posterior_of(book), [(asked,)], silent)
        of = f", of {best.label}"
    sentence = (
        f"Measure {asked.label}{of}: in {best.seconds:.4g} s the weighted error is expected to "
        f"fall from {100 * now:.3g} % to {100 * best.expected:.3g} % of the ranges."
    )
    return Request(asked, sentence, alone.expected, alone.seconds, gain, table)
