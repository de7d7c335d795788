"""What can be measured next, and what is expected of it.

    rate = log(loss now / max(1, loss after it)) / time

A plan is one acquisition, or a round of the default design. A round counts as one plan, because
settings that tell nothing alone may tell something together. What is gained beyond the target does
not count. The time holds the shots and the changes of the setting. The loss after a plan is
expected from the materials of the pool that are like the present estimate: their leave-one-out
residuals with and without it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.error_target import weighted_error
from nmr_core.design.sequential.posterior import Posterior, together
from nmr_core.design.settings import Acquisition
from nmr_core.progress import Progress

STEP = 4
"""Factor between the numbers of shots of a setting that are tried."""
N_LEVELS = 6
"""Numbers of shots of a setting that are tried, at most."""
NOTICED = 0.02
"""Fall of the loss that a candidate must reach, if one does: smaller ones are lost in the noise."""
SHORTEST = 1 / 16
"""Time of a candidate over the time so far, at least."""
Plan = tuple[Acquisition, ...]
"""What is valued as one: one acquisition, or several, one after another."""


@dataclass(frozen=True)
class Candidate:
    """One plan, and what is expected of it.

    Attributes
    ----------
    plan : tuple of Acquisition
    seconds : float
        Time with the changes of the setting.
    expected : float
        Weighted error after it, as a fraction of the ranges.
    fall : float
        Of the loss, as a fraction of the present one.
    loss : float
        After it; 1 or less: the target is reached.
    rate : float
        Fall of the logarithm of the loss per second, down to the target.
    """

    plan: Plan
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

    @property
    def label(self) -> str:
        """The setting, or that it is a round of several."""
        if len(self.plan) == 1:
            return self.plan[0].setting.label
        return f"a round of {len(self.plan)} settings"

    @property
    def shots(self) -> int:
        """Shots of all its settings."""
        return sum(one.shots for one in self.plan)

    def next_one(self, book: LabBook) -> Acquisition:
        """Return what to measure first: the setting of the plan with the fewest shots so far."""
        so_far, _ = together(book.entries)
        return min(self.plan, key=lambda one: so_far.get(one.setting, 0) / one.shots)


def loss_of(book: LabBook, errors: np.ndarray) -> float:
    """Return how far standard errors (n,) are from the target of a book."""
    return float(book.target.loss(errors, book.problem.specs, book.weights))


def time_of(book: LabBook, *plan: Acquisition) -> float:
    """Return the time of acquisitions after those of the book, s, with the changes before them."""
    problem = book.problem
    before = [entry.acquisition.setting for entry in book.entries[-1:]]
    settings = (*before, *(one.setting for one in plan))
    shots = sum(one.shots * problem.seconds_of_shot(one.setting) for one in plan)
    return shots + problem.costs.changes(settings, problem.base)


def fits(book: LabBook, *plan: Acquisition) -> bool:
    """Return whether acquisitions fit into the rest of the budget."""
    return time_of(book, *plan) <= book.remaining + 1e-9


def possible(book: LabBook) -> list[Plan]:
    """Return all settings and rounds of the default with the shots that the budget allows."""
    settings, default = book.problem.settings, book.problem.default
    several = [plan for setting in settings for plan in _levels(book, (Acquisition(setting),))]
    if len(default.settings) > 1 and set(default.settings) <= set(settings):
        several += _levels(book, default.acquisitions)
    return several


def _levels(book: LabBook, plan: Plan) -> list[Plan]:
    """The plan 1, 4, 16, ... times, from what is noticed to what fits; the longest if none does."""
    once = time_of(book, *plan)
    each = time_of(book, *times(plan, 2)) - once
    most = 1 + int((book.remaining - once) / each + 1e-9)
    if not fits(book, *plan):
        return []
    numbers = [STEP**k for k in range(int(np.log(most) / np.log(STEP) + 1e-9) + 1)]
    shortest = shortest_time(book)
    several = [times(plan, n) for n in numbers]
    noticed = [one for one in several if time_of(book, *one) >= shortest]
    return noticed[:N_LEVELS] or [times(plan, most)]


def shortest_time(book: LabBook) -> float:
    """Return the time that a plan must take to be noticed, s."""
    return min(SHORTEST * book.seconds, book.remaining / 2)


def times(plan: Plan, factor: float) -> Plan:
    """Return the plan with all its shots multiplied, at least one shot each."""
    return tuple(Acquisition(one.setting, max(1, int(factor * one.shots))) for one in plan)


def finer(book: LabBook, best: Iterable[Candidate]) -> list[Plan]:
    """Return the best candidates with half and twice their shots."""
    several = dict.fromkeys(times(one.plan, factor) for one in best for factor in (0.5, 2))
    shortest = shortest_time(book)
    return [one for one in several if time_of(book, *one) >= shortest and fits(book, *one)]


def valued(
    book: LabBook, posterior: Posterior, several: list[Plan], progress: Progress
) -> list[Candidate]:
    """Return what is expected of plans.

    Parameters
    ----------
    book : LabBook
        With its target and costs.
    posterior : Posterior
        After its entries.
    several : list of tuple of Acquisition
        To value.
    progress : callable
        Called with (done, total, message).
    """
    now = loss_of(book, posterior.errors)
    counted = book.weights > 0
    candidates = []
    for number, plan in enumerate(several):
        progress(number, len(several), "comparing what to measure next")
        errors = posterior.errors_after(plan, counted)
        after, seconds = loss_of(book, errors), time_of(book, *plan)
        candidates.append(
            Candidate(
                plan,
                seconds,
                expected=float(weighted_error(errors, book.weights)),
                fall=1 - after / now,
                loss=after,
                rate=float(np.log(now / max(after, 1.0))) / max(seconds, 1e-9),
            )
        )
    return candidates
