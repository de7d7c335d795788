"""Whether a data folder has a supervisor, and the start of one where there is none.

The supervisor's lock decides which process it is; the small file supervisor.json only saves others
from trying. It names the process, is written when that process is started, rewritten by the
supervisor every few seconds, and removed when it leaves.
"""

import json
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from nmr_core.errors import FailedError
from nmr_core.jobs import processes
from nmr_core.jobs.capacity import slots
from nmr_core.storage.workspace import server_folder

BEAT = 5.0
"""Seconds between two updates by a supervisor."""
_STALE = 30.0  # a supervisor on another host is believed for this long
_CRASH_PAUSE = 2.0  # one that died right after its start is not started again sooner
_LOG_SIZE = 1_000_000
WANTED = 150.0
"""Seconds for which a supervisor stays after :func:`want`."""


def ensure_supervisor(folder: Path | str | None = None) -> bool:
    """Start a supervisor unless there is one; False where none is started (``NMR_WORKERS=0``).

    It only reads a file of 100 bytes and looks up a process if one runs, so every poll of a page
    can call it. Many sessions may call it at once.
    """
    folder = server_folder(folder)
    if slots() == 0:
        return False
    if supervised(folder):
        return True
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "supervisor.start.lock").acquire(timeout=10, poll_interval=0.02):
            if not supervised(folder):
                _launch(folder)
    except Timeout:
        pass  # another process has been starting one all this time
    except OSError as error:
        raise FailedError(
            f"No supervisor could be started for {folder} ({error}). Check the folder."
        ) from error
    return True


def supervised(folder: Path) -> bool:
    """Whether the process named in the folder's file is alive, or died just after its start."""
    stored = read(folder)
    if stored is None:
        return False
    if processes.find(stored["pid"], stored["process_started"]):
        return True
    if stored["host"] != processes.HOST:
        return 0 <= time.time() - stored["beat"] < _STALE
    return 0 <= time.time() - stored["since"] < _CRASH_PAUSE


def read(folder: Path) -> dict | None:
    """Content of the file, None if it is missing or damaged."""
    try:
        stored = json.loads(_path(folder).read_text("utf-8"))
        return {name: stored[name] for name in ("host", "pid", "process_started", "since", "beat")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def announce(folder: Path, pid: int, since: float) -> None:
    """Write that process ``pid`` has supervised ``folder`` since ``since``."""
    with suppress(OSError, psutil.Error):  # the next update writes it again
        process = {
            "host": processes.HOST,
            "pid": pid,
            "process_started": processes.start_time(pid),
        }
        draft = _path(folder).with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps({**process, "since": since, "beat": time.time()}), "utf-8")
        draft.replace(_path(folder))


def withdraw(folder: Path) -> None:
    """Remove the file if it names this process."""
    stored = read(folder)
    if stored and stored["pid"] == os.getpid() and stored["host"] == processes.HOST:
        with suppress(OSError):
            _path(folder).unlink()


def want(folder: Path) -> None:
    """Ask for a supervisor that stays, because visitors may start a job soon."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _wish(folder).touch()


def wanted(folder: Path) -> bool:
    """Whether :func:`want` was called within the last :data:`WANTED` seconds."""
    try:
        return abs(time.time() - _wish(folder).stat().st_mtime) < WANTED
    except OSError:
        return False


def _wish(folder: Path) -> Path:
    return folder / "supervisor.wanted"


def _path(folder: Path) -> Path:
    return folder / "supervisor.json"


def _launch(folder: Path) -> None:
    log = folder / "supervisor.log"
    with suppress(OSError):
        if log.stat().st_size > _LOG_SIZE:
            log.unlink()
    process = processes.start(
        "nmr_core.jobs.supervisor", [str(folder)], {"NMR_DATA": str(folder)}, log
    )
    announce(folder, process.pid, time.time())
    if os.name == "posix":
        threading.Thread(target=_reap, args=(process.pid,), daemon=True).start()
    process.returncode = 0  # this Popen is never waited for, and Python would warn


def _reap(pid: int) -> None:
    """Wait for the supervisor, so that no zombie stays behind in a web process."""
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
