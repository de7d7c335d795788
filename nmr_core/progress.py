"""How long work reports how far it is: a callback that also is the place where a cancellation arrives.

A ``Progress`` is any callable ``progress(done, total, message)``; it may raise :class:`nmr_core.errors.Cancelled`.
Estimators have no argument for it (scikit-learn's ``fit(X, y)`` is fixed), so they report to the innermost
``with reporting(progress):`` block of their thread through :func:`report`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Progress = Callable[[int, int, str], None]


def silent(done: int, total: int, message: str = "") -> None:
    """Report to nobody."""


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
