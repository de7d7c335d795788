"""Live data of a job: written rarely, thinned, readable from any file, never fatal."""

import errno
import json
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_core import jobs
from nmr_core.errors import InputError
from nmr_core.jobs import live_data
from nmr_core.jobs.live_data import LENGTHS, MOST, SIZE, LiveFile, evenly_spaced, read_live, thinned
from nmr_core.jobs.store import JobStore


def _count_writes(monkeypatch, fail=None) -> list:
    """Every write of a live file from here on; with ``fail`` none succeeds."""
    replaced, writes = os.replace, []

    def replace(source, target):
        writes.append(target)
        if fail:
            raise OSError(fail, os.strerror(fail))
        replaced(source, target)

    monkeypatch.setattr("nmr_core.storage.files.os.replace", replace)
    return writes


def test_the_first_value_is_written_at_once_and_the_last_at_the_end(tmp_path, monkeypatch):
    writes = _count_writes(monkeypatch)
    show = LiveFile(tmp_path / "jobs" / "a.live.json")
    for epoch in range(50):
        show("curve", [[1.0, 1.0]] * (epoch + 1))
    assert len(writes) == 1
    assert read_live(show.path) == {"curve": [[1.0, 1.0]]}
    show.flush()
    show.flush()
    assert len(writes) == 2, "nothing new, nothing written"
    assert len(read_live(show.path)["curve"]) == 50
    assert [path.name for path in show.path.parent.iterdir()] == ["a.live.json"], (
        "no half-written file is left"
    )


def test_after_a_pause_the_next_value_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(live_data, "PAUSE", 0.0)
    show = LiveFile(tmp_path / "a.live.json")
    show("rows", [{"n": 1}])
    show("curve", [[1, 2]])
    assert read_live(show.path) == {"rows": [{"n": 1}], "curve": [[1, 2]]}


def test_what_is_published_is_kept_as_it_was(tmp_path):
    show, rows = LiveFile(tmp_path / "a.live.json"), [{"n": 1}]
    show("rows", rows)
    rows[0]["n"] = 2
    show("other", 0)
    show.flush()
    assert read_live(show.path)["rows"] == [{"n": 1}]


def test_a_long_curve_is_thinned_and_says_how_long_it_was(tmp_path):
    show = LiveFile(tmp_path / "a.live.json")
    show("curve", [[k, k] for k in range(10_000)])
    show("short", [1, 2])
    show.flush()
    read = read_live(show.path)
    assert len(read["curve"]) == MOST
    assert (read["curve"][0], read["curve"][-1]) == ([0, 0], [9999, 9999])
    assert read[LENGTHS] == {"curve": 10_000}
    show("curve", [[1, 1]])
    show.flush()
    assert LENGTHS not in read_live(show.path)


@given(st.integers(0, 3000), st.integers(2, 600))
def test_the_kept_places_are_in_order_evenly_spaced_and_hold_both_ends(n, most):
    kept = evenly_spaced(n, most)
    assert len(kept) == len(set(kept)) == min(n, most)
    assert kept == sorted(kept)
    if n:
        assert (kept[0], kept[-1]) == (0, n - 1)
        assert np.ptp(np.diff(kept)) <= 1 if n > 1 else True


def test_too_much_is_cut_until_it_fits(tmp_path):
    show = LiveFile(tmp_path / "a.live.json")
    show("curve", [[1.0, 2.0]])
    show("rows", [{f"column {k}": "x" * 100 for k in range(100)} for _ in range(200)])
    show.flush()
    assert show.path.stat().st_size <= SIZE
    read = read_live(show.path)
    assert read["curve"] == [[1.0, 2.0]]
    assert len(read["rows"]) == 20
    assert read[LENGTHS]["rows"] == 200
    show("rows", [{f"column {k}": "x" * 400 for k in range(100)} for _ in range(200)])
    show.flush()
    assert read_live(show.path) == {"curve": [[1.0, 2.0]]}, (
        "what fits nowhere is left out, the rest stays"
    )


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats()
        | st.integers()
        | st.text()
        | st.just(object())
        | st.just(np.float32(0.1))
        | st.just(np.arange(4.0).reshape(2, 2))
        | st.just({1, 2})
        | st.just(2**70)
        | st.just("\ud800"),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_any_value_becomes_strict_json(value):
    json.dumps(thinned(value, MOST), allow_nan=False).encode()


def test_numbers_stay_numbers():
    value = {
        "a": np.float32(0.5),
        "b": np.array([[1, 2], [3, 4]]),
        "c": [float("nan"), True, None, 7, "x"],
        "d": np.int64(3),
    }
    assert thinned(value, 10) == {
        "a": 0.5,
        "b": [[1, 2], [3, 4]],
        "c": [None, True, None, 7, "x"],
        "d": 3,
    }


def test_a_list_in_itself_ends():
    endless = []
    endless.append(endless)
    json.dumps(thinned(endless, 10))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"curve": [[1, 2',
        b"[1, 2]",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b" " * (4 * SIZE + 1) + b"{}",
    ],
    ids=lambda content: repr(content[:12]),
)
def test_a_file_without_sense_reads_as_empty(data, content):
    store = JobStore(data)
    job = store.submit("selftest", "{}")
    path = store.live_path(job.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    assert jobs.live(job.id, data) == {}


def test_no_file_reads_as_empty_and_a_malformed_id_is_refused(data):
    assert jobs.live("job-20260101-000000-abcd", data) == {}
    with pytest.raises(InputError, match="An id has"):
        jobs.live("../jobs", data)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_disk_that_takes_nothing_is_only_reported(tmp_path, monkeypatch, capsys, code):
    writes = _count_writes(monkeypatch, fail=code)
    monkeypatch.setattr(live_data, "PAUSE", 0.0)
    show = LiveFile(tmp_path / "a.live.json")
    for k in range(3):
        show("curve", [k])
    assert len(writes) == 3, "it is tried again each time"
    assert capsys.readouterr().err.count("Live data was not written") == 3
    assert read_live(show.path) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_running_job_is_seen_and_still_when_it_has_ended(data, until):
    job = jobs.submit("selftest", {"steps": 40, "pause": 0.05}, folder=data)
    early = until(lambda: jobs.live(job.id, data).get("curve"))
    assert jobs.get(job.id, data).live
    assert early[0] == [1.0, 1.0]
    assert len(early) < 40
    assert jobs.wait(job.id, 20, folder=data).status == "done"
    assert jobs.live(job.id, data) == {"curve": [[1 / (k + 1), 1 / (k + 1)] for k in range(40)]}


def test_a_job_whose_live_file_cannot_be_written_ends_well(data):
    store = JobStore(data)
    job = store.submit("selftest", '{"steps": 3, "pause": 0}')
    # A folder where the file belongs: no write can succeed
    store.live_path(job.id).mkdir(parents=True)
    jobs.ensure_supervisor(data)
    assert jobs.wait(job.id, 20, folder=data).status == "done"
    assert "Live data was not written" in jobs.log_tail(job.id, folder=data)
