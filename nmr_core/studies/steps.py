"""How long a study takes, and its progress.

Fits of two sizes are timed; the rest follows from how the time grows with the number of curves.
"""

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
REPEATS = 2
"""Timings of a fit, of which the shortest counts: other programs only lengthen it."""
TOTAL = 1000
"""Steps of the progress of a whole study."""


@dataclass(frozen=True)
class Effort:
    """Duration of a fit of n curves: seconds(n) = second (n / n_timed)^power.

    Below ``n_timed`` the measured power counts, above it at least 1.

    Parameters
    ----------
    n_timed : int
        Curves of the timed fit.
    second : float
        Its duration in seconds.
    power : float
        Between 0 (a time that n does not change) and 3 (kernels).
    """

    n_timed: int
    second: float
    power: float

    def __call__(self, n: int) -> float:
        """Seconds of one fit of ``n`` curves."""
        power = max(self.power, 1.0) if n > self.n_timed else self.power
        return self.second * (n / self.n_timed) ** power

    def total(self, sizes: Sequence[int]) -> float:
        """Seconds of several fits of ``sizes`` curves."""
        return float(sum(map(self, sizes)))


def timed(subject: Subject, train: np.ndarray) -> Effort:
    """Time two fits on curves of the training part.

    A first fit, which also loads libraries, is not counted.
    """
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
    second = min(seconds(small) for _ in range(REPEATS))
    third = min(seconds(large) for _ in range(REPEATS))
    power = float(np.clip(np.log(third / second) / np.log(large / small), 0, 3))
    return Effort(large, third, power)


def duration(seconds: float) -> str:
    """Seconds in words: "about 40 s", "about 12 min", "about 3.5 h" or "about 2 days"."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    if seconds < 36 * 3600:
        return f"about {seconds / 3600:.1f} h"
    return f"about {seconds / 86400:.0f} days"


def refuse_too_long(
    seconds: float, n_fits: int, largest: int, limit_hours: float, advice: str
) -> None:
    """Raise :class:`InputError` if a study would take longer than ``limit_hours``.

    ``advice`` names what makes it shorter.
    """
    if seconds > 3600 * limit_hours:
        raise InputError(
            f"This would take {duration(seconds)} ({n_fits} fits of up to {largest:,} curves), "
            f"more than the limit of {limit_hours:g} h. Reduce {advice}, take a faster model or "
            "fewer curves, or raise limit_hours."
        )


class Steps:
    """The fits of one study, with their progress, and the rows of its table so far.

    Parameters
    ----------
    subject : Subject
    effort : Effort
        Duration of a fit.
    sizes : sequence of int
        Curves of each fit that will be made.
    progress : Progress
    """

    def __init__(self, subject: Subject, effort: Effort, sizes: Sequence[int], progress: Progress):
        self.subject, self.effort, self.progress = subject, effort, progress
        self.n_fits = len(sizes)
        self.rows: list[dict] = []
        self.expected = max(1e-9, effort.total(sizes))
        self.spent, self.done = 0.0, 0
        progress(0, TOTAL, f"{duration(self.expected)} for {len(sizes)} fits")

    def fit(
        self, train: np.ndarray, test: np.ndarray, what: str = "", **options
    ) -> Values | Classes:
        """:meth:`Subject.predict` with progress; ``what`` describes the fit in its message."""
        cost = self.effort(len(train))
        curves = f"{len(train):,} curves" + (f", {what}" if what else "")
        total_time = duration(self.expected)
        message = f"fit {self.done + 1} of {self.n_fits}: {curves}, {total_time} in all"

        def report(done: int, total: int, _: str) -> None:
            fraction = (self.spent + cost * done / max(1, total)) / self.expected
            self.progress(min(TOTAL - 1, round(TOTAL * fraction)), TOTAL, message)

        report(0, 1, "")
        with reporting(report):
            outcome = self.subject.predict(train, test, **options)
        self.spent, self.done = self.spent + cost, self.done + 1
        return outcome

    def add(self, row: dict) -> None:
        """Add a row to the table, and publish the table."""
        self.rows.append(plain(row))
        publish("rows", self.rows)
