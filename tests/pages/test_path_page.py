"""Guided path: steps with times and links, own progress, speaker notes, cheat sheet."""

import time

import pytest

from nmr_core import extras
from nmr_core.jobs import api, processes
from nmr_core.jobs.store import JobStore
from nmr_core.labs.agenda import get
from nmr_core.labs.progress import Progress, write
from nmr_core.storage.spaces.person import acting_as
from ui.path import clock
from ui.shared import job_list, room_news, spaces

SHORT = get("90-minutes")


def _heads(app) -> list[str]:
    """Lines with time, number and title."""
    return [
        text.value for text in app.markdown if text.value.startswith("**") and "min ·" in text.value
    ]


def _links(app) -> list[tuple[str, str]]:
    return [(link.proto.label, link.proto.query_string) for link in app.get("page_link")]


def _next(app) -> str:
    return next(label for label, _ in _links(app) if label.startswith("Next for you"))


def test_the_steps_have_times_tasks_and_links(own, open_page):
    app = open_page("path")
    assert not app.exception
    heads = _heads(app)
    assert len(heads) == len(SHORT.steps)
    assert heads[1].startswith("**0:05 · 2. One echo**")
    assert ("Open", "lab=overfit") in _links(app)
    assert ("Open", "preset=ml4sci_2020_secular") in _links(app)


def test_with_a_beginning_times_are_those_of_the_clock(own, open_page):
    heads = _heads(open_page("path", begins="23:50"))
    assert heads[0].startswith("**23:50 · 1.")
    assert heads[2].startswith("**0:05 · 3.")
    assert _heads(open_page("path", begins="soon"))[0].startswith("**0:00 · 1.")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("14:30", 870), (" 9.05 ", 545), ("24:00", None), ("9:60", None), ("", None), ("<b>", None)],
)
def test_a_time_is_read(text, minutes):
    assert clock.minutes_of(text) == minutes


def test_speaker_notes_can_be_hidden(own, open_page):
    note = SHORT.steps[0].notes[0]
    with_notes = [caption.value for caption in open_page("path").caption]
    assert any(note in caption for caption in with_notes)
    without = [caption.value for caption in open_page("path", notes="0").caption]
    assert not any(note in caption for caption in without)


def test_people_of_a_room_see_no_speaker_notes(server, open_page):
    with acting_as(server.join("Ann", "admin")):
        rooms = room_news.rooms()
        room = rooms.create("Course", ends=time.time() + 3600)
    server.log_in(rooms.join(room.code, "Ben")[0])
    spaces.forget()
    app = open_page("path", notes="1")
    assert not app.exception
    assert "notes" not in [toggle.key for toggle in app.toggle]
    note = SHORT.steps[0].notes[0]
    assert not any(note in caption.value for caption in app.caption)


def test_what_was_done_is_marked_and_the_next_step_offered(own, open_page):
    app = open_page("path")
    assert "Ten points" in _next(app)
    write("overfit", Progress(guess=1.0, is_open=True, moves=5))
    job = api.submit("generate", {"dataset": "ds-x"}, title="Mine", owner="")
    JobStore(own).claim(processes.HOST)
    JobStore(own).finish(job.id, "done")
    job_list.refresh()
    app = open_page("path")
    done = [head for head in _heads(app) if "done" in head]
    assert len(done) == 2
    assert "Ten points, 6,601 weights" in done[0]
    assert "Your own 500 echoes" in done[1]
    assert "Stop in time" in _next(app)


def test_without_the_extra_a_line_names_it(own, open_page, monkeypatch):
    assert open_page("path").get("download_button")
    monkeypatch.setattr(extras, "_is_importable", lambda module: module != "reportlab")
    app = open_page("path")
    assert not app.get("download_button")
    assert any("spin-echo-lab[app]" in caption.value for caption in app.caption)
