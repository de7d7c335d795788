"""Worker processes of joblib: they ignore Ctrl-C, and end with the process that started them."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOOK_EVERY = 1.0
"""Seconds between two checks of the parent."""


@contextmanager
def workers_leave_ctrl_c_to_us() -> Iterator[None]:
    """Let processes that are started inside ignore Ctrl-C.

    A terminal sends it to all of them (not on Windows), and each would print a traceback. Only a
    main thread may change signals; in others nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def leaving_with_us() -> dict:
    """Arguments for ``joblib.Parallel`` with which its processes end soon after this one.

    Otherwise they wait five minutes for work, also after this process was killed. Workers of
    another backend, set by the caller, are left alone.
    """
    from joblib.parallel import BACKENDS, get_active_backend

    backend, _ = get_active_backend()
    return (
        {"initializer": leave_with, "initargs": (os.getpid(),)}
        if isinstance(backend, BACKENDS["loky"])
        else {}
    )


def versions_here() -> dict[str, str]:
    """Versions, in this process, of the libraries that the bytes of a curve depend on."""
    import numba
    import numpy
    import scipy

    import nmr_core

    return {"Spin Echo Lab": nmr_core.__version__} | {
        lib.__name__: lib.__version__ for lib in (numpy, scipy, numba)
    }


def leave_with(parent: int) -> None:
    """End this worker soon after the process ``parent``, which started it."""
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    is_there = _watched(parent) if os.name == "nt" else lambda: os.getppid() == parent
    while is_there():
        time.sleep(LOOK_EVERY)
    os._exit(1)


def _watched(parent: int):
    """On Windows the parent's pid stays after its end, and a venv's python starts a second one."""
    import psutil

    try:
        return psutil.Process(parent).is_running
    except psutil.NoSuchProcess:
        return lambda: False
