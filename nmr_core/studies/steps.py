"""How long a study will take: one small fit and a larger one are timed, and the rest follows from how time grows with n."""

import time as clock
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.progress import Progress, publish, reporting
from nmr_core.studies.outcome import Classes, Values
from nmr_core.studies.record import plain
from nmr_core.studies.subject import Subject

SMALL = 60
"""Curves of the smaller timed fit."""


@dataclass(frozen=True)
class Effort:
    """seconds(n) = second · (n / n_timed)^power; power between 1 (features, trees) and 3 (kernels)."""

    n_timed: int
    second: float
    power: float

    def __call__(self, n: int) -> float:
        """Seconds of one fit of ``n`` curves."""
        return self.second * max(1.0, n / self.n_timed) ** self.power

    def total(self, sizes: Sequence[int]) -> float:
        """Seconds of fits of these sizes."""
        return float(sum(map(self, sizes)))


def timed(subject: Subject, train: np.ndarray) -> Effort:
    """Measure with curves of the training part only. The first fit also loads what fits need, and is not counted."""
    small = min(SMALL, len(train))
    large = min(4 * small, len(train))
    used = subject.order(train, 0)

    def seconds(n: int) -> float:
        start = clock.perf_counter()
        subject.predict(np.sort(used[:n]), np.sort(used[: min(n, 50)]))
        return max(1e-4, clock.perf_counter() - start)

    first = seconds(small)
    if large < 2 * small or first > 60:
        return Effort(small, first, 1.0)
    second, third = seconds(small), seconds(large)
    power = float(np.clip(np.log(third / second) / np.log(large / small), 1, 3))
    return Effort(large, third, power)


def duration(seconds: float) -> str:
    """ "about 40 s", "about 12 min", "about 3.5 h", "about 2 days"."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return (
        f"about {seconds / 3600:.1f} h"
        if seconds < 36 * 3600
        else f"about {seconds / 86400:.0f} days"
    )


def refuse_too_long(
    seconds: float, n_fits: int, largest: int, limit_hours: float, advice: str
) -> None:
    """:class:`InputError` with the estimate and what to reduce."""
    if seconds > 3600 * limit_hours:
        raise InputError(
            f"This would take {duration(seconds)} ({n_fits} fits of up to {largest:,} curves), more than the limit "
            f"of {limit_hours:g} h. Reduce {advice}, take a faster model or fewer curves, or raise limit_hours."
        )


TOTAL = 1000


class Steps:
    """One study being made: ``fit`` does a fit and says how far all of it is, ``add`` adds a row to the live table."""

    def __init__(self, subject: Subject, effort: Effort, sizes: Sequence[int], progress: Progress):
        self.subject, self.effort, self.n_fits, self.progress = (
            subject,
            effort,
            len(sizes),
            progress,
        )
        self.rows: list[dict] = []
        self.expected, self.spent, self.done = max(1e-9, effort.total(sizes)), 0.0, 0
        progress(0, TOTAL, f"{duration(self.expected)} for {len(sizes)} fits")

    def fit(self, train, test, what: str = "", **options) -> Values | Classes:
        """``subject.predict``, with progress."""
        cost = self.effort(len(train))
        message = (
            f"fit {self.done + 1} of {self.n_fits}: {len(train):,} curves{what and ', ' + what}, "
            f"{duration(self.expected)} in all"
        )

        def tell(done: int, total: int, _: str) -> None:
            share = (self.spent + cost * done / max(1, total)) / self.expected
            self.progress(min(TOTAL - 1, round(TOTAL * share)), TOTAL, message)

        tell(0, 1, "")
        with reporting(tell):
            outcome = self.subject.predict(train, test, **options)
        self.spent, self.done = self.spent + cost, self.done + 1
        return outcome

    def add(self, row: dict) -> None:
        """A finished line of the table."""
        self.rows.append(plain(row))
        publish("rows", self.rows)
