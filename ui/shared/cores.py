"""Computations of pages: how many run at a time, in which order, and for how long.

Every session has one long computation at a time, one place is always free for short ones, and a
computation that has used up its time on the core is stopped.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nmr_core.errors import InputError
from nmr_core.progress import reporting
from ui.shared import turns

AT_ONCE = max(2, os.cpu_count() or 1)
"""Computations at the same time."""
SHORT = 1.0
"""Seconds below which a computation is short."""
LONG = 10.0
"""Expected time of what is known to be long, s."""
LIMIT = 60.0
"""Longest computation, in seconds on a core."""
LOOK = 0.2
"""Seconds between two looks at whether the result is still needed."""
_free = threading.Condition()
_running: list[str] = []
"""Sessions of the long computations; "" for each short one."""
_inside = threading.local()


@contextmanager
def turn(seconds: float = 0.0) -> Iterator[None]:
    """Wait for a turn, and stop when the result is not needed any more.

    Streamlit ends a run that a newer one has overtaken wherever it touches the session.

    Parameters
    ----------
    seconds : float
        Expected time; 0: short.

    Raises
    ------
    InputError
        The computation has used up its time.
    """
    if getattr(_inside, "turn", False):
        yield
        return
    name = _session() if seconds > SHORT else ""
    with turns.given_up():
        _wait(name)
        _inside.turn = True
        start = time.thread_time()
        try:
            with reporting(lambda *_: _watch(start)):
                yield
        finally:
            _inside.turn = False
            with _free:
                _running.remove(name)
                _free.notify_all()


def _wait(name: str) -> None:
    with _free:
        while not _free.wait_for(lambda: _may_begin(name), LOOK):
            _is_needed()
        _running.append(name)


def _may_begin(name: str) -> bool:
    """Whether a place is free; the last one is for short computations."""
    if not name:
        return len(_running) < AT_ONCE
    n_long = sum(map(bool, _running))
    return len(_running) < AT_ONCE and n_long < AT_ONCE - 1 and name not in _running


def _watch(start: float) -> None:
    _is_needed()
    if time.thread_time() - start > LIMIT:
        raise InputError(
            f"This takes longer than {LIMIT:.0f} s, too long for a page. Make it smaller, or run "
            "it on the command line."
        )


def _is_needed() -> None:
    """End this run if a newer one has overtaken it."""
    st.session_state.get("_booted")


def _session() -> str:
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else f"thread {threading.get_ident()}"
