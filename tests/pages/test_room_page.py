"""The page of a room: for its organiser, for its people, on the wall; what all its pages show."""

import asyncio
import inspect
import shutil
import time

import pytest
from made_challenges import make
from streamlit.runtime import app_session, runtime
from streamlit.testing.v1 import AppTest

from nmr_core.errors import InputError
from nmr_core.jobs import api, processes
from nmr_core.jobs.store import JobStore
from nmr_core.storage.spaces import registry
from nmr_core.storage.spaces.person import acting_as
from nmr_core.storage.workspace import in_workspace
from nmr_core.workshop import presence
from ui.challenge import cached
from ui.server import room_watch
from ui.shared import job_list, pages, room_look, room_news, spaces

HOSTILE = "![x](http://evil.example/a.png) <b>now</b> **bold**"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """All pages here are one session of Streamlit, before which several people sit."""
    monkeypatch.setattr(spaces, "FRESH", -1.0)


@pytest.fixture
def people(server):
    """(Ann, an administrator who is logged in; Zoë, a member without a room)."""
    ann, zoe = server.join("Ann", "admin"), server.join("Zoë")
    server.log_in(ann)
    return ann, zoe


@pytest.fixture
def room(people, server):
    """A room of Ann."""
    with acting_as(people[0]):
        return room_news.rooms().create("Echo *course*", ends=time.time() + 7200, seats=30)


@pytest.fixture
def guest(room, server):
    """Ben, who has joined the room and is logged in."""
    person, _ = room_news.rooms().join(room.code, "Ben")
    server.log_in(person)
    return person


@pytest.fixture
def change(people):
    """``change("freeze", id)``: what the organiser does meanwhile."""

    def made(what: str, *arguments):
        with acting_as(people[0]):
            return getattr(room_news.rooms(), what)(*arguments)

    return made


def again(app: AppTest) -> AppTest:
    """Run the whole app, as a browser would; AppTest alone runs the file in pages/."""
    if "_booted" in app.session_state:
        del app.session_state["_booted"]
    return app.run()


def _plain(words: str) -> str:
    return words.replace("\\", "")


def test_a_room_is_made_with_a_form(people, open_page, words):
    app = open_page("room")
    assert not app.exception
    app.text_input(key="room-title").set_value("Leipzig")
    next(button for button in app.button if button.label == "Make the room").click().run()
    assert not app.exception
    (room,) = room_news.rooms().list()
    assert (room.title, room.seats, room.owner) == ("Leipzig", 40, people[0].id)
    assert 3.9 < (room.ends - time.time()) / 3600 < 4
    assert "Leipzig" in words(app)
    assert room.path in _plain(words(app))


def test_the_organiser_sees_where_everyone_is(people, room, open_page):
    for n in range(3):
        person, _ = room_news.rooms().join(room.code, f"{HOSTILE[:30]} {n}")
        presence.note(person.id, "Simulate")
    presence.progressed(person.id, "lab 1")
    app = open_page("room", room=room.id)
    assert not app.exception
    numbers = {metric.label: metric.value for metric in app.metric}
    assert numbers == {"Joined": "3 of 30", "With an open page": "3", "Stuck": "0", "Jobs": "0"}
    table = app.dataframe[0].value
    assert set(table["Page"]) == {"Simulate"}
    assert list(table["Last progress"]) == ["joined", "joined", "lab 1"]
    assert app.get("plotly_chart")


@pytest.mark.parametrize("query", [{}, {"view": "projector"}], ids=["page", "projector"])
def test_a_title_and_names_are_text(people, server, open_page, words, query):
    with acting_as(people[0]):
        room = room_news.rooms().create(HOSTILE[:60], ends=time.time() + 60)
    person, _ = room_news.rooms().join(room.code, "<b>Ben</b>")
    for who in (people[0], person):
        server.log_in(who)
        app = open_page("room", **query)
        assert not app.exception
        assert "<b>" not in words(app).replace("\\<", "")


def test_the_wall_shows_code_link_and_number(people, room, open_page, words):
    room_news.rooms().join(room.code, "Ben")
    app = open_page("room", room=room.id, view="projector")
    assert not app.exception
    assert app.header[0].value == room.code_text
    text = _plain(words(app))
    assert f"localhost:8501{room.path}" in text
    assert "1 of 30 are here" in text


def test_the_page_is_for_organisers_and_people_of_rooms(people, server, open_page):
    server.log_in(people[1])
    app = open_page("room")
    assert not app.metric
    assert not app.code


def test_a_person_finds_the_way_back_and_the_next_step(guest, room, open_page, words):
    app = open_page("room")
    assert not app.exception
    text = _plain(words(app))
    assert "You are **Ben**" in text
    assert "Make a data set" in text
    code = room_news.rooms().return_code(guest.id)
    assert app.code[0].value.replace("-", "") == code
    assert "Everybody look here" not in [button.label for button in app.button]


def test_steps_are_done_by_own_jobs_and_not_by_copies(
    guest, template, data_folder, open_page, words
):
    home = registry.home_of(guest).folder()
    shutil.copytree(template / "datasets", home / "datasets")
    assert "check_circle" not in words(open_page("room"))
    store = JobStore(data_folder)
    with acting_as(guest), in_workspace(home):
        job = api.submit("generate", {"dataset": "ds-x"}, title="Mine", owner=guest.id)
    store.claim(processes.HOST)
    store.finish(job.id, "done")
    job_list.refresh()
    assert words(open_page("room")).count("check_circle") == 1


def test_everyone_is_led_to_a_page_once_and_back(guest, room, people, server, open_page, words):
    app = open_page("start")
    server.log_in(people[0])
    organiser = open_page("train", dataset="example-ml4sci-2020")
    organiser.button(key=f"look-here-{room.id}").click().run()
    look = room_news.rooms().get(room.id).look
    assert look.page == "train"
    assert "dataset=example-ml4sci-2020" in look.query
    assert "workspace" not in look.query
    server.log_in(guest)
    again(app)
    assert not app.exception
    assert "estimate from these echoes" in _title(app)
    assert app.query_params["dataset"] == "example-ml4sci-2020"
    assert "The organiser shows **Train** to everyone." in words(app)
    assert app.session_state[room_look.BACK][0] == "start"
    assert app.button(key="room-back").label == "Back to my page"
    assert "spin echo" in _title(again(app)), "it opens once"
    assert "The organiser shows **Train** to everyone." in words(app)
    app.button(key="room-close").click().run()
    assert "The organiser shows" not in words(again(app))


def test_late_arrivals_are_led_for_some_minutes_and_reloads_are_not(
    guest, room, people, change, open_page, monkeypatch
):
    room_look._followed.clear()
    change("look_here", room.id, "train")
    assert "estimate from these echoes" in _title(open_page("start"))
    assert "spin echo" in _title(open_page("start"))  # another tab
    room_look._followed.clear()
    monkeypatch.setattr(room_look, "LATE", -1.0)
    assert "spin echo" in _title(open_page("start"))


@pytest.mark.parametrize("page", ["administration", "../app", "nowhere"])
def test_no_page_that_is_not_for_everyone_is_opened(guest, room, change, open_page, page):
    change("look_here", room.id, page)
    app = open_page("start")
    assert not app.exception
    assert "spin echo" in _title(app)


def _title(app: AppTest) -> str:
    return app.title[0].value


def test_a_pause_and_the_end_stand_above_every_page(guest, room, change, open_page, words):
    app = open_page("start")
    assert not app.warning
    change("freeze", room.id)
    assert "The organiser has paused the room." in words(again(app))
    change("unfreeze", room.id)
    change("extend", room.id, time.time() + 300)
    assert "The workshop ends at" in words(again(app))
    assert not app.exception


def test_the_organiser_steers_the_room(people, room, open_page):
    rooms = room_news.rooms()
    app = open_page("room", room=room.id)
    app.selectbox(key="look-page").set_value("train").run()
    app.button(key="look-show").click().run()
    assert rooms.get(room.id).look.page == "train"
    app.button(key="look-end").click().run()
    assert rooms.get(room.id).look is None
    app.button(key="room-pause").click().run()
    assert rooms.get(room.id).frozen
    app.button(key="room-pause").click().run()
    assert not rooms.get(room.id).frozen
    app.button(key="room-+ 1 h").click().run()
    assert rooms.get(room.id).ends == pytest.approx(room.ends + 3600, abs=5)
    assert not app.exception


def test_pages_that_show_what_is_no_longer_true_are_outdated(guest, room, change):
    before = room_news.news_for(guest.id)
    room_news.note_shown("one", guest.id, before)
    assert room_news.outdated(["one", "other"]) == {}
    assert room_news.people(["one", "other"]) == {guest.id}
    change("look_here", room.id, "train", "dataset=ds-1")
    assert set(room_news.outdated(["one", "other"])) == {"one"}
    room_news.note_shown("one", *room_news.outdated(["one"])["one"])
    assert room_news.outdated(["one"]) == {}


def test_people_without_a_room_see_nothing_of_it(people, room, change, server, open_page, words):
    change("look_here", room.id, "train")
    change("freeze", room.id)
    server.log_in(people[1])
    app = open_page("start")
    assert "spin echo" in _title(app)
    assert not app.warning
    assert not any("room" in section for section in pages.PAGES.values())


def test_contents_and_seats_change_while_the_room_is_open(people, own_data, room, open_page):
    rooms = room_news.rooms()
    rooms.join(room.code, "Ben")
    app = open_page("room", room=room.id)
    app.multiselect(key="room-add-contents").set_value(["dataset:ds-own"])
    app.number_input(key="room-add-seats").set_value(31)
    app.button(key="room-add-change").click().run()
    assert not app.exception
    changed = rooms.get(room.id)
    assert (changed.seats, [content.id for content in changed.contents]) == (31, ["ds-own"])
    ((_, folder),) = rooms.people(changed)
    assert (folder / "datasets" / "ds-own" / "manifest.json").exists()


@pytest.fixture
def own_data(people, template):
    """The workspace of Ann with the data set ds-own."""
    folder = registry.home_of(people[0]).folder()
    shutil.copytree(template / "datasets", folder / "datasets")


def test_the_organiser_helps_and_removes_a_person(people, room):
    def card():
        from ui.shared import room_news
        from ui.workshop import person_card

        (room,) = room_news.rooms().list()
        for person, _ in room_news.rooms().people(room):
            person_card.show(person)

    rooms = room_news.rooms()
    ben, code = rooms.join(room.code, "Ben")
    with acting_as(people[0]):
        app = AppTest.from_function(card).run()
        app.button(key=f"person-code-{ben.id}").click().run()
        assert rooms.return_code(ben.id) not in ("", code)
        app.button(key=f"person-remove-{ben.id}").click().run()
    assert not app.exception
    assert rooms.people(room) == []


def test_the_chosen_person_stays_when_the_table_is_sorted_again(people, room):
    """The button that removes a person never becomes that of another one."""

    def page():
        import streamlit as st

        from nmr_core.workshop import presence
        from ui.shared import room_news
        from ui.workshop import chosen, where

        room = room_news.rooms().list()[0]
        if "row" in st.session_state:
            rows = {"selection": {"rows": [st.session_state["row"]], "columns": [], "cells": []}}
            st.session_state[chosen.key(room.id)] = rows
            del st.session_state["row"]
        where._table(room.id, presence.table(room_news.rooms().people(room)))

    rooms = room_news.rooms()
    guests = {name: rooms.join(room.code, name)[0] for name in ("Anna", "Ben", "Cleo")}
    with acting_as(people[0]):
        app = AppTest.from_function(page).run()
        app.session_state["row"] = 0
        app.run()
        presence.progressed(guests["Anna"].id, "submission")
        rooms.join(room.code, "Dora")
        app.run()
        assert not app.exception
        assert list(app.dataframe[0].value["Name"]) == ["Anna", "Ben", "Cleo", "Dora"]
        assert app.button(key=f"person-remove-{guests['Anna'].id}").label == "Remove Anna"
        app.button(key=f"person-remove-{guests['Anna'].id}").click().run()
        assert not app.exception
        assert {person.name for person, _ in rooms.people(room)} == {"Ben", "Cleo", "Dora"}
        assert list(app.dataframe[0].value["Name"]) == ["Ben", "Cleo", "Dora"]
        assert not app.button


def test_a_challenge_that_was_made_for_a_room_is_given_to_it(people, room, open_page):
    challenge = make(room=room.id)
    cached.refresh()
    assert not open_page("challenge").exception
    assert room_news.rooms().get(room.id).challenge == challenge.id


@pytest.mark.parametrize(
    ("at_end", "sentence"), [("export", "A zip file of it stays"), ("delete", "No copy stays.")]
)
def test_the_end_names_what_stays(people, open_page, words, at_end, sentence):
    with acting_as(people[0]):
        room = room_news.rooms().create("Course", ends=time.time() + 60, at_end=at_end)
    text = words(open_page("room", room=room.id))
    assert text.count(sentence) == 2


def test_what_is_left_of_a_closed_room_is_offered(people, room, change, open_page):
    room_news.rooms().join(room.code, "Ben")
    change("close", room.id)
    app = open_page("room")
    assert not app.exception
    assert app.title[0].value == "A room in a minute"
    assert [button.key for button in app.get("download_button")] == [f"closed-{room.id}"]


class Session:
    """A session of Streamlit, as far as the watch needs it."""

    _client_state = "state"

    def __init__(self, runner=None):
        self._scriptrunner, self.runs = runner, []

    def request_rerun(self, state):
        self.runs.append(state)


def test_an_outdated_page_is_run_again_once_and_never_during_a_run(guest, room, change):
    idle, busy, other = Session(), Session(runner=object()), Session()
    sessions = {"idle": idle, "busy": busy, "other": other}
    for name in ("idle", "busy"):
        room_news.note_shown(name, guest.id, room_news.news_for(guest.id))
    assert asyncio.run(room_watch.look(sessions)) == 0
    change("look_here", room.id, "train")
    assert asyncio.run(room_watch.look(sessions)) == 1
    assert asyncio.run(room_watch.look(sessions)) == 0
    assert (idle.runs, busy.runs, other.runs) == (["state"], [], [])
    busy._scriptrunner = None
    assert asyncio.run(room_watch.look(sessions)) == 1
    assert busy.runs == ["state"]


def test_streamlit_has_what_the_watch_needs():
    """Without it, open pages would wait for their next look at the jobs."""
    session = inspect.getsource(app_session.AppSession)
    for name in ("self._scriptrunner", "self._client_state", "def request_rerun"):
        assert name in session
    assert "self._session_mgr" in inspect.getsource(runtime.Runtime)


NONSENSE = ("", "../../etc/passwd", "<script>alert(1)</script>", "![x](http://evil)", "x" * 5000)


@pytest.mark.parametrize("value", NONSENSE, ids=lambda text: repr(text)[:20])
def test_nonsense_in_the_address(people, room, server, open_page, words, value):
    person, _ = room_news.rooms().join(room.code, "Ben")
    for who in (people[0], person):
        server.log_in(who)
        app = open_page("room", room=value, view=value, **{"look-page": value})
        assert not app.exception
        assert not app.error
        assert "evil" not in words(app)
        assert "script" not in words(app)


def test_people_of_a_room_learn_nothing_of_another(guest, room, people, open_page, words):
    rooms = room_news.rooms()
    with acting_as(people[0]):
        other = rooms.create("Hidden course", ends=time.time() + 7200)
    rooms.join(other.code, "Mallory")
    for query in ({"room": other.id}, {"room": other.id, "view": "projector"}):
        app = open_page("room", **query)
        assert not app.exception
        assert app.title[0].value.replace("\\", "") == room.title
        assert "Hidden" not in words(app)
        assert "Mallory" not in words(app)
        assert other.code_text not in words(app)


def test_people_of_a_room_change_nothing_of_it(guest, room):
    rooms = room_news.rooms()
    with acting_as(guest):
        for what, *arguments in (
            ("freeze",),
            ("look_here", "train"),
            ("extend", time.time() + 9000),
            ("close",),
            ("add",),
            ("set_seats", 400),
        ):
            with pytest.raises(InputError, match="administrator"):
                getattr(rooms, what)(room.id, *arguments)
        with pytest.raises(InputError, match="administrator"):
            rooms.new_return_code(guest.id)
    assert rooms.get(room.id) == room
