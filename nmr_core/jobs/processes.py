"""Processes of jobs: their identity, start and end.

A pid alone does not identify a process, because pids are reused; a pid with its start time does.
"""

import os
import platform
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

import nmr_core

HOST = platform.node()
MARK = "NMR_JOB"
"""Environment variable that every process of a job inherits, by which all of them are found."""

_SAME_WALL = 2.0  # seconds: computed from the boot time, which shifts when the clock is corrected
_SAME_BOOT = 0.05  # seconds: the kernel counts in steps of 0.01 s
_EARLIEST_WALL = 1e9  # seconds since 1970; no machine has been running for 30 years


def start_time(pid: int) -> float:
    """Start of a process: on Linux in seconds since boot, elsewhere since 1970.

    The seconds since boot do not move when the clock is set.
    """
    if sys.platform == "linux":
        with suppress(OSError, ValueError, IndexError):
            # The name of the program, in brackets, may hold blanks
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return psutil.Process(pid).create_time()


def age(started: float | None) -> float | None:
    """Seconds since a :func:`start_time`, None where that is not in seconds since boot."""
    if started is None or started > _EARLIEST_WALL or sys.platform != "linux":
        return None
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)


def find(pid: int | None, started: float | None) -> psutil.Process | None:
    """The living process with this pid and :func:`start_time`, None if there is none."""
    if pid is None or started is None:
        return None
    try:
        process = psutil.Process(pid)
        if started > _EARLIEST_WALL:
            same = abs(process.create_time() - started) < _SAME_WALL
        else:
            same = abs(start_time(pid) - started) < _SAME_BOOT
    except psutil.Error:
        return None
    return process if same and _living(process) else None


def start(
    module: str,
    arguments: list[str],
    environment: dict[str, str],
    log: Path,
    *,
    reads: bool = False,
) -> subprocess.Popen:
    """Run ``python -m module arguments`` in a session of its own, printing into ``log``.

    With ``reads`` its input is a pipe, which ends when this process does.

    Not multiprocessing: its spawned children run the parent's main script again, which is the web
    app.
    """
    home = str(Path(nmr_core.__path__[0]).parent)
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    inherited = {name: value for name, value in os.environ.items() if name != MARK}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={
                **inherited,
                "PYTHONPATH": os.pathsep.join(paths),
                "PYTHONUNBUFFERED": "1",
                **environment,
            },
            # "-m" puts the working folder first on the path: ours, not one with a stray random.py
            cwd=home,
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            creationflags=_quiet_flags(),
        )


def _quiet_flags() -> int:
    """On Windows a process group without a window.

    DETACHED_PROCESS opens one, as a venv's python starts another.
    """
    if sys.platform != "win32":
        return 0
    return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW


def end_tree(process: psutil.Process | None, mark: str) -> None:
    """Kill ``process``, its descendants, its group, and every process that carries ``mark``."""
    for _ in range(3):  # a child may start another one while it is being killed
        victims = _family(process) + _marked(mark)
        if not victims:
            return
        _kill_group(process)
        for victim in victims:
            with suppress(psutil.Error):
                victim.kill()
        _wait(victims)


def _family(process: psutil.Process | None) -> list[psutil.Process]:
    if process is None or not _living(process):
        return []
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return [process]


def _marked(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
    return found


def _wait(victims: list[psutil.Process], most: float = 1.0) -> None:
    """Wait for their end; a zombie has ended, even if the init of a container never collects it."""
    end = time.monotonic() + most
    while any(_living(victim) for victim in victims) and time.monotonic() < end:
        time.sleep(0.02)


def _living(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _kill_group(process: psutil.Process | None) -> None:
    if os.name == "nt" or process is None or not _living(process):
        return
    with suppress(OSError):
        if os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, signal.SIGKILL)
