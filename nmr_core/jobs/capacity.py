"""How many jobs this machine runs at once, and how many threads each of them may use."""

import os

from nmr_core.errors import InputError

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def cores() -> int:
    """The cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def slots() -> int:
    """Jobs at once: all cores but one, at least 1; ``NMR_WORKERS`` overrides, and 0 means none on this machine."""
    text = os.environ.get("NMR_WORKERS", "").strip()
    if not text:
        return max(1, cores() - 1)
    if not text.isdecimal():
        raise InputError(
            f"NMR_WORKERS must be a whole number >= 0, got {text!r}. Remove it to use all cores but one."
        )
    return int(text)


def thread_settings(jobs_at_once: int) -> dict[str, str]:
    """Environment that shares the cores between ``jobs_at_once`` workers; what the user has set stays."""
    each = str(max(1, cores() // max(1, jobs_at_once)))
    return {name: os.environ.get(name, each) for name in _THREADS}
