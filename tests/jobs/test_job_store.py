"""The table: atomic claims, fair turns, guarded changes, and errors for a foreign file."""

import dataclasses
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.store import JobStore


@pytest.fixture
def store(tmp_path):
    return JobStore(tmp_path / "not" / "yet" / "there")


def submit(store, owner="", limit=100):
    return store.submit("selftest", "{}", owner=owner, limit=limit)


def test_a_job_comes_back_as_it_was_submitted(store):
    job = store.submit("train", '{"a": [1, 2.5, null]}', "two\nlines \ud800", "ann")
    assert store.get(job.id) == job
    assert job.params == {"a": [1, 2.5, None]}
    assert (job.title, job.owner, job.status) == ("two lines ?", "ann", "queued")
    assert job.live
    assert (job.started, job.finished, job.result, job.error) == (None, None, None, None)


def test_list_is_newest_first_and_by_owner(store):
    ids = [submit(store, owner).id for owner in ("ann", "bob", "ann")]
    assert [job.id for job in store.list()] == ids[::-1]
    assert [job.id for job in store.list("ann")] == [ids[2], ids[0]]
    assert [job.id for job in store.list(limit=1)] == ids[2:]


@pytest.mark.parametrize("text", ["../jobs", "", "A" * 10, None, 7])
def test_a_garbage_id_is_an_input_error(store, text):
    for call in (store.get, store.request_cancel, store.position, store.log_path):
        with pytest.raises(InputError, match="An id has"):
            call(text)


def test_an_unknown_id_is_an_input_error(store):
    with pytest.raises(InputError, match="no job job-1"):
        store.get("job-1")


def test_many_first_users_make_one_table(store):
    together = threading.Barrier(12)

    def first(_):
        together.wait()
        return submit(JobStore(store.folder)).id

    with ThreadPoolExecutor(12) as pool:
        ids = list(pool.map(first, range(12)))
    assert sorted(ids) == sorted(job.id for job in store.list())


def test_each_job_is_claimed_once_by_threads_and_processes(store):
    ids = [submit(store).id for _ in range(60)]
    script = (
        "import sys; from nmr_core.jobs.store import JobStore; store = JobStore(sys.argv[1])\n"
        "while job := store.claim('h'): print(job.id, flush=True)"
    )
    command = [sys.executable, "-c", script, str(store.folder)]
    others = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    def claim_all(_):
        claimed = []
        while job := store.claim("h"):
            claimed.append(job.id)
            time.sleep(0.01)
        return claimed

    with ThreadPoolExecutor(4) as pool:
        claimed = [job_id for ids_of_one in pool.map(claim_all, range(4)) for job_id in ids_of_one]
    for other in others:
        claimed += other.communicate(timeout=20)[0].split()
        assert other.returncode == 0
    assert Counter(claimed) == Counter(ids)
    assert store.claim("h") is None


def test_the_owner_with_fewer_running_jobs_goes_first(store):
    for owner in ("ann", "ann", "ann", "bob"):
        submit(store, owner)
    assert [store.claim("h").owner for _ in range(4)] == ["ann", "bob", "ann", "ann"]


def test_with_one_slot_owners_take_turns(store):
    for owner in ("ann", "ann", "ann", "bob", "bob"):
        submit(store, owner)
    order = []
    while job := store.claim("h"):
        order.append(job.owner)
        store.finish(job.id, "done")
    assert order == ["ann", "bob", "ann", "bob", "ann"]


def test_position_is_the_order_in_which_jobs_start(store):
    jobs = [submit(store, owner) for owner in ("ann", "ann", "bob")]
    assert [store.position(job.id) for job in jobs] == [1, 2, 3]
    store.claim("h")
    assert [store.position(job.id) for job in jobs] == [None, 2, 1]


def test_the_limit_counts_the_queued_jobs_of_one_owner(store):
    first, _ = submit(store, "ann", limit=2), submit(store, "ann", limit=2)
    with pytest.raises(InputError, match="2 jobs are already waiting"):
        submit(store, "ann", limit=2)
    submit(store, "bob", limit=2)
    store.request_cancel(first.id)
    submit(store, "ann", limit=2)


def test_the_limit_holds_when_many_submit_at_once(store):
    def attempt(_):
        try:
            return submit(store, "ann", limit=5)
        except InputError:
            return None

    with ThreadPoolExecutor(10) as pool:
        accepted = list(filter(None, pool.map(attempt, range(20))))
    assert len(accepted) == len(store.list()) == 5


@pytest.mark.parametrize("status", ["done", "failed", "cancelled", "lost"])
def test_a_final_status_stays(store, status):
    job = submit(store)
    assert not store.finish(job.id, "done")  # a queued job cannot end without running
    store.claim("h")
    assert store.finish(job.id, status, "why", {"run": "r1"})
    final = store.get(job.id)
    assert (final.status, final.error, final.result, final.live) == (
        status,
        "why",
        {"run": "r1"},
        False,
    )
    assert not store.finish(job.id, "failed", "late")
    assert not store.mark_lost(job.id, "late")
    assert not store.report(job.id, 1, 2, "late")
    assert not store.heartbeat(job.id)
    assert store.attach(job.id, "h", 1, 1.0) is None
    store.release(job.id)
    assert store.request_cancel(job.id) == store.get(job.id) == final


def test_a_queued_job_is_cancelled_at_once(store):
    job = store.request_cancel(submit(store).id)
    assert (job.status, job.started) == ("cancelled", None)
    assert job.finished is not None
    assert store.claim("h") is None


@pytest.mark.parametrize("end", ["finish", "mark_lost"])
def test_a_cancelled_job_says_why_and_a_finished_one_does_not(store, end):
    queued, running = submit(store), submit(store)
    assert store.claim("h").id == queued.id
    assert store.request_cancel(running.id, "by B").error == "by B"
    store.request_cancel(queued.id, "by A")
    store.request_cancel(queued.id, "by B")
    getattr(store, end)(queued.id, "cancelled" if end == "finish" else "gone")
    assert (store.get(queued.id).status, store.get(queued.id).error) == ("cancelled", "by A")
    last = submit(store)
    store.claim("h")
    store.request_cancel(last.id, "too late")
    store.finish(last.id, "done")
    assert (store.get(last.id).status, store.get(last.id).error) == ("done", None)


def test_a_running_job_is_told_to_stop(store):
    job = submit(store)
    store.claim("h")
    assert store.report(job.id, 1, 10, "")
    assert store.heartbeat(job.id)
    assert store.request_cancel(job.id).status == "running"
    assert not store.report(job.id, 2, 10, "")
    assert not store.heartbeat(job.id)
    assert store.mark_lost(job.id, "gone")
    assert store.get(job.id).status == "cancelled"  # it was to end, so it is not lost


def test_only_one_worker_attaches_and_only_an_unattached_job_is_released(store):
    job = submit(store)
    assert store.attach(job.id, "h", 1, 1.0) is None
    store.claim("h")
    store.release(job.id)
    assert store.get(job.id).status == "queued"
    store.claim("h")
    assert store.attach(job.id, "h", 11, 1.0).pid == 11
    assert store.attach(job.id, "h", 12, 1.0) is None
    store.release(job.id)
    assert (store.get(job.id).status, store.get(job.id).pid) == ("running", 11)


def test_rate_and_time_left_count_from_the_first_report_of_a_phase(store):
    job = submit(store)
    store.claim("h")
    store.report(job.id, 500, 1000, "resumed")
    assert store.get(job.id).rate is None
    store.report(job.id, 600, 1000, "")
    job = store.get(job.id)
    assert job.base_done == 500
    slow = dataclasses.replace(job, base_time=job.reported - 10.0)
    assert slow.rate == pytest.approx(10.0)
    assert slow.eta == pytest.approx(40.0, abs=1.0)
    assert dataclasses.replace(slow, status="done").eta is None
    store.report(job.id, 3, 7, "next phase")
    assert (store.get(job.id).base_done, store.get(job.id).rate) == (3, None)


def test_a_corrupt_table_says_what_to_do(store):
    store.folder.mkdir(parents=True)
    store.path.write_bytes(b"not a database at all, but long enough to look like one" * 40)
    for call in (store.list, lambda: submit(store), lambda: store.claim("h"), store.busy):
        with pytest.raises(FailedError, match=r"not a usable table of jobs.*Move it aside"):
            call()
    store.path.rename(store.path.with_suffix(".old"))
    assert submit(store) in store.list()


@pytest.mark.parametrize("version", [0, 1])
def test_a_table_of_another_program_is_left_alone(store, version):
    store.folder.mkdir(parents=True)
    with closing(sqlite3.connect(store.path)) as db:
        db.executescript(f"CREATE TABLE jobs (recipe TEXT); PRAGMA user_version = {version};")
    before = store.path.read_bytes()
    with pytest.raises(FailedError, match="belongs to another program or version"):
        submit(store)
    assert store.path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FailedError, match="Check NMR_DATA"):
        JobStore(tmp_path / "file").list()


def test_our_own_mistakes_are_not_dressed_up_as_a_damaged_table(store):
    with pytest.raises(sqlite3.ProgrammingError):
        store.report("job-1", 1, 2, "") or store._all("SELECT ?", ())
    with pytest.raises(ValueError, match="status must be one of"):
        store.finish("job-1", "perfect")
