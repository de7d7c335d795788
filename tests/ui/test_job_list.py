"""One reading of the jobs per second serves all visitors; a damaged table is a sentence."""

import pytest
import streamlit as st

from nmr_core.jobs import api, presence
from nmr_core.jobs.store import JobStore
from ui.shared import job_list, keeper


@pytest.fixture
def clock(data_folder, monkeypatch):
    """A clock that tests move, no session, no workers and no earlier reading."""
    monkeypatch.setenv("NMR_WORKERS", "0")
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(job_list, "_newest", {})
    monkeypatch.setattr(job_list, "_last_look", {})
    now = [1000.0]
    monkeypatch.setattr(job_list.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def reads(monkeypatch):
    """Number of readings of the table so far."""
    count = []
    listed = api.list_jobs
    monkeypatch.setattr(
        job_list.api, "list_jobs", lambda limit: count.append(1) or listed(limit=limit)
    )
    return count


def test_many_looks_within_a_second_read_once(clock, reads):
    api.submit("selftest", {})
    for _ in range(30):
        assert len(job_list.jobs()) == 1
    assert len(reads) == 1
    clock[0] += job_list.SHARED
    job_list.jobs()
    assert len(reads) == 2


def test_an_own_action_is_seen_at_once(clock, reads):
    assert job_list.jobs() == []
    job = api.submit("selftest", {})
    job_list.refresh()
    assert [one.id for one in job_list.jobs()] == [job.id]
    assert job_list.snapshot().position(job) == 1
    api.dismiss(job.id)
    job_list.refresh()
    assert job_list.snapshot().dismissed == {job.id}


def test_another_data_folder_is_read_anew(clock, reads, tmp_path, monkeypatch):
    api.submit("selftest", {})
    assert len(job_list.jobs()) == 1
    monkeypatch.setenv("NMR_DATA", str(tmp_path / "other"))
    assert job_list.jobs() == []


def test_a_damaged_table_is_a_sentence_read_once_per_second(clock, reads, data_folder):
    data_folder.mkdir()
    JobStore(data_folder).path.write_bytes(b"no table" * 500)
    for _ in range(5):
        assert "not a usable table of jobs" in job_list.snapshot().problem
    assert job_list.jobs() == []
    assert len(reads) == 1


def test_pages_look_less_often_the_more_are_open(clock, monkeypatch):
    assert job_list.pause(live=False, own=False) == job_list.NOTHING
    alone = [job_list.pause(live=True, own=own) for own in (True, False)]
    assert alone == [job_list.OWN, job_list.OTHERS]
    for _ in range(3 * job_list.CROWD):
        monkeypatch.setattr(st, "session_state", {})
        job_list.jobs()
    assert job_list.n_open() == 3 * job_list.CROWD
    assert job_list.pause(live=True, own=True) == 3 * job_list.OWN
    assert job_list.pause(live=True, own=False) == job_list.SLOWEST
    assert job_list.pause(live=False, own=False) == 3 * job_list.NOTHING
    clock[0] += 2 * job_list.SLOWEST_OF_NOTHING
    assert job_list.n_open() == 0


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("is_busy", [True, False])
def test_the_keeper_starts_a_supervisor_where_one_is_needed(
    clock, data_folder, monkeypatch, is_open, is_busy
):
    if is_busy:
        api.submit("selftest", {})
    if is_open:
        job_list.jobs()
    monkeypatch.setenv("NMR_WORKERS", "1")
    starts = []
    monkeypatch.setattr(keeper.api, "ensure_supervisor", lambda *_: starts.append(1))
    keeper.look()
    assert bool(starts) == (is_open or is_busy)
    assert presence.wanted(data_folder) == is_open
