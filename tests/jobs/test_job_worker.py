"""The worker by itself, with no supervisor to help or to kill."""

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from nmr_core.errors import Cancelled
from nmr_core.jobs import worker
from nmr_core.jobs.store import JobStore
from nmr_core.jobs.worker import Reporter


@pytest.fixture
def store(data):
    return JobStore(data)


def start(store, job_id):
    command = [sys.executable, "-m", "nmr_core.jobs.worker", str(store.folder), job_id]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def leave(worker):
    error = worker.communicate(timeout=15)[1]
    return worker.returncode, error


def test_a_worker_without_a_waiting_job_does_no_harm(store):
    queued, taken = store.submit("selftest", "{}"), store.submit("selftest", "{}")
    store.request_cancel(queued.id)
    store.claim("h")
    store.attach(taken.id, "elsewhere", 1, 1.0)
    queued = store.submit("selftest", "{}")
    before = store.list()
    for job in before:
        code, error = leave(start(store, job.id))
        assert code == 0
        assert "nothing to do" in error
    assert store.list() == before


def test_a_worker_sees_the_cancellation_itself(store, until):
    job = store.submit("selftest", '{"steps": 1000, "pause": 0.02}')
    store.claim("h")
    worker = start(store, job.id)
    until(lambda: store.get(job.id).done)
    store.request_cancel(job.id)
    assert leave(worker) == (1, "")
    assert store.get(job.id).status == "cancelled"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process could handle")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_end_is_cancelled(store, until, sign):
    job = store.submit("selftest", '{"steps": 1, "pause": 0.3, "end": "hang"}')
    store.claim("h")
    worker = start(store, job.id)
    until(lambda: store.get(job.id).done)
    worker.send_signal(sign)
    assert leave(worker) == (1, "")
    job = store.get(job.id)
    assert job.status == "cancelled"
    assert "from outside" in job.error


def test_a_result_that_is_no_json_fails_the_job(store, until):
    job = store.submit("selftest", '{"steps": 0}')
    store.claim("h")
    script = (
        "import sys; from nmr_core.jobs import handlers, worker\n"
        "handlers.HANDLERS['selftest'] = lambda params, progress: {'model': object()}\n"
        "sys.exit(worker.main(sys.argv[1:]))"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(store.folder), job.id],
        stderr=subprocess.DEVNULL,
        timeout=15,
    )
    job = store.get(job.id)
    assert job.status == "failed"
    assert "cannot be stored as JSON" in job.error


class CountingStore(JobStore):
    """A real table that also counts how often progress was written."""

    writes = 0

    def report(self, *values):
        self.writes += 1
        return super().report(*values)


def test_the_first_and_the_last_report_are_written_and_few_between(data, monkeypatch):
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now, sleep=time.sleep)
    monkeypatch.setattr(worker, "time", clock)
    store = CountingStore(data)
    job = store.submit("selftest", "{}")
    store.claim("h")
    report = Reporter(store, job.id)
    report(0, 10_000, "start")
    assert store.get(job.id).message == "start"
    for step in range(1, 1000):
        clock.now = step / 1000
        report(step, 10_000, "between")
    assert store.writes == 1 + int(0.999 / worker.THROTTLE)
    report(10_000, 10_000, "end")
    report.flush()
    assert (store.get(job.id).done, store.get(job.id).message) == (10_000, "end")


def test_a_job_that_is_no_longer_running_is_stopped_at_its_next_report(data):
    store = JobStore(data)
    job = store.submit("selftest", "{}")
    store.claim("h")
    report = Reporter(store, job.id)
    report(0, 10)
    store.mark_lost(job.id, "gone")
    report.flush()
    with pytest.raises(Cancelled):
        report(1, 10)
    assert store.get(job.id).status == "lost"


def test_a_table_that_cannot_be_written_does_not_stop_the_work(data, capsys):
    store = JobStore(data)
    job = store.submit("selftest", "{}")
    store.claim("h")
    for path in data.glob("jobs.sqlite3*"):
        path.unlink()
    store.path.write_bytes(b"no table" * 500)
    report = Reporter(store, job.id)
    report(1, 10)
    assert "Progress was not written" in capsys.readouterr().err
