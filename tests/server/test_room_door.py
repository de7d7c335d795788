"""The pages below /r: a code and a name make a person, a return code brings the person back."""

import re
import time

import pytest

from nmr_core.people.sessions import LOGOUT
from tests.server.conftest import URL, House
from ui.server.team import form_token

OWN = "x" * 43
"""Cookie of a browser before it has a session."""


@pytest.fixture
def room(house):
    return house.team.rooms.create("Echo <b>course</b>", ends=time.time() + 3600, seats=2)


def _post(house: House, path: str, cookies=None, **entries: str):
    cookies = {house.team.login_cookie: OWN} | (cookies or {})
    data = {"token": form_token(OWN), **entries}
    return house.ask("POST", path, cookies, {"origin": URL}, data=data)


def _post_from(house: House, room, name: str):
    """Join in a browser of one's own."""
    secret = name.ljust(43, "z")
    token = form_token(secret)
    return _post(house, room.path, {house.team.login_cookie: secret}, name=name, token=token)


def _session(house: House, answer) -> dict[str, str]:
    """The cookie of the session that an answer begins."""
    found = re.search(rf"{house.team.cookie}=([^;]+);", str(answer.headers.get_list("set-cookie")))
    return {house.team.cookie: found[1]} if found else {}


def test_from_the_link_to_the_app(house, room):
    page = house.ask("GET", room.path)
    assert page.status_code == 200
    assert "Echo &lt;b&gt;course&lt;/b&gt;" in page.text
    assert "<b>course" not in page.text
    answer = _post(house, room.path, name="Zoë")
    assert (answer.status_code, answer.headers["location"]) == (303, room.path)
    session = _session(house, answer)
    welcome = house.ask("GET", room.path, session)
    [(person, _)] = house.team.rooms.people(room)
    code = house.team.rooms.return_code(person.id)
    assert code[:5] in welcome.text
    assert 'href="/room"' in welcome.text
    assert house.ask("GET", "/", session).text == "behind the gate"
    audit = house.team.audit.path.read_text()
    assert '"action": "join room"' in audit
    assert code not in audit
    assert room.code not in audit


def test_another_device_and_a_wrong_return_code(house, room):
    person, code = house.team.rooms.join(room.code, "Zoë")
    back = f"{room.path}?back"
    assert "Return code" in house.ask("GET", back).text
    answer = _post(house, back, name="zoë", **{"return": code.lower()})
    assert house.team.sessions.find(*_session(house, answer).values()).person.id == person.id
    wrong = _post(house, back, name="Zoë", **{"return": "0000000000"})
    assert wrong.status_code == 400
    assert not _session(house, wrong)
    for _ in range(10):
        late = _post(house, back, name="Zoë", **{"return": "0000000000"})
    assert late.status_code == 429
    assert "too many wrong" in late.text
    assert _post(house, back, name="Zoë", **{"return": code}).status_code == 303


def test_two_people_with_one_name(house, room):
    _post(house, room.path, name="Zoë")
    other = {house.team.login_cookie: "y" * 43}
    token = form_token("y" * 43)
    second = _post(house, room.path, other, name="ZOË", token=token)
    assert second.status_code == 409
    assert "return code" in second.text
    assert not _session(house, second)
    assert 'value="ZOË"' in second.text  # to add a letter


def test_seats(house, room):
    for name in ("Ann", "Ben"):
        assert _post_from(house, room, name).status_code == 303
    assert "seats" in _post(house, room.path, name="Zoë").text


def test_seats_of_the_server(house_with):
    house = house_with(f'url = "{URL}"\nseats = 1\n')
    room = house.team.rooms.create("Echo course", ends=time.time() + 3600)
    assert _post(house, room.path, name="Ann").status_code == 303
    full = _post(house, room.path, name="Zoë")
    assert "no free seat" in full.text
    assert [person.name for person, _ in house.team.rooms.people(room)] == ["Ann"]


def test_codes_are_guessed_ten_per_second_by_a_room_that_shares_an_address(house, room):
    for n in range(100):
        answer = house.ask("GET", f"/r/{n:08d}")
        assert answer.status_code == 404
    assert _post(house, "/r/ZZZZZZZZ", name="Zoë").status_code == 404
    assert _post(house, room.path, name="Zoë").status_code == 303  # no one is locked out


def test_a_code_that_is_typed(house, room):
    assert "Code of the room" in house.ask("GET", "/r").text
    answer = _post(house, "/r", code=f" {room.code[:4].lower()} - {room.code[4:]}")
    assert answer.headers["location"] == room.path
    for code in ("", "x", "<script>", "../../login"):
        answer = _post(house, "/r", code=code)
        assert answer.status_code == 400
        assert "<script>" not in answer.text


def test_late_joiners_read_why(house, room, monkeypatch):
    _, code = house.team.rooms.join(room.code, "Zoë")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 7200)
    page = house.ask("GET", room.path)
    assert "has ended" in page.text
    assert "<form" not in page.text
    assert "has ended" in _post(house, room.path, name="Ann").text
    assert _post(house, f"{room.path}?back", name="Zoë", **{"return": code}).status_code == 303


def test_forms_of_other_sites_and_old_pages(house, room):
    data = {"token": form_token(OWN), "name": "Zoë"}
    evil = house.ask("POST", room.path, None, {"origin": "https://evil.org"}, data=data)
    assert evil.status_code == 403
    old = _post(house, room.path, token="old", name="Zoë")
    assert old.status_code == 400
    assert "open too long" in old.text
    assert not house.team.rooms.people(room)


def test_a_person_who_is_logged_in_is_told_what_joining_does(house, room):
    chief = house.cookie(house.person("Chief", "admin"))
    assert "logged in as Chief" in house.ask("GET", room.path, chief).text
    answer = _post(house, room.path, chief, name="Zoë")
    assert _session(house, answer)
    assert house.ask("GET", "/", chief).status_code == 303  # that session ended


def test_the_disk_is_looked_at_outside_of_the_event_loop(house, room, on_loop):
    cookie = _session(house, _post(house, room.path, name="Zoë"))
    house.ask("GET", room.path, cookie)
    _post(house, f"{room.path}?back", name="Zoë", **{"return": "0000000000"})
    assert on_loop == []


def test_the_login_page_of_a_workshop_leads_to_the_rooms(house_with, monkeypatch):
    assert 'href="/r"' not in house_with(f'url = "{URL}"\n').ask("GET", "/login").text
    monkeypatch.setenv("NMR_PROFILE", "workshop")
    house = house_with(f'url = "{URL}/lab"\n')
    assert 'href="/lab/r"' in house.ask("GET", "/lab/login").text


def test_an_answer_that_was_lost_is_asked_for_again(house, room):
    _post(house, room.path, name="Zoë")  # on a bad Wi-Fi the answer does not arrive
    again = _post(house, room.path, name="Zoë")
    assert again.status_code == 303
    assert _session(house, again)
    assert len(house.team.rooms.people(room)) == 1


def test_a_browser_makes_one_person(house, room):
    cookie = _session(house, _post(house, room.path, name="Zoë"))
    other = _post(house, room.path, name="Ann")
    assert other.status_code == 409
    assert "has joined the room as" in other.text
    assert _post(house, room.path, cookie, name="Ann").headers["location"] == room.path
    assert len(house.team.rooms.people(room)) == 1


def test_the_next_person_at_the_same_computer(house, room):
    cookie = _session(house, _post(house, room.path, name="Zoë"))
    [secret] = cookie.values()
    house.team.sessions.end(house.team.sessions.find(secret).id, LOGOUT)
    again = _post(house, room.path, name="Zoë")  # a name alone opens no one who has left
    assert again.status_code == 409
    page = house.ask("GET", "/login", {house.team.login_cookie: OWN, **cookie})
    cookies = str(page.headers.get_list("set-cookie"))
    found = re.search(rf"{house.team.login_cookie}=([^;]+);", cookies)
    assert found[1] != OWN
    own = {house.team.login_cookie: found[1]}
    assert form_token(found[1]) in page.text
    answer = _post(house, room.path, own, name="Ann", token=form_token(found[1]))
    assert _session(house, answer)


def test_who_was_in_a_closed_room_reads_why_the_page_is_gone(house, room):
    cookie = _session(house, _post(house, room.path, name="Zoë"))
    house.team.rooms.close(room.id)
    assert house.ask("GET", "/labs", cookie).status_code == 303
    assert "The room was closed" in house.ask("GET", "/login?next=%2Flabs", cookie).text
    assert "Zo" not in str(house.team.sessions._all("SELECT * FROM people"))
