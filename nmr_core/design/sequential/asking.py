"""What to measure next: the acquisition with the largest expected gain per hour.

    gain = log(loss now / max(1, loss expected after it)) / time

What is gained beyond the target does not count. The time holds the shots and the change of the setting. The candidates are all settings, the present
one among them, each with 1, 4, 16, ... shots, and the best ones with twice and half as many. The
loss after an acquisition is expected from the materials of the pool that are like the present
estimate: their leave-one-out residuals with and without it.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from nmr_core.design.sequential.book import LabBook, Request
from nmr_core.design.sequential.error_target import weighted_error
from nmr_core.design.sequential.posterior import Posterior, posterior_of
from nmr_core.design.settings import Acquisition, Setting
from nmr_core.progress import Progress, silent

LEVELS = (1, 4, 16, 64, 256, 1024)
"""Shots of a candidate."""
REFINED = 3
"""Candidates that are tried with half and twice their shots as well."""
NOTHING = 0.01
"""Fall of the loss, as a fraction, below which there is nothing left to learn."""
NOTICED = 0.02
"""Fall of the loss that a candidate must reach, if one does: smaller ones are lost in the noise."""
SHORTEST = 1 / 16
"""Time of a candidate over the time so far, at least."""
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
        is below ``book.least_gain``, or if no acquisition lowers the loss by :data:`NOTHING`.
    """
    end = ended(book)
    if end is not None:
        return end
    posterior = posterior_of(book)
    loss = _loss(book, posterior.errors)
    candidates = list(_candidates(book))
    rows = _valued(book, posterior, loss, candidates, progress)
    best = sorted(rows, key=_rank, reverse=True)[:REFINED]
    known = {(row["acquisition"].setting, row["acquisition"].shots) for row in rows}
    finer = [one for one in _finer(book, best) if (one.setting, one.shots) not in known]
    rows += _valued(book, posterior, loss, finer, progress)
    rows.sort(key=_rank, reverse=True)
    return _chosen(book, posterior, loss, rows)


def _rank(row: dict) -> tuple[bool, float]:
    """Candidates that are noticed by their gain per hour, the others by their whole gain."""
    noticed = row["fall"] >= NOTICED or row["reaches"]
    return noticed, row["gain"] if noticed else row["fall"]


def ended(book: LabBook) -> Request | None:
    """Return the request that ends measuring, if a target is reached or the budget is spent."""
    if _loss(book, posterior_of(book).errors) <= 1:
        return Request(None, f"The target is reached: {book.target.label}. Measuring can end.")
    if not any(True for _ in _candidates(book)):
        return Request(
            None,
            f"The budget is spent: {book.remaining:.4g} s of {book.problem.budget:.4g} s are left, "
            "and no shot fits. Give a larger budget to go on.",
        )
    return None


def _loss(book: LabBook, errors: np.ndarray) -> float:
    return float(book.target.loss(errors, book.problem.specs, book.weights))


def time_of(book: LabBook, acquisition: Acquisition) -> float:
    """Return the time of an acquisition after those of the book, s, with the change before it."""
    problem = book.problem
    shots = acquisition.shots * problem.seconds_of_shot(acquisition.setting)
    if not book.entries:
        return shots
    before = book.entries[-1].acquisition.setting
    return shots + problem.costs.changes((before, acquisition.setting), problem.base)


def _candidates(book: LabBook) -> Iterator[Acquisition]:
    """All settings with the numbers of shots that fit into the rest of the budget."""
    for setting in book.problem.settings:
        for shots in LEVELS:
            acquisition = Acquisition(setting, shots)
            if _fits(book, acquisition):
                yield acquisition


def _fits(book: LabBook, acquisition: Acquisition) -> bool:
    """Whether an acquisition is within the budget and not too short to be noticed."""
    seconds, left = time_of(book, acquisition), book.remaining
    return min(SHORTEST * book.seconds, left / 2) <= seconds <= left + 1e-9


def _finer(book: LabBook, best: list[dict]) -> list[Acquisition]:
    """The best candidates with half and twice their shots."""
    several: dict[tuple[Setting, int], Acquisition] = {}
    for row in best:
        one = row["acquisition"]
        for shots in {max(1, one.shots // 2), 2 * one.shots}:
            acquisition = Acquisition(one.setting, shots)
            if _fits(book, acquisition):
                several[one.setting, shots] = acquisition
    return list(several.values())


def _valued(
    book: LabBook,
    posterior: Posterior,
    loss: float,
    candidates: list[Acquisition],
    progress: Progress,
) -> list[dict]:
    """Expected errors and gain per hour of candidates."""
    rows = []
    first = dict.fromkeys(book.problem.default.settings, 1)
    for number, one in enumerate(candidates):
        progress(number, len(candidates), "comparing what to measure next")
        errors = posterior.errors_after(one, first)
        after = _loss(book, errors)
        seconds = time_of(book, one)
        rows.append(
            {
                "acquisition": one,
                "seconds": seconds,
                "expected": float(weighted_error(errors, book.weights)),
                "fall": 1 - after / loss,
                "reaches": after <= 1,
                "gain": np.log(loss / max(after, 1.0)) * HOUR / max(seconds, 1e-9),
            }
        )
    return rows


def _chosen(book: LabBook, posterior: Posterior, loss: float, rows: list[dict]) -> Request:
    """The request from valued candidates, best first."""
    best = rows[0]
    table = pd.DataFrame(
        {
            "setting": [row["acquisition"].setting.label for row in rows],
            "shots": [row["acquisition"].shots for row in rows],
            "seconds": [row["seconds"] for row in rows],
            "expected": [row["expected"] for row in rows],
            "gain": [row["gain"] for row in rows],
        }
    )
    if not any(row["reaches"] or row["fall"] >= NOTHING for row in rows):
        return Request(
            None,
            f"There is nothing left to learn: no setting lowers the error by {100 * NOTHING:g} % "
            f"in the {book.remaining:.4g} s that are left.",
            table=table,
        )
    if best["gain"] < book.least_gain:
        return Request(
            None,
            f"The gain is too small: {100 * best['gain']:.3g} % per hour of the best setting, and "
            f"{100 * book.least_gain:.3g} % per hour is the limit.",
            table=table,
        )
    one = best["acquisition"]
    now = float(weighted_error(posterior.errors, book.weights))
    sentence = (
        f"Measure {one.label}: in {best['seconds']:.4g} s the weighted error is expected to fall "
        f"from {100 * now:.3g} % to {100 * best['expected']:.3g} % of the ranges."
    )
    return Request(
        one, sentence, best["expected"], best["seconds"], float(best["gain"]), table=table
    )
