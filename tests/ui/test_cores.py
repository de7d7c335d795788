"""Computations of pages: a long one never takes the last place, and none goes on for ever."""

import threading

import pytest

from nmr_core import InputError
from nmr_core.progress import report
from ui.shared import cores

LONG = cores.LONG


@pytest.fixture(autouse=True)
def two_places(monkeypatch):
    monkeypatch.setattr(cores, "AT_ONCE", 2)
    monkeypatch.setattr(cores, "_running", [])
    monkeypatch.setattr(cores, "LOOK", 0.01)


@pytest.fixture
def sessions(monkeypatch):
    """Each thread is a session of its own, unless it shares a name."""
    monkeypatch.setattr(cores, "_session", lambda: threading.current_thread().name)


def _started(work, name: str) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


def test_one_place_stays_free_for_short_computations(sessions):
    done: list[str] = []

    def computed(name: str, seconds: float):
        def work() -> None:
            with cores.turn(seconds):
                done.append(name)

        return _started(work, name)

    with cores.turn(LONG):
        long = computed("another long one", LONG)
        computed("short", 0.1).join(60)
        assert done == ["short"], "the long one of another session still waits"
    long.join(60)
    assert done == ["short", "another long one"]


def test_a_session_has_one_long_computation_at_a_time(monkeypatch):
    monkeypatch.setattr(cores, "AT_ONCE", 8)
    monkeypatch.setattr(cores, "_session", lambda: "one")
    with cores.turn(LONG):
        assert not cores._may_begin("one")
        assert cores._may_begin("two")
        assert cores._may_begin("")


def test_a_computation_inside_another_takes_no_second_place():
    with cores.turn(), cores.turn(LONG), cores.turn():
        assert cores._running == [""]
    assert cores._running == []


def test_a_computation_that_has_used_up_its_time_is_stopped(monkeypatch):
    monkeypatch.setattr(cores, "LIMIT", -1.0)
    with pytest.raises(InputError, match="too long for a page"), cores.turn():
        report(1, 2)
    assert cores._running == [], "its place is free again"


def test_a_run_that_is_not_needed_any_more_leaves_the_queue(monkeypatch):
    class Overtaken(Exception):
        pass

    def overtaken() -> None:
        raise Overtaken

    monkeypatch.setattr(cores, "_running", ["a", "b"])
    monkeypatch.setattr(cores, "_is_needed", overtaken)
    with pytest.raises(Overtaken), cores.turn():
        pass
    assert cores._running == ["a", "b"]
