"""Where people are: what is written, how often, and who is stuck."""

import time

import pytest

from nmr_core import challenge as challenges
from nmr_core.jobs.store import JobStore
from nmr_core.labs import progress as labs
from nmr_core.workshop import presence
from nmr_core.workshop.presence import AWAY, HERE, STUCK


@pytest.fixture
def ben(rooms, room):
    return rooms.join(room.code, "Ben")[0]


@pytest.fixture
def look(rooms, room, monkeypatch):
    """``look(minutes)``: the only row of the table, that many minutes from now."""
    real = time.time

    def after(minutes: float = 0):
        monkeypatch.setattr(time, "time", lambda: real() + 60 * minutes)
        (row,) = presence.table(rooms.people(room))
        return row

    return after


def test_before_any_page_a_person_is_away(ben, look, tmp_path):
    row = look()
    assert (row.page, row.state, row.what) == ("", AWAY, "")
    assert row.progress == ben.created
    assert not (tmp_path / "presence.sqlite3").exists()


def test_a_page_and_when_it_was_opened(ben, look):
    presence.note(ben.id, "Labs", "overfit")
    first = look()
    assert (first.page, first.detail, first.state) == ("Labs", "overfit", HERE)
    look(0.5)
    presence.note(ben.id, "Labs", "overfit")
    again = look(0.5)
    assert again.since == first.since
    assert again.seen == pytest.approx(first.seen + 30, abs=5)
    presence.note(ben.id, "Train")
    assert look(0.5).since > first.since


def test_the_same_page_is_written_every_20_s_only(ben, monkeypatch):
    written = []
    monkeypatch.setattr(presence, "_write", lambda *entry: written.append(entry))
    for _ in range(50):
        presence.note(ben.id, "Labs")
    assert len(written) == 1
    presence.note(ben.id, "Train")
    assert len(written) == 2


def test_ten_minutes_without_progress_are_stuck_and_a_closed_page_is_away(ben, look):
    presence.note(ben.id, "Train")
    assert look(1).state == HERE
    assert look(2).state == AWAY
    presence.are_open([ben.id])
    assert look(2).state == HERE
    look(11)
    presence.are_open([ben.id])
    assert look(11).state == STUCK
    presence.progressed(ben.id, "submitted")
    row = look(11)
    assert (row.state, row.what) == (HERE, "submitted")


def test_jobs_and_labs_are_progress(ben, rooms, room, look, tmp_path):
    folder = rooms.people(room)[0][1]
    presence.note(ben.id, "Train")
    look(12)
    presence.are_open([ben.id])
    job = JobStore(folder).submit("selftest", "{}", title="Own job", owner=ben.id)
    row = look(12)
    assert (row.state, row.live, row.what) == (HERE, 1, "Own job waits")
    JobStore(tmp_path).request_cancel(job.id)
    assert look(12).live == 0
    look(13)
    labs.write("overfit", labs.Progress(moves=1), folder)
    assert look(13).what == "lab overfit"


def test_submissions_are_progress(ben, rooms, room, monkeypatch):
    monkeypatch.setattr(challenges, "load", lambda id: id)
    later = time.time() + 60
    monkeypatch.setattr(challenges, "newest_times", lambda challenge: {ben.id: later})
    (row,) = presence.table(rooms.people(room), challenge="ch-1")
    assert (row.progress, row.what) == (later, "submission")


def test_a_challenge_that_is_gone_stops_no_table(ben, rooms, room):
    (row,) = presence.table(rooms.people(room), challenge="ch-none")
    assert row.what == ""


def test_what_is_noted_goes_with_the_room(ben, look):
    presence.note(ben.id, "Train")
    presence.forget([ben.id])
    assert look().page == ""


def test_a_damaged_file_stops_no_page(ben, look, tmp_path):
    (tmp_path / "presence.sqlite3").write_bytes(b"no database at all, " * 500)
    presence.note(ben.id, "Train")
    presence.progressed(ben.id, "lab 1")
    assert look().state == AWAY


def test_control_characters_and_length(ben, look):
    presence.note(ben.id, "x" * 500, "a\nb\x00" + "y" * 500)
    row = look()
    assert (len(row.page), len(row.detail)) == (40, 60)
    assert row.detail.startswith("a b y")
