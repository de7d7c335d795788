"""Progress on stderr: one rewritten line on a terminal, a line every few seconds elsewhere."""

import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from nmr_core.cli.interrupt import interrupt
from nmr_core.progress import duration

EVERY = 5.0
"""Seconds between two lines that are not rewritten."""
REFRESH = 0.1
"""Seconds between two states of a line that is rewritten."""


class Ticker:
    """A :data:`nmr_core.progress.Progress` that prints; as a context, it ends a rewritten line.

    Parameters
    ----------
    unit : str
        What is counted, such as "curves"; rate and time left are shown. Empty for work whose steps
        are fractions of the whole.
    clock : callable
        Seconds, monotonic.

    Attributes
    ----------
    first, last : (float, int)
        Time and number of finished steps of the first and the last report.
    """

    def __init__(self, unit: str = "", clock: Callable[[], float] = time.monotonic):
        self.unit = unit
        self.clock = clock
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.first = self.last = (clock(), 0)
        self.started = False
        self.shown_at = clock()
        self.width = 0

    def __enter__(self) -> "Ticker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.width:
            _write("\n")

    @property
    def n_done(self) -> int:
        """Steps of this process (a resumed data set starts above 0)."""
        return self.last[1] - self.first[1]

    @property
    def seconds(self) -> float:
        """Seconds from the first report to the last."""
        return self.last[0] - self.first[0]

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Show a report, unless one was shown a moment ago.

        Raises
        ------
        KeyboardInterrupt
            Ctrl-C was pressed and a library has swallowed it.
        """
        interrupt.check()
        now = self.clock()
        self.last = (now, done)
        if not self.started:
            self.first, self.started = self.last, True
        pause = REFRESH if self.terminal else EVERY
        if done >= total or now - self.shown_at >= pause:
            self.shown_at = now
            self._show(self.line(done, total, message))

    def line(self, done: int, total: int, message: str) -> str:
        """The text of a report, "1,200 of 5,000 curves (24 %), 81 curves/s, 0:47 left"."""
        percent = f"{100 * done / max(total, 1):.0f} %"
        if not self.unit:
            return f"{percent}  {message}"
        line = f"{done:,} of {total:,} {self.unit} ({percent})"
        if self.n_done > 0 and self.seconds > 0:
            rate = self.n_done / self.seconds
            line += f", {rate:,.3g} {self.unit}/s"
            if done < total:
                line += f", {duration((total - done) / rate)} left"
        return line

    def _show(self, line: str) -> None:
        if not self.terminal:
            _write(line + "\n")
            return
        line = line[: shutil.get_terminal_size().columns - 1]
        _write("\r" + line.ljust(self.width))
        self.width = len(line)


def _write(text: str) -> None:
    with suppress(OSError, ValueError):  # a closed stderr is no reason to stop the work
        sys.stderr.write(text)
        sys.stderr.flush()


def say(sentence: str) -> None:
    """Print a line on stderr, beside the results."""
    _write(sentence + "\n")
