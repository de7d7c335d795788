"""What each web process of this server uses."""

import os
from contextlib import suppress
from dataclasses import dataclass

import psutil

from nmr_core.serving.front.process import CHANNEL

PROGRAM = "server/process.py"
"""End of the path of the program of a web process."""


@dataclass(frozen=True)
class WebProcess:
    """A web process.

    Parameters
    ----------
    pid : int
    memory : float
        Resident memory, bytes.
    cpu : float
        Processor time since its start, s.
    started : float
        s since 1970.
    """

    pid: int
    memory: float
    cpu: float
    started: float


def web_processes() -> list[WebProcess]:
    """The web processes of the server that this process belongs to, by age; at least this one."""
    processes = [psutil.Process()]
    if CHANNEL in os.environ:
        with suppress(psutil.Error):
            processes = [
                one
                for one in psutil.Process(os.getppid()).children()
                if any(part.endswith(PROGRAM) for part in one.cmdline())
            ]
    return sorted(_measured(processes), key=lambda one: (one.started, one.pid))


def _measured(processes: list[psutil.Process]) -> list[WebProcess]:
    measured = []
    for process in processes:
        with suppress(psutil.Error), process.oneshot():
            times = process.cpu_times()
            memory = float(process.memory_info().rss)
            cpu = times.user + times.system
            measured.append(WebProcess(process.pid, memory, cpu, process.create_time()))
    return measured
