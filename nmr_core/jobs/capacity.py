"""What jobs may take of this machine: how many at once, their threads, their priority."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import psutil

from nmr_core.errors import InputError

NICE = 10
"""Nice value of workers."""
GROUP_NICE = 5
"""Nice value of the group of a worker's session: a third of the share of a session of value 0.

At 10 it would be a tenth, and a job beside any other busy program would hardly go on.
"""
AUTOGROUP = Path("/proc/self/autogroup")
"""Linux shares the processor between sessions first: nice values count only inside of one."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def cores() -> int:
    """Number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def slots() -> int:
    """Number of jobs at once: all cores but one, at least 1.

    ``NMR_WORKERS`` overrides it; 0 means none on this machine.
    """
    text = os.environ.get("NMR_WORKERS", "").strip()
    if not text:
        return max(1, cores() - 1)
    if not text.isdecimal():
        raise InputError(
            f"NMR_WORKERS must be a whole number >= 0, got {text!r}. Remove it to use all cores "
            "but one."
        )
    return int(text)


def thread_settings(jobs_at_once: int) -> dict[str, str]:
    """Environment that divides all cores but one between workers.

    One core is left to the pages: threads of a library wait for each other, so a job with a thread
    on every core is slowed down by anything else that runs. Variables that are set already stay.
    """
    each = str(max(1, (cores() - 1) // max(1, jobs_at_once)))
    return {name: os.environ.get(name, each) for name in _THREADS}


def limit_threads() -> None:
    """Let linear algebra use one thread per call in this process, in the libraries loaded so far.

    Matrices on a page are small: on two cores a second thread takes as much processor time as the
    first and gains next to nothing, and every visitor has a thread already.
    """
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def lower_priority() -> None:
    """Lower the priority of this process and of its session, so that pages stay responsive."""
    process = psutil.Process()
    with suppress(psutil.Error, OSError):
        process.nice(
            psutil.BELOW_NORMAL_PRIORITY_CLASS
            if sys.platform == "win32"
            else max(NICE, process.nice())
        )
    # The group of a session is also that of a terminal, which a worker started by hand shares
    if os.name == "posix" and os.getsid(0) == os.getpid():
        with suppress(OSError):
            AUTOGROUP.write_text(str(GROUP_NICE))
