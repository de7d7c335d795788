"""What can be measured next, and what is expected of it.

    rate = log(loss now / max(1, loss after it)) / time

What is gained beyond the target does not count. The time holds the shots and the change of the
setting. The loss after an acquisition is expected from the materials of the pool that are like the
present estimate: their leave-one-out residuals with and without it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.error_target import weighted_error
from nmr_core.design.sequential.posterior import Posterior
from nmr_core.design.settings import Acquisition
from nmr_core.progress import Progress

LEVELS = (1, 4, 16, 64, 256, 1024)
"""Shots of a candidate."""
NOTICED = 0.02
"""Fall of the loss that a candidate must reach, if one does: smaller ones are lost in the noise."""
SHORTEST = 1 / 16
"""Time of a candidate over the time so far, at least."""


@dataclass(frozen=True)
class Candidate:
    """One acquisition, and what is expected of it.

    Attributes
    ----------
    acquisition : Acquisition
    seconds : float
        Time with the change of the setting.
    expected : float
        Weighted error after it, as a fraction of the ranges.
    fall : float
        Of the loss, as a fraction of the present one.
    loss : float
        After it; 1 or less: the target is reached.
    rate : float
        Fall of the logarithm of the loss per second, down to the target.
    """

    acquisition: Acquisition
    seconds: float
    expected: float
    fall: float
    loss: float
    rate: float

    @property
    def rank(self) -> tuple[bool, float]:
        """Order: what is noticed by its rate, and the rest by its whole fall."""
        is_noticed = self.fall >= NOTICED or self.loss <= 1
        return is_noticed, self.rate if is_noticed else self.fall


def loss_of(book: LabBook, errors: np.ndarray) -> float:
    """Return how far standard errors (n,) are from the target of a book."""
    return float(book.target.loss(errors, book.problem.specs, book.weights))


def time_of(book: LabBook, acquisition: Acquisition) -> float:
    """Return the time of an acquisition after those of the book, s, with the change before it."""
    problem = book.problem
    shots = acquisition.shots * problem.seconds_of_shot(acquisition.setting)
    if not book.entries:
        return shots
    before = book.entries[-1].acquisition.setting
    return shots + problem.costs.changes((before, acquisition.setting), problem.base)


def possible(book: LabBook) -> list[Acquisition]:
    """Return all settings with the numbers of shots that fit into the rest of the budget."""
    several = (Acquisition(setting, shots) for setting in book.problem.settings for shots in LEVELS)
    return _fitting(book, several)


def finer(book: LabBook, best: Iterable[Candidate]) -> list[Acquisition]:
    """Return the best candidates with half and twice their shots."""
    several = {}
    for one in best:
        setting, shots = one.acquisition.setting, one.acquisition.shots
        for number in (max(1, shots // 2), 2 * shots):
            several[setting, number] = Acquisition(setting, number)
    return _fitting(book, several.values())


def _fitting(book: LabBook, several: Iterable[Acquisition]) -> list[Acquisition]:
    """Acquisitions within the budget that are not too short to be noticed."""
    left = book.remaining
    shortest = min(SHORTEST * book.seconds, left / 2)
    return [one for one in several if shortest <= time_of(book, one) <= left + 1e-9]


def valued(
    book: LabBook, posterior: Posterior, several: list[Acquisition], progress: Progress
) -> list[Candidate]:
    """Return what is expected of acquisitions.

    Parameters
    ----------
    book : LabBook
        With its target and costs.
    posterior : Posterior
        After its entries.
    several : list of Acquisition
        To value.
    progress : callable
        Called with (done, total, message).
    """
    now = loss_of(book, posterior.errors)
    first = dict.fromkeys(book.problem.default.settings, 1)
    candidates = []
    for number, one in enumerate(several):
        progress(number, len(several), "comparing what to measure next")
        errors = posterior.errors_after(one, first)
        after, seconds = loss_of(book, errors), time_of(book, one)
        candidates.append(
            Candidate(
                one,
                seconds,
                expected=float(weighted_error(errors, book.weights)),
                fall=1 - after / now,
                loss=after,
                rate=float(np.log(now / max(after, 1.0))) / max(seconds, 1e-9),
            )
        )
    return candidates
