"""The worker that waits: it saves the imports, and changes nothing else about a job."""

import json
import os
from pathlib import Path

import psutil
import pytest

from nmr_core import jobs
from nmr_core.jobs import crew, presence, processes, warm
from nmr_core.jobs.crew import Crew
from nmr_core.jobs.store import JobStore
from nmr_core.jobs.supervisor import Supervisor

SHORT_JOB = {"steps": 1, "pause": 0}


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def done(data, params, kind="selftest"):
    job = jobs.submit(kind, params, folder=data)
    job = jobs.wait(job.id, 60, folder=data)
    assert job.status == "done", job.error
    return job


@pytest.fixture
def store(data):
    store = JobStore(data)
    store.busy()  # makes the folder
    return store


@pytest.fixture
def group(store):
    """A crew of this process, with nobody left at the end."""
    group = Crew(store, 1)
    yield group
    group.dismiss()


def waiting(store, params=SHORT_JOB):
    job = store.submit("selftest", json.dumps(params))
    store.claim(processes.HOST)
    return job


def test_a_worker_does_one_short_job_after_another_each_with_its_own_log(data):
    first, second = (done(data, {"steps": steps, "pause": 0}) for steps in (2, 3))
    assert (first.pid, first.process_started) == (second.pid, second.process_started)
    assert "counts to 2" in jobs.log_tail(first.id, folder=data)
    assert "counts to 2" not in jobs.log_tail(second.id, folder=data)
    assert "counts to 3" in jobs.log_tail(second.id, folder=data)
    assert len(jobs.live(second.id, data)["curve"]) == 3


def test_a_failed_or_cancelled_job_keeps_its_worker_for_itself(data, until):
    failed = jobs.submit("selftest", {**SHORT_JOB, "end": "crash"}, folder=data)
    failed = jobs.wait(failed.id, 60, folder=data)
    until(lambda: gone(failed.pid))
    assert done(data, SHORT_JOB).pid != failed.pid


def test_children_of_a_later_job_are_ended_with_it(data, until):
    first = done(data, SHORT_JOB)
    job = jobs.submit("selftest", {"steps": 1, "end": "exit", "child": True}, folder=data)
    job = jobs.wait(job.id, 60, folder=data)
    assert (job.pid, job.status) == (first.pid, "lost")
    until(lambda: gone(int(job.message.split()[1])))


def test_a_waiting_worker_leaves_with_its_supervisor(data, until, kill_supervisor):
    pid = done(data, SHORT_JOB).pid
    assert not gone(pid)
    kill_supervisor()
    until(lambda: gone(pid))


def test_a_waiting_worker_leaves_when_its_supervisor_is_idle(data, until, monkeypatch):
    monkeypatch.setenv("NMR_SUPERVISOR_IDLE", "0.5")
    pid = done(data, SHORT_JOB).pid
    until(lambda: gone(pid))
    until(lambda: presence.read(data) is None)


def test_no_worker_waits_where_that_is_switched_off(data, until, monkeypatch):
    monkeypatch.setenv(crew.SWITCH, "0")
    pid = done(data, SHORT_JOB).pid
    until(lambda: gone(pid))


def test_a_job_goes_on_when_the_waiting_worker_has_been_killed(data, until):
    first = done(data, SHORT_JOB)
    psutil.Process(first.pid).kill()
    second = done(data, SHORT_JOB)
    assert second.pid != first.pid


def test_a_job_returns_to_the_queue_when_its_waiting_worker_dies_before_it_begins(
    store, until, monkeypatch
):
    supervisor = Supervisor(store.folder)
    supervisor.keep_one_waiting()
    give = crew._give

    def give_and_kill(worker, job_id):
        worker.kill()
        worker.wait()
        monkeypatch.setattr(crew, "_give", give)
        return True

    monkeypatch.setattr(crew, "_give", give_and_kill)
    job = store.submit("selftest", '{"steps": 1, "pause": 0}')

    def ended():
        supervisor.tick(0.0)
        return not store.get(job.id).live

    until(ended)
    assert store.get(job.id).status == "done"
    until(lambda: supervisor.tick(20.0) or not supervisor.watches)
    supervisor.crew.dismiss()


def test_new_code_is_loaded_by_a_new_worker(group, store, until, monkeypatch):
    group.keep_one_waiting()
    old = group.spare
    monkeypatch.setattr(warm, "code_stamp", lambda: (0, 0, 0))
    worker = group.start(waiting(store).id)
    assert worker is not old
    assert old.poll() is not None
    worker.stdin.close()
    assert worker.wait(30) == 0


def test_the_code_stamp_follows_the_files(tmp_path, monkeypatch):
    (tmp_path / "one.py").touch()
    monkeypatch.setattr(warm.nmr_core, "__path__", [str(tmp_path)])
    before = warm.code_stamp()
    assert warm.code_stamp() == before
    os.utime(tmp_path / "one.py", ns=(1, 1))
    assert warm.code_stamp() != before


def test_the_code_stamp_needs_no_file_behind_a_name(tmp_path, monkeypatch):
    (tmp_path / ".#one.py").symlink_to("someone@host.1234")  # an editor's lock
    monkeypatch.setattr(warm.nmr_core, "__path__", [str(tmp_path)])
    monkeypatch.setattr(warm.sysconfig, "get_path", lambda name: str(tmp_path / "missing"))
    assert warm.code_stamp() == (1, 0, 0)


def test_a_worker_with_a_child_or_much_memory_leaves(group, store, until, monkeypatch):
    worker = group.start(waiting(store, {"steps": 20, "child": True}).id)
    until(lambda: psutil.Process(worker.pid).children())
    assert not group.take_back(worker, worker.pid)
    processes.end_tree(psutil.Process(worker.pid), "")
    crew.send_away(worker)
    worker.wait(10)
    worker = group.start(waiting(store).id)
    monkeypatch.setattr(crew, "LARGE", 1)
    assert not group.take_back(worker, worker.pid)
    worker.stdin.close()
    worker.wait(30)


def test_no_worker_waits_where_memory_is_short(group, monkeypatch):
    monkeypatch.setattr(crew, "ROOM", float("inf"))
    group.keep_one_waiting()
    assert group.spare is None


def test_a_small_set_is_generated_by_a_waiting_worker_without_further_processes(data):
    done(data, SHORT_JOB)
    params = {
        "dataset": "ds-20260101-000000-abcd",
        "preset": "ml4sci_2020_secular",
        "n_samples": 3,
        "seed": 0,
    }
    job = done(data, params, "generate")
    assert not psutil.Process(job.pid).children()
    assert (Path(data) / "datasets" / params["dataset"] / "manifest.json").exists()
