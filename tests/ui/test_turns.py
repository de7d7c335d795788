"""Runs of pages: how many have a turn, and that nothing waits for ever."""

import threading

import pytest

from ui.shared import turns


@pytest.fixture(autouse=True)
def free(monkeypatch):
    """All turns are free, one at a time."""
    monkeypatch.setattr(turns, "_free", threading.Semaphore(1))
    monkeypatch.setattr(turns, "PATIENCE", 60.0)


def _started(target) -> threading.Thread:
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    return thread


def _is_free() -> bool:
    if not turns._free.acquire(blocking=False):
        return False
    turns._free.release()
    return True


def test_a_run_waits_until_the_one_before_has_ended():
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with turns.turn():
            order.append("second")

    with turns.turn():
        thread = _started(second)
        waiting.wait(60)
        order.append("first")
    thread.join(60)
    assert order == ["first", "second"]
    assert _is_free()


def test_a_turn_inside_another_is_the_same():
    with turns.turn(), turns.turn():
        assert not _is_free()
    assert _is_free()


def test_a_turn_ends_with_an_error():
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    assert _is_free()


def test_a_run_goes_ahead_when_its_patience_ends(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    done = threading.Event()

    def second() -> None:
        with turns.turn(), turns.given_up():
            done.set()

    with turns.turn():
        _started(second).join(60)
        assert done.is_set()
        assert not _is_free(), "it gives back no turn that it never had"
    assert _is_free()


def test_others_have_the_turn_during_a_long_computation():
    done = threading.Event()

    def second() -> None:
        with turns.turn():
            done.set()

    with turns.turn():
        with turns.given_up():
            _started(second).join(60)
            assert done.is_set()
        assert not _is_free(), "it is taken again where it is free"
    assert _is_free()


def test_a_run_goes_on_after_a_long_computation_though_others_have_the_turns():
    with turns.turn():
        with turns.given_up():
            turns._free.acquire()
        turns._free.release()
        assert _is_free()
    assert _is_free()


def test_a_computation_outside_of_a_run_has_no_turn():
    with turns.given_up():
        assert _is_free()
    assert _is_free()
