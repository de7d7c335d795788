"""Runs of pages take turns, in the order of their clicks.

Python's interpreter works on one thread at a time. Thirty runs side by side hand it to each other
at every file and every message, which takes processor time, and all of them end late. One after
the other, most of them end early.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2
"""Runs that have a turn at the same time: one that waits for a file does not stop the others."""
PATIENCE = 0.5
"""Longest time that a run waits for its turn, s; then it goes ahead without one."""
_free = threading.Semaphore(AT_ONCE)
_run = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Wait for the turn of this run, and give it back at the end; a turn inside another is the
    same.
    """
    if getattr(_run, "is_inside", False):
        yield
        return
    _run.is_inside, _run.has_turn = True, _free.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if _run.has_turn:
            _free.release()
        _run.is_inside, _run.has_turn = False, False


@contextmanager
def given_up() -> Iterator[None]:
    """Let others have the turn of this run during a long computation.

    Afterwards the run goes on at once, with a turn if one is free.
    """
    if not getattr(_run, "has_turn", False):
        yield
        return
    _free.release()
    _run.has_turn = False
    try:
        yield
    finally:
        _run.has_turn = _free.acquire(blocking=False)
