"""Work between clicks: everything is imported and compiled once, and garbage is frozen."""

import sys
import threading

import pytest

from nmr_core.jobs import capacity
from ui.shared import warm_up


@pytest.fixture
def steps(monkeypatch) -> list[str]:
    """What the thread does, in order, until it would collect garbage for ever."""
    done: list[str] = []
    monkeypatch.setattr(warm_up, "_begun", False)
    monkeypatch.setattr(warm_up, "_wait_until_quiet", lambda: None)
    monkeypatch.setattr(warm_up.keeper, "begin", lambda: None)
    monkeypatch.setattr(warm_up, "compile_simulator", lambda: done.append("compile"))
    monkeypatch.setattr(warm_up, "compile_labs", lambda: done.append("compile labs"))
    monkeypatch.setattr(warm_up.gc, "collect", lambda: done.append("collect"))
    monkeypatch.setattr(warm_up.gc, "freeze", lambda: done.append("freeze"))
    monkeypatch.setattr(warm_up, "_collect_garbage", lambda: done.append("go on"))
    return done


def _join() -> None:
    for thread in threading.enumerate():
        if thread.name == "warm-up":
            thread.join()


def test_the_work_is_done_once(steps):
    warm_up.begin()
    warm_up.begin()
    _join()
    assert steps == ["compile", "compile labs", "collect", "freeze", "go on"]
    assert {f"ui.{name}" for name in ("predict.answer", "studies.views")} <= set(sys.modules)


def test_a_run_of_a_page_is_no_quiet_moment(monkeypatch):
    clock = iter(range(1000))
    monkeypatch.setattr(warm_up.time, "monotonic", lambda: float(next(clock)))
    waits: list[float] = []
    monkeypatch.setattr(warm_up.time, "sleep", waits.append)
    with warm_up.running():
        warm_up._wait_until_quiet()
    assert waits  # until its patience ended
    waits.clear()
    warm_up._wait_until_quiet()
    assert not waits


def test_linear_algebra_of_pages_takes_one_thread():
    from threadpoolctl import threadpool_info, threadpool_limits

    with threadpool_limits(limits=2, user_api="blas"):  # restored at the end
        capacity.limit_threads()
        threads = [lib["num_threads"] for lib in threadpool_info() if lib["user_api"] == "blas"]
    assert threads
    assert set(threads) == {1}
