"""A rehearsal in real jobs: what it shows, and what it leaves."""

import pytest

from nmr_core.errors import InputError
from nmr_core.storage.spaces import registry
from nmr_core.workshop import Rooms, rehearsal
from nmr_core.workshop.rehearsal import STEPS, rehearse


def test_two_people_rehearse_and_nothing_of_them_stays(data_folder, monkeypatch):
    monkeypatch.setenv("NMR_WORKERS", "1")
    monkeypatch.setenv("NMR_SUPERVISOR_IDLE", "1")
    told = []
    result = rehearse(
        data_folder, n_people=2, n_curves=40, progress=lambda *arguments: told.append(arguments)
    )
    assert result.problems == []
    for visit in result.visits:
        assert list(visit.seconds) == list(STEPS)
        assert sorted(visit.seconds.values()) == list(visit.seconds.values())
        assert "rank" in visit.score
    seen = sorted((row.person.name, row.page) for row in result.table)
    assert seen == [("Ada", "Challenge"), ("Ben", "Challenge")]
    assert result.minutes_for(30) == pytest.approx(15 * result.seconds / 60)
    assert max(done for done, _, _ in told) <= 100
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


def _fails(*_: object) -> None:
    raise InputError("The disk is full.")
