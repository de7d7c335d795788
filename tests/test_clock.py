"""Ages do not follow a clock that jumps: nothing is removed for good because of it."""

import json
import time

import pytest

from nmr_core.storage import clock, trash
from nmr_core.storage.clock import OFF, STEP, TRUSTED, Look, after

DAY = 86400.0
NOW = 1_800_000_000.0
FIRST = Look(NOW, NOW, "boot-1", 1000.0)


def seen(look: Look, wall: float, running: float, boot: str = "boot-1") -> Look:
    return after(look, wall, boot, running)


def test_a_right_clock_is_believed():
    look = seen(FIRST, NOW + 10 * DAY, 1000.0 + 10 * DAY)
    assert (look.believed, look.ahead) == (NOW + 10 * DAY, 0.0)


@pytest.mark.parametrize("jump", [2 * STEP, 8 * DAY, 4000 * DAY])
def test_a_clock_that_jumps_ahead_makes_nothing_older(jump):
    look = seen(FIRST, NOW + jump, 1060.0)
    assert look.believed == NOW + 60
    back = seen(look, NOW + 120, 1120.0)
    assert (back.believed, back.ahead) == (NOW + 120, 0.0)


def test_a_clock_that_stays_ahead_is_believed_after_a_week():
    look = FIRST
    for day in range(1, 9):
        look = seen(look, NOW + 400 * DAY + day * DAY, 1000.0 + day * DAY)
        assert look.believed == (NOW + day * DAY if day * DAY <= TRUSTED else NOW + 408 * DAY)


@pytest.mark.parametrize("jump", [-1.0, -3600.0, -4000 * DAY])
def test_a_clock_that_is_set_back_is_believed(jump):
    assert seen(FIRST, NOW + jump, 1060.0).believed == NOW + jump


def test_a_computer_that_was_off_counts_its_time_off():
    assert seen(FIRST, NOW + 20 * DAY, 5.0, "boot-2").believed == NOW + 20 * DAY
    assert seen(FIRST, NOW + 2 * OFF, 5.0, "boot-2").believed == NOW
    assert seen(FIRST, NOW + 20 * DAY, 5.0, "").believed == NOW + 20 * DAY


@pytest.mark.parametrize("content", ["", "[]", '{"believed": 1}', '{"believed": NaN, "wall": 0}'])
def test_a_damaged_look_is_none(data_folder, content):
    (data_folder / "trash").mkdir(parents=True)
    (data_folder / clock.DOCUMENT).write_text(content)
    assert abs(clock.now() - time.time()) < 60
    assert json.loads((data_folder / clock.DOCUMENT).read_text())["ahead"] == 0.0


def test_the_trash_is_not_emptied_by_a_jump(data_folder, monkeypatch):
    folder = data_folder / "datasets" / "ds-one"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    trash.discard(folder)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 400 * DAY)
    assert trash.sweep() == []
    assert trash.find("dataset", "ds-one") is not None
