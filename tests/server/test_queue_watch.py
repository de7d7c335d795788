"""The queue moves while no page is open."""

import asyncio
import logging
import time

from nmr_core.errors import FailedError
from nmr_core.jobs import api, presence
from nmr_core.jobs.store import JobStore
from nmr_core.workshop import Rooms
from ui.server import queue_watch


def test_a_supervisor_is_started_as_long_as_jobs_wait(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(api, "ensure_supervisor", started.append)
    monkeypatch.setattr(queue_watch, "EVERY", 0.0)
    assert queue_watch.look(tmp_path) == ""
    assert (started, list(tmp_path.iterdir())) == ([], [])
    job = JobStore(tmp_path).submit("selftest", "{}")

    async def serve() -> None:
        async with queue_watch.watched(tmp_path):
            while len(started) < 2:
                await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(serve(), 60))
    assert set(started) == {tmp_path}
    JobStore(tmp_path).request_cancel(job.id)
    started.clear()
    assert (queue_watch.look(tmp_path), started) == ("", [])


def test_a_problem_is_logged_once(tmp_path, monkeypatch, caplog):
    (tmp_path / "jobs.sqlite3").write_bytes(b"nonsense" * 1000)
    looks = []
    look = queue_watch.look

    def counted(folder):
        looks.append(look(folder))
        return looks[-1]

    monkeypatch.setattr(queue_watch, "look", counted)
    monkeypatch.setattr(queue_watch, "EVERY", 0.0)

    async def serve() -> None:
        async with queue_watch.watched(tmp_path):
            while len(looks) < 3:
                await asyncio.sleep(0)

    with caplog.at_level(logging.ERROR):
        asyncio.run(asyncio.wait_for(serve(), 60))
    assert "is not a usable table of jobs" in looks[0]
    assert len(caplog.records) == 1


def test_a_folder_in_which_nothing_can_be_started_is_a_sentence(tmp_path, monkeypatch):
    def refuse(folder):
        raise FailedError("No supervisor could be started.")

    JobStore(tmp_path).submit("selftest", "{}")
    monkeypatch.setattr(presence, "supervised", lambda folder: False)
    monkeypatch.setattr(api, "ensure_supervisor", refuse)
    assert queue_watch.look(tmp_path) == "No supervisor could be started."


def test_mistakes_end_no_watch(tmp_path, monkeypatch, caplog):
    looks = []

    def fail(folder):
        looks.append(folder)
        raise RuntimeError("a mistake")

    monkeypatch.setattr(queue_watch, "sweep_unfinished", fail)
    monkeypatch.setattr(api, "busy", fail)
    monkeypatch.setattr(queue_watch, "EVERY", 0.0)

    async def serve() -> None:
        async with queue_watch.watched(tmp_path):
            while len(looks) < 4:
                await asyncio.sleep(0)

    asyncio.run(asyncio.wait_for(serve(), 60))
    messages = [record.getMessage() for record in caplog.records]
    assert len([text for text in messages if "RuntimeError: a mistake" in text]) == 1
    assert len([text for text in messages if "cannot be removed" in text]) == 1


def test_rooms_that_are_over_are_closed(tmp_path, monkeypatch):
    rooms = Rooms(tmp_path)
    room = rooms.create("Echo course", ends=time.time() + 60)
    queue_watch.close_rooms(tmp_path)
    assert rooms.get(room.id).status == "open"
    rooms.set(room.id, ends=time.time() - 90000)
    queue_watch.close_rooms(tmp_path)
    assert rooms.get(room.id).status == "closed"
