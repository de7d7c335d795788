"""A room in real browsers: a phone joins, is led to a page and paused, and the room is closed."""

import time
from urllib.parse import urlsplit

import pytest
from test_accessibility import AXE, RUN_AXE

from nmr_core.people import Invitations, Sessions, people_file
from nmr_core.storage.audit.noting import COMMAND_LINE
from nmr_core.workshop import Rooms

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def room(room_server):
    return Rooms(room_server.folder).create("Echo course", ends=time.time() + 7200, seats=5)


@pytest.fixture
def organiser(room_server, page):
    """The page of an administrator who is logged in."""
    file = people_file(room_server.folder)
    secret = Invitations(file).create(COMMAND_LINE, role="admin")
    person = Invitations(file).accept(secret, "Ann", "ann@lab.org", "correct horse battery")
    name = f"sel-session-{urlsplit(room_server.url).port}"
    cookie = {"name": name, "value": Sessions(file).begin(person), "url": room_server.url}
    page.context.add_cookies([cookie])
    return page


@pytest.fixture
def phone(browser):
    """A fresh page of a phone."""
    context = browser.new_context(viewport=PHONE, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(90_000)  # other tests share the cores
    yield page
    context.close()


def _barriers(page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate(RUN_AXE, "body")


def _is_wide(page) -> bool:
    """Whether the page must be moved sideways."""
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_a_phone_joins_and_is_led_and_the_room_ends(room_server, room, organiser, phone):
    phone.goto(room_server.url + room.path)
    phone.get_by_label("Your name").fill("Zoë")
    phone.get_by_role("button", name="Join").click()
    phone.get_by_role("link", name="Go in").click()
    phone.get_by_text("You are Zoë.").wait_for()
    phone.get_by_text("Your return code").wait_for()
    assert not _is_wide(phone)
    assert _barriers(phone) == []

    organiser.goto(f"{room_server.url}/room?room={room.id}")
    organiser.get_by_text("1 of 5").wait_for()
    organiser.get_by_role("img", name="QR code of").wait_for()
    assert _barriers(organiser) == []
    organiser.get_by_role("button", name="Pause").click()
    phone.get_by_text("The organiser has paused the room.").wait_for()
    organiser.get_by_role("button", name="End the pause").click()
    phone.get_by_text("The organiser has paused the room.").wait_for(state="detached")

    organiser.goto(f"{room_server.url}/train?dataset=example-ml4sci-2020")
    organiser.get_by_role("button", name="Everybody look here").click()
    phone.wait_for_url("**/train?**dataset=example-ml4sci-2020**")
    phone.get_by_role("button", name="Back to my page").click()
    phone.get_by_text("You are Zoë.").wait_for()
    assert urlsplit(phone.url).path == "/room"

    organiser.goto(f"{room_server.url}/room?room={room.id}&view=projector")
    organiser.get_by_role("heading", name=room.code_text).wait_for()
    assert _barriers(organiser) == []
    Rooms(room_server.folder).close(room.id)
    phone.wait_for_url("**/login?**")
