"""Runs jobs in a process of its own, one at a time.

    python -m nmr_core.jobs.worker <data folder> <job id>   this job
    python -m nmr_core.jobs.worker <data folder>            jobs whose ids it reads, one per line
    ... --warm                                              loads what jobs need before it reads

The supervisor starts the second form and writes the ids; the worker leaves when this input ends,
which it does with the supervisor at the latest. For a job that does not wait for a worker nothing
is done.
"""

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nmr_core.errors import Cancelled, FailedError, InputError
from nmr_core.jobs import processes, standing, warm
from nmr_core.jobs.capacity import lower_priority
from nmr_core.jobs.handlers import handler
from nmr_core.jobs.job import Job
from nmr_core.jobs.live_data import LiveFile
from nmr_core.jobs.store import JobStore
from nmr_core.progress import publishing
from nmr_core.storage.files import full, is_full
from nmr_core.storage.spaces import limits
from nmr_core.storage.spaces.person import working_for
from nmr_core.storage.workspace import in_workspace

HEARTBEAT = 2.0
"""Seconds between two heartbeats."""
THROTTLE = 0.25
"""Seconds between two written progress reports."""


class Reporter:
    """Progress callback of a job, with a heartbeat; raises :class:`Cancelled` once it is cancelled.

    Only the newest report counts: one that comes too soon after another is written by the next
    report, the next heartbeat or :meth:`flush`, whichever comes first.
    """

    def __init__(self, store: JobStore, job_id: str) -> None:
        self.store, self._job_id = store, job_id
        self._lock = threading.Lock()
        self._newest: tuple[int, int, str] | None = None
        self._written = float("-inf")
        self._stop = threading.Event()
        self._over = threading.Event()
        self.live = LiveFile(store.live_path(job_id))

    def __call__(self, done: int, total: int, message: str = "") -> None:
        self._raise_if_stopped()
        with self._lock:
            self._newest = (int(done), int(total), str(message))
            if time.monotonic() - self._written >= THROTTLE:
                self._write()
        self._raise_if_stopped()

    def flush(self) -> None:
        """Write the newest report, or at least a sign of life."""
        with self._lock:
            self._write()

    def keep_beating(self) -> None:
        """Give signs of life until :meth:`end` (the body of a daemon thread)."""
        while not self._over.wait(HEARTBEAT):
            self.flush()
            self.live.flush()

    def end(self) -> None:
        """Write what is not written yet; no sign of life follows."""
        self._over.set()
        self.flush()
        self.live.flush()

    def _write(self) -> None:
        newest, self._newest = self._newest, None
        try:
            goes_on = (
                self.store.report(self._job_id, *newest)
                if newest
                else self.store.heartbeat(self._job_id)
            )
        except FailedError as error:  # a table that is busy or full must not end hours of work
            print(f"Progress was not written: {error}", file=sys.stderr)
        else:
            if not goes_on:
                self._stop.set()
        self._written = time.monotonic()

    def _raise_if_stopped(self) -> None:
        if self._stop.is_set():
            raise Cancelled("The job was cancelled.")


def run(store: JobStore, job: Job) -> str:
    """Do the job and store its final status, which is returned."""
    reporter = Reporter(store, job.id)
    threading.Thread(target=reporter.keep_beating, daemon=True).start()
    try:
        status, error, result = _outcome(job, reporter)
    except KeyboardInterrupt:
        status, result = "cancelled", None
        error = "The worker was interrupted from outside. Run it again to continue."
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_IGN)
    reporter.end()
    _finish(store, job.id, status, error, result)
    return status


@contextmanager
def _workplace(job: Job, store: JobStore) -> Iterator[None]:
    """The workspace of a job, for whose owner it works, within the limits of the server.

    Threads and processes that the job starts have it from the environment; a worker does one job
    at a time, and a process that has started others does not do another job.
    """
    folder = standing.place(job, store.folder)
    if why := standing.problem(job, store.folder):
        raise FailedError(why)
    before = os.environ.get("NMR_DATA", "")
    os.environ["NMR_DATA"] = str(folder)
    cores = limits.current(store.folder).cores
    if cores is not None:
        os.environ["LOKY_MAX_CPU_COUNT"] = str(int(cores))
    try:
        with in_workspace(folder), working_for(job.owner):
            yield
        if standing.is_removed(job, store.folder):
            raise FailedError(standing.REMOVED)
    finally:
        os.environ["NMR_DATA"] = before
        standing.clear(job, store.folder)


def _outcome(job: Job, reporter: Reporter) -> tuple[str, str | None, dict | None]:
    try:
        with publishing(reporter.live), _workplace(job, reporter.store):
            return "done", None, handler(job.kind)({"owner": job.owner, **job.params}, reporter)
    except Cancelled:
        return "cancelled", None, None
    except (InputError, FailedError) as error:
        traceback.print_exc()
        return "failed", standing.problem(job, reporter.store.folder) or str(error), None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # sys.exit in a library is a failure of the job, too
        traceback.print_exc()
        if standing.is_removed(job, reporter.store.folder):
            return "failed", standing.REMOVED, None
        if is_full(error):
            return "failed", full(reporter.store.folder, "the job could not go on"), None
        what = type(error).__name__
        if isinstance(error, MemoryError):
            what = "There was not enough memory"
        return "failed", f"{what}: {error or 'no message'}. The job's log has the details.", None


def _finish(
    store: JobStore, job_id: str, status: str, error: str | None, result: dict | None
) -> None:
    """Store the final status, with several attempts."""
    for pause in (1, 2, 5, 10, None):
        try:
            store.finish(job_id, status, error, result)
            return
        except FailedError:
            if pause is None:
                raise
            time.sleep(pause)
        except (TypeError, ValueError) as problem:
            traceback.print_exc()
            status, error, result = (
                "failed",
                f"The job's result cannot be stored as JSON: {problem}.",
                None,
            )


def work(store: JobStore, job_id: str) -> int:
    """Exit code 0 if the job is done (or was not ours to do), else 1."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    os.environ[processes.MARK] = str(store.log_path(job_id))
    try:
        job = store.attach(job_id, processes.HOST, os.getpid(), processes.start_time(os.getpid()))
        if job is None:
            print(f"{job_id} does not wait for a worker: nothing to do.", file=sys.stderr)
            return 0
        return 0 if run(store, job) == "done" else 1
    except (InputError, FailedError) as error:
        print(error, file=sys.stderr)
        return 1


def serve(store: JobStore) -> int:
    """Do the jobs whose ids are read from the input, each with a log of its own; the last code."""
    code = 0
    for line in iter(sys.stdin.readline, ""):
        job_id = line.strip()
        _print_into(store.log_path(job_id))
        code = work(store, job_id)
        if code:  # such a worker is not used again
            break
    return code


def _print_into(log: Path) -> None:
    """Send all output of this process, that of compiled code too, to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)


def main(arguments: list[str]) -> int:
    """Do one job, or those that are read; exit code 0 if the last one is done, else 1."""
    parser = argparse.ArgumentParser(prog="python -m nmr_core.jobs.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("job_id", nargs="?")
    parser.add_argument("--warm", action="store_true")
    options = parser.parse_args(arguments)
    lower_priority()
    store = JobStore(options.folder)
    try:
        if options.warm:
            warm.load()
        return work(store, options.job_id) if options.job_id else serve(store)
    except KeyboardInterrupt:  # while it waited for a job
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
