"""Whole lives of jobs, with real supervisors and workers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from nmr_core import jobs
from nmr_core.jobs import capacity
from nmr_core.jobs.store import JobStore


def gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_job_runs_to_its_end(data, until):
    seen = []
    job = jobs.submit(
        "selftest", {"steps": 8, "pause": 0.15}, title="count", owner="ann", folder=data
    )
    worker = psutil.Process(until(lambda: jobs.get(job.id, data).pid))
    if os.name == "posix":
        assert worker.nice() >= 10
        assert int(worker.environ()["OMP_NUM_THREADS"]) >= 1
        assert os.getpgid(worker.pid) == worker.pid
    group = Path(f"/proc/{worker.pid}/autogroup")
    if group.exists():  # the kernel shares the processor between sessions
        assert group.read_text().split()[-1] == str(capacity.GROUP_NICE)
    job = jobs.wait(
        job.id, 20, lambda done, total, message: seen.append((done, total, message)), data
    )
    assert (job.status, job.result, job.error) == ("done", {"counted": 8}, None)
    assert (job.done, job.total, job.message) == (8, 8, "counting")
    assert job.created <= job.started <= job.base_time < job.reported <= job.finished
    assert 2 < job.rate < 8 / 1.2 + 0.1
    assert any(0 < done < 8 for done, _, _ in seen)
    assert seen == sorted(seen)
    assert "selftest counts to 8" in jobs.log_tail(job.id, folder=data)
    assert len(jobs.log_tail(job.id, 5, folder=data)) <= 5


def test_a_failing_job_says_why(data):
    def end(how):
        return jobs.submit("selftest", {"steps": 1, "pause": 0, "end": how}, folder=data).id

    ends = [end(how) for how in ("input_error", "failed_error", "crash")]
    refused, failed, crashed = [jobs.wait(job_id, 20, folder=data) for job_id in ends]
    assert [job.status for job in (refused, failed, crashed)] == ["failed"] * 3
    assert refused.error == "The selftest was told to refuse its input."
    assert failed.error == "The selftest was told to fail."
    assert (
        crashed.error
        == "ZeroDivisionError: the selftest was told to crash. The job's log has the details."
    )
    assert (crashed.done, crashed.total) == (1, 1)
    assert "Traceback" in jobs.log_tail(crashed.id, folder=data)


def test_a_job_that_leaves_without_a_word_is_lost_and_so_are_its_children(data, until):
    job = jobs.submit(
        "selftest", {"steps": 1, "pause": 0.5, "end": "exit", "child": True}, folder=data
    )
    child = int(until(lambda: jobs.get(job.id, data).message).split()[1])
    job = jobs.wait(job.id, 20, folder=data)
    assert job.status == "lost"
    assert "exit code 3" in job.error
    assert "Run it again" in job.error
    assert gone(child)


def test_a_killed_job_is_lost_and_can_be_run_again(data, until):
    params = {"steps": 6, "pause": 0.1}
    job = jobs.submit("selftest", params, title="again", owner="ann", folder=data)
    psutil.Process(until(lambda: jobs.get(job.id, data).pid)).kill()
    assert jobs.wait(job.id, 20, folder=data).status == "lost"
    again = jobs.resubmit(job.id, data)
    assert again.id != job.id
    assert (again.kind, again.params, again.title, again.owner) == (
        "selftest",
        params,
        "again",
        "ann",
    )
    assert jobs.wait(again.id, 20, folder=data).status == "done"
    assert jobs.get(job.id, data).status == "lost"


def test_a_counting_job_is_cancelled(data, until):
    job = jobs.submit("selftest", {"steps": 1000, "pause": 0.05}, folder=data)
    pid = until(lambda: jobs.get(job.id, data).done and jobs.get(job.id, data).pid)
    assert jobs.cancel(job.id, data).status == "running"
    job = jobs.wait(job.id, 20, folder=data)
    assert (job.status, job.error, job.result) == ("cancelled", None, None)
    assert 0 < job.done < 1000
    until(lambda: gone(pid))


@pytest.mark.parametrize("supervisor_died", [False, True])
def test_a_hung_job_is_killed_with_its_child(data, until, kill_supervisor, supervisor_died):
    job = jobs.submit(
        "selftest", {"steps": 1, "pause": 0.3, "end": "hang", "child": True}, folder=data
    )
    until(lambda: jobs.get(job.id, data).done == 1, 10)
    job = jobs.get(job.id, data)
    child = int(job.message.split()[1])
    assert not gone(job.pid)
    assert not gone(child)
    if supervisor_died:
        kill_supervisor()
    asked = time.time()
    jobs.cancel(job.id, data)
    final = jobs.wait(job.id, 20, folder=data)
    assert final.status == "cancelled"
    assert gone(job.pid)
    assert gone(child)
    assert final.finished - asked >= 2.0  # it had that long to end by itself


def test_a_job_survives_its_supervisor_and_the_next_one_goes_on(
    data, until, kill_supervisor, supervisors
):
    store = JobStore(data)
    job = jobs.submit("selftest", {"steps": 15, "pause": 0.1}, folder=data)
    until(lambda: store.get(job.id).done)
    first = kill_supervisor()
    assert supervisors() == []
    until(lambda: not store.get(job.id).live)
    assert store.get(job.id).status == "done"
    later = jobs.submit("selftest", {"steps": 1, "pause": 0}, folder=data)
    assert jobs.wait(later.id, 20, folder=data).status == "done"
    assert first not in supervisors()
    assert len(supervisors()) == 1


def test_running_jobs_of_a_dead_supervisor_count_as_used_slots(
    data, until, kill_supervisor, monkeypatch
):
    monkeypatch.setenv("NMR_WORKERS", "1")
    store = JobStore(data)
    first = jobs.submit("selftest", {"steps": 20, "pause": 0.1}, folder=data)
    until(lambda: store.get(first.id).done)
    kill_supervisor()
    second = jobs.submit("selftest", {"steps": 1, "pause": 0}, folder=data)
    assert jobs.wait(second.id, 20, folder=data).status == "done"
    assert store.get(first.id).status == "done"
    assert store.get(second.id).started >= store.get(first.id).finished


def test_a_job_outlives_who_submitted_it(data, until):
    script = (
        "import sys; from nmr_core import jobs\n"
        "print(jobs.submit('selftest', {'steps': 10, 'pause': 0.1}, folder=sys.argv[1]).id)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(data)],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stderr == ""
    store, job_id = JobStore(data), done.stdout.strip()
    assert store.get(job_id).live
    until(lambda: not store.get(job_id).live)
    assert store.get(job_id).status == "done"


def test_a_queued_job_that_is_cancelled_never_starts(data, until, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "1")
    first = jobs.submit("selftest", {"steps": 8, "pause": 0.1}, folder=data)
    until(lambda: jobs.get(first.id, data).pid)
    second = jobs.submit("selftest", {"steps": 1}, folder=data)
    third = jobs.submit("selftest", {"steps": 1, "pause": 0}, folder=data)
    assert [jobs.queue_position(job.id, data) for job in (first, second, third)] == [None, 1, 2]
    assert jobs.cancel(second.id, data).status == "cancelled"
    assert jobs.wait(third.id, 20, folder=data).status == "done"
    job = jobs.get(second.id, data)
    assert (job.status, job.started, job.pid) == ("cancelled", None, None)
    assert jobs.log_tail(second.id, folder=data) == ""
