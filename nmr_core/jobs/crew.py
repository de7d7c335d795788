"""Worker processes of a supervisor, one of which waits for the next job with everything loaded.

A process does one job at a time, so cancellation, crashes and memory concern that job alone. When
its job is done it is the next one to wait, unless there is one, it has become large, or it has
processes of its own.
"""

import os
import subprocess
import time
import weakref
from contextlib import suppress
from pathlib import Path

import psutil

from nmr_core.jobs import processes, warm
from nmr_core.jobs.capacity import thread_settings
from nmr_core.jobs.store import JobStore

SHORT = 10.0
"""Seconds of a job after which another worker is started to wait."""
LARGE = 700e6
"""Bytes in memory with which a worker leaves after its job."""
ROOM = 1e9
"""Bytes of free memory without which no worker waits."""
PAUSE = 60.0
"""Seconds before another one is started when a waiting worker has died."""
SWITCH = "NMR_SPARE_WORKER"
"""Environment variable: 0 keeps no worker waiting, which saves its memory."""


class Crew:
    """Starts workers for jobs; ``spare`` is the one that waits.

    Parameters
    ----------
    store : JobStore
        Table of jobs.
    jobs_at_once : int
        Number of jobs among which the cores are divided.
    """

    def __init__(self, store: JobStore, jobs_at_once: int) -> None:
        self.store = store
        self.spare: subprocess.Popen | None = None
        self._environment = {"NMR_DATA": str(store.folder), **thread_settings(jobs_at_once)}
        self._enabled = os.environ.get(SWITCH, "").strip() != "0"
        self._code: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
        self._not_before = float("-inf")

    def start(self, job_id: str) -> subprocess.Popen:
        """Give a job to the waiting worker, or to a new one; raises :class:`OSError`."""
        worker = self._take()
        if worker and _give(worker, job_id):
            return worker
        new = self._new([], self.store.log_path(job_id))
        _give(new, job_id)
        return new

    def take_back(self, worker: subprocess.Popen, pid: int) -> bool:
        """Let a worker whose job is done wait for the next one; False if it has to leave.

        Parameters
        ----------
        worker : Popen
            Process of the job, as it was started.
        pid : int
            The process that did the job; on Windows a venv's python starts another one.
        """
        if not self._enabled or self.spare or self._outdated(worker):
            return False
        try:
            process = psutil.Process(pid)
            if process.memory_info().rss > LARGE or process.children():
                return False
        except psutil.Error:
            return False
        self.spare = worker
        return True

    def keep_one_waiting(self) -> None:
        """Start a worker that waits, unless there is one, or memory is short."""
        if self.spare and self.spare.poll() is not None:
            send_away(self.spare)
            self.spare = None
            self._not_before = time.monotonic() + PAUSE
        if not self._enabled or self.spare or time.monotonic() < self._not_before:
            return
        if psutil.virtual_memory().available < ROOM:
            return
        log = self.store.folder / "jobs" / "waiting.log"
        with suppress(OSError):
            log.unlink(missing_ok=True)
            self.spare = self._new(["--warm"], log)

    def dismiss(self) -> None:
        """Send the waiting worker away."""
        worker, self.spare = self.spare, None
        if worker is None:
            return
        send_away(worker)
        try:
            worker.wait(2)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()

    def _take(self) -> subprocess.Popen | None:
        """The waiting worker, unless it has ended or loaded code that has changed since."""
        if self.spare and self._outdated(self.spare):
            self.dismiss()
        worker, self.spare = self.spare, None
        if worker and worker.poll() is not None:
            send_away(worker)
            return None
        return worker

    def _new(self, options: list[str], log: Path) -> subprocess.Popen:
        code = warm.code_stamp()
        arguments = [str(self.store.folder), *options]
        worker = processes.start(
            "nmr_core.jobs.worker", arguments, self._environment, log, reads=True
        )
        self._code[worker] = code
        return worker

    def _outdated(self, worker: subprocess.Popen) -> bool:
        """Whether code has changed since a worker was started."""
        return self._code.get(worker) != warm.code_stamp()


def send_away(worker: subprocess.Popen) -> None:
    """End the input of a worker, so that it leaves after its job."""
    if worker.stdin and not worker.stdin.closed:
        with suppress(OSError):
            worker.stdin.close()


def _give(worker: subprocess.Popen, job_id: str) -> bool:
    """Write a job's id to a worker; False if it has ended."""
    try:
        worker.stdin.write(f"{job_id}\n".encode())  # type: ignore[union-attr]
        worker.stdin.flush()  # type: ignore[union-attr]
    except OSError:
        send_away(worker)
        return False
    return True
