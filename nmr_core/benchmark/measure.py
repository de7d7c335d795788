"""Clocks, memory and the name of the machine."""

import os
import platform
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import numpy as np
import psutil

from nmr_core.datasets.manifest import versions


def shortest(rounds: int, **tasks: Callable[[], object]) -> dict[str, float]:
    """Shortest time of each task.

    The tasks alternate, so that a slow moment of the machine affects all of them.

    Parameters
    ----------
    rounds : int
        Number of rounds.
    **tasks : callable
        Functions to time, by name.

    Returns
    -------
    dict
        Name of the task -> s.
    """
    best = dict.fromkeys(tasks, np.inf)
    for _ in range(rounds):
        for name, task in tasks.items():
            start = perf_counter()
            task()
            best[name] = min(best[name], perf_counter() - start)
    return best


def cpu_seconds() -> float:
    """Processor time of this process and its workers so far, s."""
    this = psutil.Process()
    total = 0.0
    for process in (this, *this.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def peak_memory() -> int:
    """Largest resident memory of this process so far, bytes.

    Notes
    -----
    On Linux VmHWM: after fork and exec, ru_maxrss includes the memory of the parent.
    """
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return 1024 * int(status.split("VmHWM:")[1].split()[0])
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def machine() -> str:
    """Processor, cores, system and versions, in one line."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        cpu = next(
            (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), cpu
        )
    libraries = ", ".join(
        f"{name} {number}" for name, number in versions().items() if name != "spin-echo-lab"
    )
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; {libraries}"
