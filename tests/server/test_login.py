"""Login by password, invitation and logout: what a browser sends and gets."""

import re

import pytest

from nmr_core.people.throttle import Limits
from nmr_core.storage.audit.noting import COMMAND_LINE
from ui.server.team import form_token
from ui.server.visit import safe_path

PASSWORD, URL = "correct horse battery", "https://echo.lab.org"

OWN = {"origin": URL}
SECRET = "s" * 43


def _post(house, path: str, cookies=None, token: str | None = None, **entries):
    """A form as our own page sends it."""
    browser = {house.team.login_cookie: SECRET} | (cookies or {})
    entries["token"] = form_token(SECRET) if token is None else token
    return house.ask("POST", path, browser, OWN, data=entries)


def _session(house, answer):
    """The session that an answer begins."""
    found = re.search(house.team.cookie + "=([^;]*)", answer.headers.get("set-cookie", ""))
    return house.team.sessions.find(found[1]) if found else None


def test_a_password_leads_to_the_page_that_was_wanted(house):
    person = house.person()
    way = house.ask("GET", "/simulate?tau=5&alpha=0.1").headers["location"]
    page = house.ask("GET", way)
    assert 'name="next" value="/simulate?tau=5&amp;alpha=0.1"' in page.text
    answer = _post(house, "/login", email="Zoë@lab.org", password=PASSWORD, next="/simulate?tau=5")
    assert (answer.status_code, answer.headers["location"]) == (303, "/simulate?tau=5")
    assert _session(house, answer).person.id == person.id
    assert house.team.audit.newest(1)[0]["action"] == "login"


def test_the_cookie_is_for_this_server_and_no_script(house, house_with):
    house.person()
    answer = _post(house, "/login", email="Zoë@lab.org", password=PASSWORD)
    cookies = answer.headers.get_list("set-cookie")
    (cookie,) = [cookie for cookie in cookies if house.team.cookie in cookie]
    assert cookie.startswith("__Host-")
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/", f"Max-Age={7 * 86400}"):
        assert part in cookie
    plain = house_with('url = "http://localhost:8501"\n').ask(
        "GET", "/login", url="http://localhost:8501"
    )
    assert plain.headers["set-cookie"].startswith("sel-login-8501=")
    assert "Secure" not in plain.headers["set-cookie"]


def test_a_login_ends_the_session_that_the_browser_had(house):
    old = house.cookie(house.person("Max"))
    house.person()
    answer = _post(house, "/login", old, email="Zoë@lab.org", password=PASSWORD)
    assert _session(house, answer).person.name == "Zoë"
    assert house.team.sessions.find(old[house.team.cookie]) is None


def test_wrong_and_unknown_are_the_same_sentence_and_then_must_wait(house):
    house.person()
    for email in ("Zoë@lab.org", "nobody@lab.org"):
        texts = set()
        for _ in range(Limits.account_and_address):
            answer = _post(house, "/login", email=email, password="wrong password")
            assert answer.status_code == 401
            assert _session(house, answer) is None
            texts.add(answer.text.replace(email, ""))
        assert len(texts) == 1
        assert "The e-mail address or the password is wrong." in texts.pop()
        answer = _post(house, "/login", email=email, password=PASSWORD)
        assert answer.status_code == 429
        assert "Too many wrong passwords. Try again in 5 min." in answer.text
        assert 0 < int(answer.headers["retry-after"]) <= 301


def test_a_disabled_person_learns_it_with_the_right_password_only(house):
    person = house.person()
    house.team.register.set_disabled(person.id, True)
    right = _post(house, "/login", email="Zoë@lab.org", password=PASSWORD)
    wrong = _post(house, "/login", email="Zoë@lab.org", password="wrong password")
    assert (right.status_code, wrong.status_code) == (403, 401)
    assert "Your account is disabled. Ask an administrator." in right.text
    assert "disabled" not in wrong.text


@pytest.mark.parametrize("path", ["/login", "/join", "/logout"])
@pytest.mark.parametrize("token", ["", "x", form_token("another browser")])
def test_a_form_of_another_browser_does_nothing(house, path, token):
    cookie = house.cookie(house.person())
    secret = house.team.invitations.create(COMMAND_LINE)
    entries = {"email": "Zoë@lab.org", "password": PASSWORD, "invitation": secret, "name": "Eve"}
    answer = _post(house, path, cookie, token, **entries)
    begun = _session(house, answer)
    assert begun is None
    assert house.team.sessions.find(cookie[house.team.cookie])
    assert len(house.team.register.list()) == 1


def test_a_form_that_is_too_large_is_refused(house):
    answer = _post(house, "/login", email="Zoë@lab.org", password="x" * 30_000)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.org",
        "//evil.org",
        "/\\evil.org",
        "\\\\evil.org",
        "/a\\b",
        "/a\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
        "evil",
        "",
        "/é",
        "/login",
        "/login?next=/login",
        "/login/lab",
        "/logout",
        "/join",
        "/" + "a" * 7000,
    ],
)
def test_the_way_back_leads_nowhere_else(house, path):
    assert safe_path(path) == "/"
    house.person()
    answer = _post(house, "/login", email="Zoë@lab.org", password=PASSWORD, next=path)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/simulate", "/compare?runs=a&runs=b&x=https%3A%2F%2Fy"])
def test_the_way_back_keeps_links(path):
    assert safe_path(path) == path


def test_an_invitation_makes_an_account_and_logs_in(house):
    secret = house.team.invitations.create(COMMAND_LINE, role="admin")
    entries = {"name": '<b>Zoë "Z"</b>', "email": "zoe@lab.org", "password": PASSWORD}
    answer = _post(house, "/join", invitation=secret, **entries)
    assert answer.status_code == 303
    person = _session(house, answer).person
    assert (person.name, person.role) == ('<b>Zoë "Z"</b>', "admin")
    again = _post(house, "/join", invitation=secret, **entries)
    assert again.status_code == 400
    assert "expired or was used before" in again.text
    assert "&lt;b&gt;Zoë &quot;Z&quot;&lt;/b&gt;" in again.text
    assert "<b>Zoë" not in again.text
    assert PASSWORD not in again.text


def test_the_secret_of_an_invitation_is_never_in_an_address_that_is_logged(house):
    page = house.ask("GET", "/join")
    assert "location.hash" in page.text
    assert 'method="post"' in page.text
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"


def test_guesses_open_nothing_and_close_no_invitation_of_others(house):
    secret = house.team.invitations.create(COMMAND_LINE)
    entries = {"name": "E", "email": "e@e.org", "password": PASSWORD}
    guesses = [f"guess {i}" for i in range(Limits.address + 5)]
    for guess in (*guesses, "", secret[:-1], secret.swapcase(), f" {secret}", secret + "\0"):
        answer = _post(house, "/join", invitation=guess, **entries)
        assert answer.status_code == 400
        assert "expired or was used before" in answer.text
    assert house.team.register.list() == []
    assert _session(house, _post(house, "/join", invitation=secret, **entries))
    again = _post(house, "/join", invitation=secret, **entries | {"email": "f@e.org"})
    assert again.status_code == 400
    assert _post(house, "/login", email="e@e.org", password=PASSWORD).status_code == 303


def test_a_link_for_a_new_password_asks_for_the_password_only(house):
    person = house.person()
    page = house.ask("GET", "/join?password")
    assert 'name="password"' in page.text
    assert 'name="email"' not in page.text
    secret = house.team.invitations.create(COMMAND_LINE, person=person)
    answer = _post(house, "/join?password", invitation=secret, password="a new password")
    assert _session(house, answer).person.id == person.id


def test_logout_ends_the_session_and_says_so(house):
    cookie = house.cookie(house.person())
    asked = house.ask("GET", "/logout", cookie)
    assert "You are logged in as Zoë." in asked.text
    token = re.search('name="token" value="([^"]*)"', asked.text)[1]
    house.ask("POST", "/logout", cookie, OWN, data={"token": token})
    assert house.team.sessions.find(cookie[house.team.cookie]) is None
    page = house.ask("GET", "/login", cookie)
    assert "You have logged out." in page.text
    assert any("Max-Age=0" in sent for sent in page.headers.get_list("set-cookie"))


def test_the_reason_of_an_end_is_a_sentence(house):
    person = house.person()
    cookie = house.cookie(person)
    house.team.sessions.end_all(person.id)
    assert "Your session was ended. Log in again." in house.ask("GET", "/login", cookie).text
    cookie = house.cookie(person)
    house.team.sessions._one("UPDATE sessions SET created = 1, seen = 1 WHERE ended IS NULL")
    assert "Your session has expired. Log in again." in house.ask("GET", "/login", cookie).text


@pytest.mark.parametrize("path", ["/login", "/join", "/logout", "/login/none", "/simulate"])
def test_the_pages_outside_load_nothing_and_cannot_be_framed(house, path):
    answer = house.ask("GET", path, house.cookie(house.person()) if path == "/logout" else None)
    if answer.status_code == 303:
        return
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-frame-options"] == "DENY"
    assert not re.search(r'(src|href)="https?://', answer.text)


def test_below_a_path_all_links_lead_below_it(house_with):
    house = house_with('url = "https://lab.org/echo"\n')
    house.person()
    for prefix in ("/echo", ""):  # a proxy that keeps the path, and one that removes it
        away = house.ask("GET", f"{prefix}/simulate", url="https://lab.org")
        assert away.headers["location"] == "/echo/login?next=%2Fsimulate"
        page = house.ask("GET", f"{prefix}/login", url="https://lab.org")
        assert 'action="/echo/login"' in page.text


def test_with_all_seats_taken_one_sentence_says_so(house_with):
    house = house_with(f'url = "{URL}"\nseats = 1\n')
    zoe, _, chief = house.person("Zoë"), house.person("Max"), house.person("Ada", "admin")
    house.cookie(zoe)
    house.cookie(chief)
    full = _post(house, "/login", email="Max@lab.org", password=PASSWORD)
    assert full.status_code == 503
    assert "No seat is free; seats of this server: 1. Try again later." in full.text
    for name in ("Zoë", "Ada"):
        answer = _post(house, "/login", email=f"{name}@lab.org", password=PASSWORD)
        assert _session(house, answer).person.name == name
    house.team.sessions.end_all(zoe.id)
    answer = _post(house, "/login", email="Max@lab.org", password=PASSWORD)
    assert _session(house, answer).person.name == "Max"
