"""How our worker processes (joblib's) behave: Ctrl-C is ours to answer, and they leave when we are gone."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOOK_EVERY = 1.0
"""Seconds between two looks at whether the parent is still there."""


@contextmanager
def workers_leave_ctrl_c_to_us() -> Iterator[None]:
    """Processes that are started inside ignore Ctrl-C, which a terminal sends to all of them (not on Windows): each would
    print a traceback before we end it. Only a main thread may change signals; elsewhere nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def leaving_with_us() -> dict:
    """Arguments for ``joblib.Parallel`` with which its processes end soon after this one, even when it is killed: left
    alone they wait five minutes for work. Workers of a backend that was set around us are not ours to end."""
    from joblib.parallel import BACKENDS, get_active_backend

    backend, _ = get_active_backend()
    return (
        {"initializer": leave_with, "initargs": (os.getpid(),)}
        if isinstance(backend, BACKENDS["loky"])
        else {}
    )


def versions_here() -> dict[str, str]:
    """Versions of what the bytes of a curve depend on, in the process that calls it."""
    import numba
    import numpy
    import scipy

    import nmr_core

    return {"Spin Echo Lab": nmr_core.__version__} | {
        lib.__name__: lib.__version__ for lib in (numpy, scipy, numba)
    }


def leave_with(parent: int) -> None:
    """Called in a worker when it starts: from now on look whether the process ``parent``, which started it, is there."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    is_there = _watched(parent) if os.name == "nt" else lambda: os.getppid() == parent
    while is_there():
        time.sleep(LOOK_EVERY)
    os._exit(1)


def _watched(parent: int):
    """On Windows the parent's number stays when it has ended (and may be another one's: a venv's python starts a second)."""
    import psutil

    try:
        return psutil.Process(parent).is_running
    except psutil.NoSuchProcess:
        return lambda: False
