"""The supervisor: only one, gone when idle, right about silence, recycled pids, other hosts."""

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import psutil
import pytest

from nmr_core import jobs
from nmr_core.errors import InputError
from nmr_core.jobs import ends, presence, processes
from nmr_core.jobs.store import JobStore
from nmr_core.jobs.supervisor import Supervisor


@pytest.fixture
def store(data):
    return JobStore(data)


@pytest.fixture
def sleeper():
    """A process that stands for a worker that does nothing at all."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True
    )
    yield psutil.Process(process.pid)
    process.kill()
    process.wait()


def run_supervisor(data, *options):
    command = [sys.executable, "-m", "nmr_core.jobs.supervisor", str(data), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)


def attached(store, host, pid, started):
    job = store.submit("selftest", "{}")
    store.claim(host)
    return store.attach(job.id, host, pid, started)


def test_a_second_supervisor_leaves_at_once(data, until, supervisors):
    assert jobs.ensure_supervisor(data)
    until(lambda: (data / "supervisor.lock").exists())
    until(lambda: len(supervisors()) == 1)
    first = supervisors()
    time.sleep(0.5)
    second = run_supervisor(data)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert supervisors() == first == [presence.read(data)["pid"]]


def test_thirty_sessions_start_one_supervisor(data, supervisors):
    scripts = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from nmr_core import jobs; jobs.ensure_supervisor(sys.argv[-1])",
                data,
            ]
        )
        for _ in range(2)
    ]
    with ThreadPoolExecutor(30) as pool:
        assert all(pool.map(lambda _: jobs.ensure_supervisor(data), range(30)))
    assert [script.wait(20) for script in scripts] == [0, 0]
    assert len(supervisors()) == 1


def test_asking_for_a_supervisor_that_runs_starts_nothing_and_takes_no_lock(data, monkeypatch):
    """Pages ask at every poll."""
    jobs.ensure_supervisor(data)

    def refuse(*arguments, **options):
        raise AssertionError(arguments)

    monkeypatch.setattr(presence.processes, "start", refuse)
    monkeypatch.setattr(presence, "FileLock", refuse)
    assert all(jobs.ensure_supervisor(data) for _ in range(3))


def test_an_idle_supervisor_leaves_no_trace(data, until, monkeypatch):
    monkeypatch.setenv("NMR_SUPERVISOR_IDLE", "0.5")
    job = jobs.submit("selftest", {"steps": 1, "pause": 0}, folder=data)
    pid = presence.read(data)["pid"]
    assert jobs.wait(job.id, 20, folder=data).status == "done"
    until(lambda: not psutil.pid_exists(pid))  # not even a zombie of this process
    assert presence.read(data) is None


def test_no_job_is_forgotten_while_the_supervisor_leaves(data, until, monkeypatch):
    monkeypatch.setenv("NMR_SUPERVISOR_IDLE", "0.3")
    store, pause = JobStore(data), random.Random(7)
    for _ in range(8):
        job = jobs.submit("selftest", {"steps": 0}, folder=data)
        # Nobody asks for a supervisor meanwhile
        until(lambda job=job: not store.get(job.id).live, 10)
        assert store.get(job.id).status == "done"
        time.sleep(0.2 + 0.4 * pause.random())


def test_a_supervisor_stays_while_the_app_has_visitors(data, until, monkeypatch, supervisors):
    monkeypatch.setenv("NMR_SUPERVISOR_IDLE", "0.3")
    presence.want(data)
    jobs.ensure_supervisor(data)
    time.sleep(1.5)
    assert len(supervisors()) == 1
    os.utime(data / "supervisor.wanted", (time.time() - presence.WANTED,) * 2)
    until(lambda: not supervisors())


def test_a_supervisor_leaves_when_its_folder_is_removed(data, until):
    jobs.ensure_supervisor(data)
    pid = presence.read(data)["pid"]
    until(lambda: (data / "jobs.sqlite3").exists())
    data.rename(data.with_name("moved"))
    data.mkdir()
    until(lambda: not psutil.pid_exists(pid))


def test_a_machine_without_workers_starts_nothing(no_workers, supervisors):
    assert jobs.submit("selftest", {}, folder=no_workers).status == "queued"
    assert not jobs.ensure_supervisor(no_workers)
    assert run_supervisor(no_workers).returncode == 0
    assert supervisors() == []


def test_a_number_of_workers_that_is_none_is_refused(data, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "many")
    with pytest.raises(InputError, match="NMR_WORKERS must be a whole number"):
        jobs.ensure_supervisor(data)
    assert run_supervisor(data).returncode == 1


def test_a_silent_worker_is_ended_and_lost(store, sleeper, until):
    job = attached(store, processes.HOST, sleeper.pid, sleeper.create_time())
    supervisor = Supervisor(store.folder)
    supervisor.tick(0.0)
    supervisor.tick(29.0)
    store.heartbeat(job.id)
    supervisor.tick(29.0)
    supervisor.tick(29.0)
    assert store.get(job.id).status == "running"
    supervisor.tick(29.0)
    assert store.get(job.id).status == "lost"
    assert "no sign of life" in store.get(job.id).error
    assert processes.find(sleeper.pid, sleeper.create_time()) is None


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel stores the time itself")
def test_a_step_of_the_clock_does_not_change_who_a_process_is(store, sleeper, monkeypatch):
    """psutil adds the boot time, which moves with the clock."""
    started = processes.start_time(sleeper.pid)
    job = attached(store, processes.HOST, sleeper.pid, started)
    created = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: created(self) + 3600.0)
    Supervisor(store.folder).tick(0.0)
    assert store.get(job.id).status == "running"
    assert processes.find(sleeper.pid, started + 1.0) is None


def test_a_process_that_an_earlier_version_noted_is_found(sleeper):
    assert processes.find(sleeper.pid, sleeper.create_time() + 1.0)
    assert processes.find(sleeper.pid, sleeper.create_time() + 3.0) is None


def test_a_recycled_pid_is_not_the_worker(store, sleeper):
    job = attached(store, processes.HOST, sleeper.pid, sleeper.create_time() - 100.0)
    Supervisor(store.folder).tick(0.0)
    assert store.get(job.id).status == "lost"
    assert processes.find(sleeper.pid, sleeper.create_time())


def test_a_worker_on_another_host_is_lost_only_when_it_falls_silent(store):
    job = attached(store, "another-host", 2**22 + 1, 1.0)
    supervisor = Supervisor(store.folder)
    supervisor.tick(0.0)
    supervisor.tick(5.0)
    assert store.get(job.id).status == "running"
    supervisor.tick(26.0)
    assert store.get(job.id).status == "lost"


def test_a_job_claimed_by_a_supervisor_that_died_then_is_started_by_the_next(store):
    job = store.submit("selftest", '{"steps": 1, "pause": 0}')
    store.claim("h")
    assert jobs.wait(job.id, 20, folder=store.folder).status == "done"


def test_a_job_claimed_and_cancelled_before_a_worker_came_is_cancelled(store):
    job = store.submit("selftest", "{}")
    store.claim("h")
    store.request_cancel(job.id)
    Supervisor(store.folder).tick(0.0)
    assert store.get(job.id).status == "cancelled"


def test_a_worker_that_cannot_start_fails_its_job(store, monkeypatch, until):
    job = store.submit("selftest", "{}")
    monkeypatch.setattr(
        sys, "executable", "/bin/false" if os.path.exists("/bin/false") else "/usr/bin/false"
    )
    supervisor = Supervisor(store.folder)

    def ended():
        supervisor.tick(0.0)
        return not store.get(job.id).live

    until(ended)
    assert store.get(job.id).status == "failed"
    assert "could not start (exit code 1)" in store.get(job.id).error


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals")
@pytest.mark.parametrize(
    ("exit_code", "free", "words"),
    [
        (None, 1e9, "perhaps out of memory"),
        (-9, 1e9, "(SIGKILL), perhaps out of memory"),
        (-11, 1e9, "(SIGSEGV)."),
        (-15, 1e9, "ended from outside"),
        (1, 1e9, "(exit code 1). The job's log may say why"),
        (1, 1e6, "the disk is full, 1.0 MB are free"),
        (-9, 1e6, "the disk is full"),
    ],
)
def test_the_reason_of_a_lost_job_is_the_one_that_can_be_seen(
    tmp_path, monkeypatch, exit_code, free, words
):
    monkeypatch.setattr(
        ends.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free, total=1e12)
    )
    sentence = ends.why_it_ended(exit_code, tmp_path)
    assert words in sentence
    assert ("memory" in sentence) == ("memory" in words)


def test_an_interpreter_that_is_not_there_fails_the_job(store, monkeypatch, tmp_path):
    job = store.submit("selftest", "{}")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    Supervisor(store.folder).tick(0.0)
    assert store.get(job.id).status == "failed"
    assert "No worker could be started" in store.get(job.id).error
