"""How a study reports: rows as they come (live), and progress in shares of the expected time."""

from collections.abc import Sequence

from nmr_core.progress import Progress, publish, reporting
from nmr_core.studies.effort import Effort, duration
from nmr_core.studies.outcome import Classes, Values
from nmr_core.studies.record import plain
from nmr_core.studies.subject import Subject

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
