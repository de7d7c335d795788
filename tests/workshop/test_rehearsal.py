"""A rehearsal in real jobs: what it shows, and what it leaves."""

from dataclasses import replace

import pytest

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.spaces import registry
from nmr_core.workshop import Rooms, rehearsal
from nmr_core.workshop.rehearsal import STEPS, rehearse


def test_two_people_rehearse_and_nothing_of_them_stays(data_folder, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "1")
    monkeypatch.setenv("NMR_SUPERVISOR_IDLE", "1")
    told, is_of_the_room = [], []
    read = rehearsal._read_board

    def look(challenge, visits):
        read(challenge, visits)
        is_of_the_room.append(bool(challenge.room))

    monkeypatch.setattr(rehearsal, "_read_board", look)
    result = rehearse(
        data_folder, n_people=2, n_curves=40, progress=lambda *arguments: told.append(arguments)
    )
    assert result.problems == []
    for visit in result.visits:
        assert list(visit.seconds) == list(STEPS)
        assert sorted(visit.seconds.values()) == list(visit.seconds.values())
    assert {visit.score.partition(", ")[2] for visit in result.visits} <= {"rank 1", "rank 2"}
    seen = sorted((row.person.name, row.page) for row in result.table)
    assert seen == [("Ada", "Challenge"), ("Ben", "Challenge")]
    assert result.minutes_for(30) == pytest.approx(15 * result.seconds / 60)
    assert replace(result, workers=4).minutes_for(30) == pytest.approx(8 * result.seconds / 60)
    assert max(done for done, _, _ in told) <= 100
    play = [text for _, _, text in told if "have submitted" in text]
    assert len(play) == len(set(play))
    assert is_of_the_room == [True]
    rooms = Rooms(data_folder)
    assert [room.status for room in rooms.list()] == ["closed"]
    assert rooms.register.list() == []
    assert registry.every() == []
    assert list((data_folder / "challenges").iterdir()) == []


def test_a_rehearsal_that_fails_leaves_nothing(data_folder, monkeypatch):
    monkeypatch.setattr(rehearsal._Play, "_work", _fails)
    result = rehearse(data_folder, n_people=1)
    assert result.problems == ["Ada: The disk is full."]
    assert registry.every() == []


def test_a_room_that_cannot_be_closed_keeps_no_challenge(data_folder, monkeypatch):
    def busy(*_):
        raise FailedError("A job has not ended yet.")

    monkeypatch.setattr(Rooms, "close", busy)
    monkeypatch.setattr(rehearsal._Play, "_work", lambda *_: None)
    with pytest.raises(FailedError):
        rehearse(data_folder, n_people=1)
    assert list((data_folder / "challenges").iterdir()) == []
    assert not any(space.title == "Rehearsal" for space in registry.every())


def _fails(*_: object) -> None:
    raise InputError("The disk is full.")
