"""Progress of long work, and its cancellation.

A ``Progress`` is any callable ``progress(done, total, message)``; it may raise
:class:`nmr_core.errors.Cancelled`. Estimators have no argument for it, because scikit-learn's
``fit(X, y)`` is fixed, so they :func:`report` to the innermost ``with reporting(progress):`` block
of their thread. In the same way they :func:`publish` intermediate results (a learning curve, rows
of a table) to the innermost ``with publishing(receiver):`` block.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[int, int, str], None]
Receiver = Callable[[str, object], None]
"""``receiver(name, value)``; ``value`` is JSON, complete each time (the whole curve)."""


def silent(done: int, total: int, message: str = "") -> None:
    """Progress that ignores every report."""


def printed(done: int, total: int, message: str = "") -> None:
    """Progress as one rewritten line on stderr, for scripts that have no command line."""
    percent = 100 * done // max(total, 1)
    print(f"\r{percent:3d} %  {message:<70.70}", end="", file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Minutes and seconds, "0:47"; from one hour on "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d}"
    return f"{minutes}:{rest:02d}"


def part_of(
    progress: Progress, first: float, last: float, whole: int = 100, before: str = ""
) -> Progress:
    """Progress of a part of some work.

    Parameters
    ----------
    progress : Progress
        Of the whole work.
    first, last : float
        Where the part begins and ends, of ``whole`` steps.
    whole : int
        Total of the surrounding work.
    before : str
        Prefix of its messages.
    """

    def part(done: int, total: int, message: str = "") -> None:
        progress(round(first + (last - first) * done / max(total, 1)), whole, before + message)

    return part


_current: ContextVar[Progress] = ContextVar("progress", default=silent)


@contextmanager
def reporting(progress: Progress) -> Iterator[None]:
    """Send every :func:`report` made inside the block to ``progress``."""
    token = _current.set(progress)
    try:
        yield
    finally:
        _current.reset(token)


def report(done: int, total: int, message: str = "") -> None:
    """Report ``done`` of ``total`` steps; raises what the receiving callback raises."""
    _current.get()(done, total, message)


def unwatched(name: str, value: object) -> None:
    """Receiver that ignores every value."""


_receiver: ContextVar[Receiver] = ContextVar("receiver", default=unwatched)


@contextmanager
def publishing(receiver: Receiver) -> Iterator[None]:
    """Send every :func:`publish` made inside the block to ``receiver``."""
    token = _receiver.set(receiver)
    try:
        yield
    finally:
        _receiver.reset(token)


def publish(name: str, value: object) -> None:
    """Publish ``value`` under ``name``, in place of an earlier one."""
    _receiver.get()(name, value)
