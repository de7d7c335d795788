"""How long work reports how far it is: a callback that also is the place where a cancellation arrives.

A ``Progress`` is any callable ``progress(done, total, message)``; it may raise :class:`nmr_core.errors.Cancelled`.
Estimators have no argument for it (scikit-learn's ``fit(X, y)`` is fixed), so they report to the innermost
``with reporting(progress):`` block of their thread through :func:`report`. What can be looked at while the work goes on
(a learning curve, the rows of a table) they :func:`publish` in the same way, to the innermost ``with publishing(receiver):``.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[int, int, str], None]
Receiver = Callable[[str, object], None]
"""``receiver(name, value)``: ``value`` is what JSON can hold, complete each time (the whole curve, not the last epoch)."""


def silent(done: int, total: int, message: str = "") -> None:
    """Discard a report."""


def part_of(
    progress: Progress, first: float, last: float, whole: int = 100, before: str = ""
) -> Progress:
    """The progress of a part of some work, which goes from ``first`` to ``last`` of ``whole``; ``before`` its messages."""

    def told(done: int, total: int, message: str = "") -> None:
        progress(round(first + (last - first) * done / max(total, 1)), whole, before + message)

    return told


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
    """Say that ``done`` of ``total`` steps are finished; raises what the receiving callback raises."""
    _current.get()(done, total, message)


def unwatched(name: str, value: object) -> None:
    """Discard a value."""


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
    """Show ``value`` under ``name`` to whoever watches; the newest value replaces the one before."""
    _receiver.get()(name, value)
