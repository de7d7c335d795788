"""A data folder whose supervisor, workers and their children are gone after each test."""

import time

import psutil
import pytest

from nmr_core.jobs import presence, processes


@pytest.fixture
def until():
    """``until(condition, seconds)``: poll until the condition holds, return its value, or fail."""

    def poll(condition, seconds=20.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := condition():
                return value
            time.sleep(0.03)
        raise AssertionError(f"waited {seconds} s in vain")

    return poll


@pytest.fixture
def data(tmp_path, monkeypatch, until):
    """An empty data folder (not yet made), two workers, warnings of children in their logs."""
    monkeypatch.setenv("NMR_WORKERS", "2")
    monkeypatch.setenv("PYTHONWARNINGS", "always")
    monkeypatch.delenv("NMR_SUPERVISOR_IDLE", raising=False)
    folder = tmp_path / "data"
    yield folder
    until(lambda: not _end(_processes(folder)))
    log = folder / "supervisor.log"
    text = log.read_text() if log.exists() else ""
    assert "Warning" not in text
    assert "Traceback" not in text


@pytest.fixture
def no_workers(data, monkeypatch):
    """The same folder, on a machine that starts no workers: jobs stay queued."""
    monkeypatch.setenv("NMR_WORKERS", "0")
    return data


@pytest.fixture
def supervisors(data):
    """``supervisors()``: the pids of all living supervisors of the folder."""
    return lambda: [process.pid for process in _processes(data, "nmr_core.jobs.supervisor")]


@pytest.fixture
def kill_supervisor(data):
    """``kill_supervisor()``: kill -9, as a crash would; returns the pid it had."""

    def kill():
        pid = presence.read(data)["pid"]
        process = psutil.Process(pid)
        process.kill()
        psutil.wait_procs([process], timeout=5)
        return pid

    return kill


def _processes(folder, argument=None):
    """Every living process that names this folder: supervisors and workers by argument, their
    children by mark.
    """
    found = []
    for process in psutil.process_iter():
        try:
            mark = process.environ().get(processes.MARK, "")
            words = process.cmdline()
            mine = (str(folder) in words or mark.startswith(str(folder))) and (
                argument is None or argument in words
            )
            if mine and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _end(found):
    for process in found:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    return found
