"""What the app may ask for, and what it is told when it asks for something wrong."""

import subprocess
import sys

import pytest

from nmr_core import jobs
from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.store import JobStore
from nmr_core.storage.spaces import limits


def test_what_is_submitted_is_listed(no_workers):
    job = jobs.submit("generate", {"n": 3}, title="three", owner="ann", folder=no_workers)
    assert jobs.list_jobs("ann", folder=no_workers) == [job] == [jobs.get(job.id, no_workers)]
    assert jobs.list_jobs("bob", folder=no_workers) == []
    assert jobs.queue_position(job.id, no_workers) == 1


def test_the_data_folder_is_the_default(no_workers, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(no_workers))
    assert jobs.submit("train", {}) == jobs.list_jobs(folder=no_workers)[0]


@pytest.mark.parametrize("kind", ["", "shell", None, ["generate"]])
def test_an_unknown_kind_is_refused(no_workers, kind):
    with pytest.raises(InputError, match=r"one of generate, .*selftest"):
        jobs.submit(kind, {}, folder=no_workers)


@pytest.mark.parametrize(
    "params", [[1], "x", {"a": {1, 2}}, {"a": float("nan")}, {(1, 2): 3}, {"a": "x" * 1_000_001}]
)
def test_params_must_be_small_json(no_workers, params):
    with pytest.raises(InputError, match="params"):
        jobs.submit("selftest", params, folder=no_workers)
    assert jobs.list_jobs(folder=no_workers) == []


def test_a_sixth_waiting_job_of_one_owner_is_refused(no_workers):
    for _ in range(5):
        jobs.submit("selftest", {}, owner="ann", folder=no_workers)
    with pytest.raises(InputError, match=r"5 jobs are already waiting.*Cancel one or wait"):
        jobs.submit("selftest", {}, owner="ann", folder=no_workers)
    jobs.submit("selftest", {}, owner="bob", folder=no_workers)


def test_a_live_job_is_not_run_twice(no_workers):
    job = jobs.submit("selftest", {}, folder=no_workers)
    with pytest.raises(InputError, match="still queued"):
        jobs.resubmit(job.id, no_workers)
    jobs.cancel(job.id, no_workers)
    assert jobs.resubmit(job.id, no_workers).params == job.params


def test_a_job_that_took_longer_than_one_may_take_now_is_not_run_again(no_workers, monkeypatch):
    monkeypatch.setenv("NMR_DATA", str(no_workers))
    job = jobs.submit("selftest", {}, folder=no_workers)
    jobs.cancel(job.id, no_workers)
    times = (1000.0, 1000.0 + 7200.0, job.id)
    JobStore(no_workers)._one("UPDATE jobs SET started = ?, finished = ? WHERE id = ?", times)
    limits.store(limits.Limits(job_hours=1.0))
    with pytest.raises(InputError, match=r"About 2\.0 h are needed"):
        jobs.resubmit(job.id, no_workers)


def test_waiting_has_an_end(no_workers):
    job = jobs.submit("selftest", {}, folder=no_workers)
    assert jobs.wait(job.id, 0.3, folder=no_workers).status == "queued"


@pytest.mark.parametrize(
    "call", [jobs.get, jobs.cancel, jobs.resubmit, jobs.log_tail, jobs.queue_position, jobs.wait]
)
@pytest.mark.parametrize("job_id", ["../../etc/passwd", "job-unknown"])
def test_a_wrong_id_is_an_input_error(no_workers, call, job_id):
    with pytest.raises(InputError):
        call(job_id, folder=no_workers)


def test_a_damaged_table_is_one_sentence(no_workers):
    no_workers.mkdir()
    (no_workers / "jobs.sqlite3").write_bytes(b"\0garbage" * 1000)
    with pytest.raises(FailedError, match="Move it aside"):
        jobs.submit("selftest", {}, folder=no_workers)


def test_the_room_is_light():
    """A page, a supervisor and a worker all import it: nothing heavy, and never the app."""
    script = (
        "import sys, nmr_core.errors\n"
        "before = set(sys.modules)\n"
        "import nmr_core.jobs, nmr_core.jobs.supervisor, nmr_core.jobs.worker\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "heavy = {'numpy', 'numba', 'scipy', 'sklearn', 'pandas', 'streamlit', 'multiprocessing'}\n"
        "print(*sorted(new & heavy))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert found.stdout.strip() == ""
