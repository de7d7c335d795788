"""Labs in a room: progress in the personal workspaces, the guesses of all in one figure."""

import json
import time

import pytest

from nmr_core.labs import progress
from nmr_core.storage.spaces import registry, rights
from nmr_core.storage.spaces.person import acting_as, working_for
from nmr_core.workshop import Rooms, presence
from nmr_core.workshop.pauses import pauses
from ui.labs import room as room_view
from ui.shared import spaces

FIGURE = "measured"
"""A word of the histogram."""


@pytest.fixture
def organiser(server):
    return server.join("Max", "admin")


@pytest.fixture
def rooms(server, data_folder, organiser) -> Rooms:
    return Rooms(data_folder)


@pytest.fixture
def make_room(rooms, organiser):
    def made(**options):
        with acting_as(organiser):
            return rooms.create("Summer school", ends=time.time() + 3600, **options)

    return made


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Guesses are not remembered between two visits."""
    monkeypatch.setattr(room_view, "_guesses", _without_cache(room_view._guesses))


def _without_cache(cached):
    def read(*arguments):
        cached.clear()
        return cached(*arguments)

    return read


def _histogram(app) -> list[int] | None:
    """Counts of the histogram on the page, None without one."""
    for chart in app.get("plotly_chart"):
        spec = json.loads(chart.proto.spec)
        if FIGURE in json.dumps(spec["layout"].get("annotations", [])):
            return spec["data"][0]["y"]
    return None


def _enter(server, person) -> None:
    server.log_in(person)
    spaces.forget()  # all sessions of these tests have one id


def _guess(server, open_page, person):
    _enter(server, person)
    app = open_page("labs", lab="overfit")
    app.button(key="lab-guess").click().run()
    assert not app.exception
    assert not app.error
    return app


def test_guesses_of_the_room_are_a_histogram(server, rooms, make_room, organiser, open_page, words):
    room = make_room()
    ada, _ = rooms.join(room.code, "Ada")
    bob, _ = rooms.join(room.code, "Bob")
    assert _histogram(_guess(server, open_page, ada)) is None
    assert _histogram(_guess(server, open_page, bob)) is not None
    for person in (ada, bob):
        assert progress.read(registry.home_of(person).folder(rooms.folder))["overfit"].guess
    _enter(server, organiser)
    app = open_page("labs", lab="overfit")
    assert _histogram(app) is None
    assert "Guesses of the room: 2" in words(app)
    app.button(key="lab-no-guess").click().run()
    assert _histogram(app) is not None
    other = server.join("Zoë")
    assert _histogram(_guess(server, open_page, other)) is None


def test_a_room_of_the_command_line_has_organisers(server, rooms, organiser, open_page, words):
    with working_for("the command line"):
        room = rooms.create("Summer school", ends=time.time() + 3600)
    assert room.owner == ""
    ada, _ = rooms.join(room.code, "Ada")
    _guess(server, open_page, ada)
    _enter(server, organiser)
    assert "Guesses of the room: 1" in words(open_page("labs", lab="overfit"))


def test_a_pause_stores_no_guess(server, rooms, make_room, organiser, open_page, monkeypatch):
    room = make_room()
    ada, _ = rooms.join(room.code, "Ada")
    monkeypatch.setattr(rights, "_pause", pauses(rooms))
    with acting_as(organiser):
        rooms.freeze(room.id)
    _guess(server, open_page, ada)
    folder = registry.home_of(ada).folder(rooms.folder)
    assert progress.read(folder) == {}
    with acting_as(organiser):
        rooms.unfreeze(room.id)
    _guess(server, open_page, ada)
    assert "overfit" in progress.read(folder)


def test_the_organiser_sees_which_lab_is_open(server, rooms, make_room, open_page):
    room = make_room()
    ada, _ = rooms.join(room.code, "Ada")
    _enter(server, ada)
    app = open_page("labs", lab="overfit")
    app.button(key="lab-next").click().run()
    (place,) = presence.table(rooms.people(room))
    slugs = list(room_view.LABS)
    assert place.detail == slugs[slugs.index("overfit") + 1]


def test_a_room_offers_its_labs(server, rooms, make_room, open_page, words):
    room = make_room(labs=["overfit"])
    ada, _ = rooms.join(room.code, "Ada")
    _enter(server, ada)
    assert "0 of 1 labs done" in words(open_page("labs"))
