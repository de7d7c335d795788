"""What runs on this machine: versions, processes and their memory, load."""

import platform
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil

import nmr_core
from nmr_core.jobs import presence, processes
from nmr_core.jobs.capacity import cores, slots

PACKAGES = (
    "streamlit",
    "starlette",
    "uvicorn",
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "numba",
    "scikit-learn",
    "plotly",
    "h5py",
    "authlib",
    "argon2-cffi",
)
"""Those whose version an administrator is asked for."""


@dataclass(frozen=True)
class Process:
    """A process of the server.

    Parameters
    ----------
    name : str
        "web", "supervisor" or "worker".
    pid : int
        Number of the process.
    memory : int
        Bytes in memory (RSS).
    seconds : float
        Since its start.
    """

    name: str
    pid: int
    memory: int
    seconds: float


def versions() -> dict[str, str]:
    """Name -> version of this program, of Python and of its packages."""
    found = {"spin-echo-lab": nmr_core.__version__, "python": platform.python_version()}
    for name in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def running(folder: Path, *, web: Sequence[int] = ()) -> list[Process]:
    """The processes of a server on this machine.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    web : sequence of int
        Numbers of the web processes, see :func:`nmr_core.serving.front.siblings.web_processes`.
    """
    found = [_process("web", pid) for pid in web]
    stored = presence.read(folder)
    supervisor = processes.find(stored["pid"], stored["process_started"]) if stored else None
    if supervisor is not None:
        found.append(_process("supervisor", supervisor.pid))
        with suppress(psutil.Error):
            found += [
                _process("worker", child.pid) for child in supervisor.children(recursive=True)
            ]
    return [process for process in found if process is not None]


def load() -> dict[str, float]:
    """Cores, jobs at once, load of the last minutes and memory (bytes) of this machine."""
    memory = psutil.virtual_memory()
    one, five, fifteen = psutil.getloadavg()
    return {
        "cores": cores(),
        "slots": slots(),
        "load_1_min": one,
        "load_5_min": five,
        "load_15_min": fifteen,
        "memory": memory.total,
        "memory_available": memory.available,
    }


def _process(name: str, pid: int) -> Process | None:
    """What a process uses; None if it has ended."""
    try:
        process = psutil.Process(pid)
        memory, started = process.memory_info().rss, process.create_time()
    except psutil.Error:
        return None
    return Process(name, pid, memory, max(0.0, time.time() - started))
