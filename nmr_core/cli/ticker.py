"""Progress on stderr: one line that is rewritten on a terminal, a line every few seconds elsewhere."""

import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from nmr_core.cli.interrupt import interrupt

EVERY = 5.0
"""Seconds between two lines that are not rewritten."""
REFRESH = 0.1


class Ticker:
    """A :data:`nmr_core.progress.Progress`; use it as a context, so that a rewritten line is ended.

    unit : what is counted ("curves": rate and time left are shown), or "" for work whose steps are only a share
    """

    def __init__(self, unit: str = "", clock: Callable[[], float] = time.monotonic):
        self.unit, self.clock = unit, clock
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.first = self.last = (clock(), 0)
        self.shown, self.begun, self.width = clock(), False, 0

    def __enter__(self) -> "Ticker":
        return self

    def __exit__(self, *_) -> None:
        if self.width:
            _write("\n")

    @property
    def made(self) -> int:
        """Steps done here (a resumed data set starts above 0)."""
        return self.last[1] - self.first[1]

    @property
    def seconds(self) -> float:
        """From the first report to the last."""
        return self.last[0] - self.first[0]

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Show it, unless something was shown a moment ago; the place where a swallowed Ctrl-C comes back."""
        interrupt.check()
        now = self.clock()
        self.last = (now, done)
        if not self.begun:
            self.first, self.begun = self.last, True
        if done >= total or now - self.shown >= (REFRESH if self.terminal else EVERY):
            self.shown = now
            self._show(self.line(done, total, message))

    def line(self, done: int, total: int, message: str) -> str:
        """ "1,200 of 5,000 curves (24 %), 81 curves/s, 0:47 left"."""
        share = f"{100 * done / max(total, 1):.0f} %"
        if not self.unit:
            return f"{share}  {message}"
        line = f"{done:,} of {total:,} {self.unit} ({share})"
        if self.made > 0 and self.seconds > 0:
            rate = self.made / self.seconds
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
    with suppress(OSError, ValueError):  # nobody reads it: no reason to stop the work
        sys.stderr.write(text)
        sys.stderr.flush()


def say(sentence: str) -> None:
    """A line on stderr beside the results."""
    _write(sentence + "\n")


def duration(seconds: float) -> str:
    """ "0:47", "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes}:{rest:02d}"
        if minutes < 60
        else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
    )
