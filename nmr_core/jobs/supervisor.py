"""Starts workers, enforces cancellation, finds lost jobs: ``python -m nmr_core.jobs.supervisor
<data folder>``.

A process of its own, so that neither a restart of the web server nor its own end touches a running
job: the next supervisor adopts what it finds. A file lock makes it the only one of its data folder.
It leaves when idle.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import presence, processes, standing
from nmr_core.jobs.capacity import slots
from nmr_core.jobs.crew import SHORT, Crew, send_away
from nmr_core.jobs.ends import why_it_ended
from nmr_core.jobs.job import Job
from nmr_core.jobs.store import JobStore
from nmr_core.storage import audit
from nmr_core.storage.audit import noting
from nmr_core.storage.spaces import limits, maintenance
from nmr_core.storage.workspace import in_workspace

TICK = 0.25
"""Seconds between two looks at the table."""
GRACE = 2.0
"""Seconds a cancelled job has to stop by itself."""
SILENT = 30.0
"""Seconds without a report after which a worker counts as lost."""
STARTING = 120.0
"""The same for a worker that has yet to import everything (first start on a slow disk)."""
CHECK = 5.0
"""Seconds between two looks at whether the owner of a job may still have it done."""
LINGER = 10.0
"""Seconds a worker may take to leave after its job has ended."""
IDLE = 30.0
"""Idle seconds after which the supervisor leaves.

``NMR_SUPERVISOR_IDLE`` overrides, ``inf`` is never.
"""

_AGAIN = "Run it again; finished parts of a data set are kept."


@dataclass
class Watch:
    """State of one worker. Seconds are counted per look, so that a sleeping laptop adds none."""

    job: Job
    process: subprocess.Popen | None = None
    """``None`` for a worker that an earlier supervisor started, and once ours has ended."""
    exit_code: int | None = None
    warm: bool = False
    """Whether the worker had been waiting for it."""
    lasted: float = 0.0
    silent: float = 0.0
    cancelling: float = 0.0
    lingering: float = 0.0
    unchecked: float = 0.0
    """Since the last look at whether the owner may have it done."""
    reason: str = ""
    """Why the worker ended, as it looked at that moment."""


class Supervisor:
    """The state of the loop: one watch for each worker, which is also the count of used slots."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = JobStore(folder)
        self.slots = slots()
        self.crew = Crew(self.store, self.slots)
        self.watches: dict[str, Watch] = {}

    def tick(self, seconds: float) -> None:
        """Look at every job once; ``seconds`` have passed since the last look."""
        # Before the table is read, so that it holds the last report of those that have ended
        for watch in self.watches.values():
            if watch.process and watch.process.poll() is not None:
                send_away(watch.process)
                watch.exit_code, watch.process = watch.process.returncode, None
        running = {job.id: job for job in self.store.running()}
        for job in running.values():
            self.watches.setdefault(job.id, Watch(job, lasted=_lasted(job)))
        for job_id, watch in list(self.watches.items()):
            watch.lasted += seconds
            if job_id in running:
                self._look_after(watch, running[job_id], seconds)
            else:
                self._see_off(watch, seconds)
        if maintenance.current(self.folder) is None:
            self._start_waiting()

    def keep_one_waiting(self) -> None:
        """Have a worker ready for the next job, unless one of these will be ready soon."""
        if all(watch.lasted > SHORT for watch in self.watches.values()):
            self.crew.keep_one_waiting()

    def _start_waiting(self) -> None:
        """Start jobs of the queue while there are free slots."""
        most = limits.current(self.folder).running_jobs
        while len(self.watches) < self.slots and (new := self.store.claim(processes.HOST, most)):
            self._start(new)

    def _start(self, job: Job) -> None:
        warm = self.crew.spare
        try:
            process = self.crew.start(job.id)
        except OSError as error:
            self.store.finish(
                job.id, "failed", f"No worker could be started ({error}). Try again later."
            )
        else:
            self.watches[job.id] = Watch(job, process, warm=process is warm)

    def _look_after(self, watch: Watch, job: Job, seconds: float) -> None:
        """A job whose row says "running"."""
        if watch.process is None and job.pid is None:
            self._without_worker(watch, job)
            return
        watch.silent = 0.0 if job.heartbeat != watch.job.heartbeat else watch.silent + seconds
        if watch.job.cancel_requested:  # counted from the look that first saw it
            watch.cancelling += seconds
        watch.job = job
        self._stop_if_too_long(watch)
        self._stop_if_refused(watch, seconds)
        if self._gone(watch):
            # Once: a full disk may have room again when this can be written
            watch.reason = watch.reason or why_it_ended(watch.exit_code, self.folder)
            self._end(watch)
            self.store.mark_lost(job.id, f"{watch.reason} {_AGAIN}")
        elif watch.cancelling > GRACE:
            self._end(watch)
            self.store.finish(job.id, "cancelled")
        elif watch.silent > (SILENT if job.pid else STARTING):
            self._end(watch)
            self.store.mark_lost(
                job.id, f"The worker gave no sign of life for {watch.silent:.0f} s. {_AGAIN}"
            )

    def _stop_if_too_long(self, watch: Watch) -> None:
        """Cancel a job that has run for longer than a job may."""
        hours = limits.current(self.folder).job_hours
        if hours is None or watch.job.cancel_requested or watch.lasted <= 3600 * hours:
            return
        reason = f"It ran for longer than a job may, {hours:g} h."
        self._cancel(watch.job.id, reason)

    def _stop_if_refused(self, watch: Watch, seconds: float) -> None:
        """Cancel a job whose owner may not have it done any more, or whose workspace is gone."""
        watch.unchecked += seconds
        if watch.job.cancel_requested or watch.unchecked < CHECK:
            return
        watch.unchecked = 0.0
        if why := standing.problem(watch.job, self.folder):
            print(f"{watch.job.id} is cancelled: {why}", file=sys.stderr)
            self._cancel(watch.job.id, why)

    def _without_worker(self, watch: Watch, job: Job) -> None:
        """No worker attached: it died while starting, or an earlier supervisor did before.

        The job of a worker that had been waiting, and has died meanwhile, waits for a new one.
        """
        if watch.exit_code is None or watch.warm:
            # A worker that still starts finds that it is not needed
            self.store.release(job.id)
        else:
            why = (
                f"The worker could not start (exit code {watch.exit_code}). The job's log says why."
            )
            self.store.finish(job.id, "failed", why)
        del self.watches[job.id]

    def _cancel(self, job_id: str, reason: str) -> None:
        """Cancel a job in the name of the server."""
        job = self.store.request_cancel(job_id, reason)
        with in_workspace(self.folder):
            audit.note(
                "cancel",
                kind="job",
                id=job_id,
                reason=reason,
                workspace=job.workspace,
                owner=job.owner,
            )

    def _gone(self, watch: Watch) -> bool:
        """True if the worker is known to be dead; one on another host can only fall silent."""
        if watch.process:
            return False
        found = processes.find(watch.job.pid, watch.job.process_started)
        return found is None and watch.job.host == processes.HOST

    def _see_off(self, watch: Watch, seconds: float) -> None:
        """A job that has its final status, whose worker may still be leaving."""
        if watch.process and watch.lingering == 0.0:
            job = self.store.get(watch.job.id)
            done = job.status == "done"
            if done and job.pid is not None and self.crew.take_back(watch.process, job.pid):
                del self.watches[watch.job.id]
                return
            send_away(watch.process)
        watch.lingering += seconds
        alive = watch.process or processes.find(watch.job.pid, watch.job.process_started)
        if alive and watch.lingering <= LINGER:
            return
        if alive or watch.exit_code != 0:
            self._end(watch)
        del self.watches[watch.job.id]

    def _end(self, watch: Watch) -> None:
        """Leave no process of this job behind."""
        pid, started = watch.job.pid, watch.job.process_started
        processes.end_tree(processes.find(pid, started), self._mark(watch.job))
        if watch.process:
            watch.process.kill()
            send_away(watch.process)
            # A process stuck in the kernel (a dead disk) is looked at again later
            with suppress(subprocess.TimeoutExpired):
                watch.exit_code, watch.process = watch.process.wait(5), None

    def _mark(self, job: Job) -> str:
        return str(self.store.log_path(job.id))


def _lasted(job: Job) -> float:
    """How long a job has been running that is seen for the first time, s.

    Its process is not older than that, whatever the clock says.
    """
    if not job.started:
        return 0.0
    seconds = max(0.0, time.time() - job.started)
    age = processes.age(job.process_started)
    return seconds if age is None else min(seconds, age)


def supervise(folder: Path, idle: float) -> None:
    """Tick until nothing has waited or run for ``idle`` seconds, or the data folder was removed.

    While the app has visitors it does not leave: the next job finds a worker that waits.
    """
    supervisor, since = Supervisor(folder), time.time()
    quiet, before, beat = 0.0, time.monotonic(), float("-inf")
    lock = _lock_file(folder)
    try:
        while quiet < idle and _lock_file(folder) == lock:
            now = time.monotonic()
            if now - beat >= presence.BEAT:
                presence.announce(folder, os.getpid(), since)
                beat = now
            busy = _look(supervisor, min(now - before, 1.0))
            quiet, before = 0.0 if busy else quiet + now - before, now
            time.sleep(TICK)
    finally:
        supervisor.crew.dismiss()


def _look(supervisor: Supervisor, seconds: float) -> bool:
    """One tick; True if there is work, or soon may be."""
    try:
        supervisor.tick(seconds)
        supervisor.keep_one_waiting()
        return (
            bool(supervisor.watches)
            or presence.wanted(supervisor.folder)
            or supervisor.store.busy()
        )
    except FailedError as error:  # the table may be busy or the disk full for a moment
        print(error, file=sys.stderr)
        return False


def _lock_file(folder: Path) -> tuple[int, int] | None:
    """Identity of the lock's file; another one (or none) means that our lock guards nothing."""
    try:
        status = (folder / "supervisor.lock").stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def main(arguments: list[str]) -> int:
    """Supervise the folder; exit code 0 at once if another process does."""
    parser = argparse.ArgumentParser(prog="python -m nmr_core.jobs.supervisor", description=__doc__)
    parser.add_argument("folder", type=Path, help="the data folder")
    parser.add_argument(
        "--idle", type=float, help="leave after so many seconds without a job; inf: never"
    )
    options = parser.parse_args(arguments)
    folder = options.folder.absolute()
    noting.set_author(noting.SERVER)
    try:
        idle = max(TICK, _idle(options.idle))  # at least one look
        if slots() == 0:
            print("NMR_WORKERS=0: this machine starts no workers.", file=sys.stderr)
            return 0
        folder.mkdir(parents=True, exist_ok=True)
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.default_int_handler)
        return _lead(folder, idle)
    except (InputError, FailedError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        presence.withdraw(folder)
        return 0


def _lead(folder: Path, idle: float) -> int:
    lock = FileLock(folder / "supervisor.lock")
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return 0
        try:
            supervise(folder, idle)
            presence.withdraw(folder)
        finally:
            lock.release()
        # A job submitted from now on starts a supervisor; one submitted before is seen here
        if not folder.is_dir() or not JobStore(folder).busy():
            return 0


def _idle(option: float | None) -> float:
    if option is not None:
        return option
    text = os.environ.get("NMR_SUPERVISOR_IDLE", "").strip()
    try:
        return float(text or IDLE)
    except ValueError:
        raise InputError(
            f"NMR_SUPERVISOR_IDLE must be a number of seconds, got {text!r}."
        ) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
