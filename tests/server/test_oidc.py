"""Login services: a real provider in a process of its own, and what goes wrong with one."""

import base64
import importlib.util
import json
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from login_service import configuration, free_port, login_service, tell

from nmr_core.people.throttle import Limits

URL = "http://localhost:8799"
SECRET = "s" * 43


@pytest.fixture(scope="module")
def service():
    """The address of a login service."""
    if importlib.util.find_spec("oidc_provider_mock") is None:
        pytest.skip("oidc-provider-mock is not installed (pip install -r requirements-dev.txt)")
    with login_service() as url:
        yield url


@pytest.fixture
def lab(house_with, service):
    """A server that one login service vouches for."""
    return house_with(f'url = "{URL}"\n' + configuration(service))


def _leave(house, name: str = "lab", back: str = "/simulate?tau=5", secret: str = SECRET):
    """Where the server sends a browser."""
    cookie = {house.team.login_cookie: secret}
    answer = house.ask("GET", f"/login/{name}", cookie, url=URL, params={"next": back})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def _log_in_there(place: str, **form: str) -> str:
    """Where the service sends the browser back to."""
    answer = httpx.post(place, data=form)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def _arrive(house, place: str, secret: str = SECRET):
    """What the server answers to the browser that comes back."""
    return house.ask("GET", place.removeprefix(URL), {house.team.login_cookie: secret}, url=URL)


def _come_in(house, subject: str, **options):
    return _arrive(house, _log_in_there(_leave(house, **options), sub=subject))


def _session(house, answer):
    return house.team.sessions.find(answer.cookies.get(house.team.cookie) or "")


def test_a_login_leads_to_the_page_that_was_wanted(lab, service):
    place = _leave(lab)
    query = parse_qs(urlsplit(place).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == [f"{URL}/login/lab/callback"]
    assert min(len(query[name][0]) for name in ("state", "nonce", "code_challenge")) >= 20
    answer = _arrive(lab, _log_in_there(place, sub="ada"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/simulate?tau=5")
    person = _session(lab, answer).person
    assert (person.issuer, person.subject) == (service, "ada")
    assert (person.name, person.email, person.role) == ("Ada", "ada@lab.org", "member")


def test_a_group_makes_an_administrator(lab):
    assert _session(lab, _come_in(lab, "boss")).person.role == "admin"


def test_a_person_stays_the_same_and_groups_are_looked_at_each_time(lab, service):
    tell(service, "max", {"name": "Max", "email": "max@lab.org", "email_verified": True})
    assert "none of the groups" in _come_in(lab, "max").text
    known = {"email_verified": True, "groups": ["nmr"]}
    tell(service, "max", {"name": "Max", "email": "max@lab.org", **known})
    first = _session(lab, _come_in(lab, "max")).person
    tell(service, "max", {"name": "Maximilian", "email": "m@lab.org", **known})
    second = _session(lab, _come_in(lab, "max")).person
    assert (second.id, second.name, second.email) == (first.id, "Maximilian", "m@lab.org")


def test_two_services_may_use_one_subject(house_with, service):
    with login_service() as other:
        lab, uni = configuration(service), configuration(other, "Uni", "uni")
        house = house_with(f'url = "{URL}"\n' + lab + uni)
        people = {_session(house, _come_in(house, "ada", name=n)).person.id for n in ("lab", "uni")}
    assert len(people) == 2


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"sub": "eve"}, "Your account is in none of the groups that may use this server."),
        ({"action": "deny"}, "The login at Lab was cancelled."),
    ],
)
def test_who_may_not_come_in_gets_one_sentence(lab, form, sentence):
    answer = _arrive(lab, _log_in_there(_leave(lab), **form))
    assert answer.status_code == 403
    assert sentence in answer.text
    assert _session(lab, answer) is None
    assert (
        lab.team.audit.newest(1)[0] | {"action": "login", "ok": False, "reason": sentence}
        == (lab.team.audit.newest(1)[0])
    )


def test_a_disabled_person_does_not_come_in(lab):
    person = _session(lab, _come_in(lab, "ada")).person
    lab.team.register.set_disabled(person.id, True)
    answer = _come_in(lab, "ada")
    assert "Your account is disabled. Ask an administrator." in answer.text
    assert _session(lab, answer) is None


def test_an_answer_works_once_in_the_browser_that_asked(lab):
    back = _log_in_there(_leave(lab), sub="ada")
    for answer in (
        _arrive(lab, back, secret="another browser"),
        _arrive(lab, back, secret=""),
        _arrive(lab, back.replace("state=", "state=x")),
        _arrive(lab, f"{URL}/login/lab/callback"),
    ):
        assert answer.status_code == 403
        assert "begun more than ten minutes ago, or in another browser" in answer.text
    assert _session(lab, _arrive(lab, back))
    assert _session(lab, _arrive(lab, back)) is None


def test_the_code_of_another_login_is_refused(lab):
    """An attacker's code in a victim's browser: the nonce of the token is another one."""
    mine, foreign = (
        parse_qs(urlsplit(_log_in_there(_leave(lab, secret=secret), sub=sub)).query)
        for secret, sub in ((SECRET, "ada"), ("t" * 43, "boss"))
    )
    answer = _arrive(lab, f"/login/lab/callback?code={foreign['code'][0]}&state={mine['state'][0]}")
    assert "Lab sent an answer that is not valid. Log in again." in answer.text
    assert _session(lab, answer) is None


def test_an_answer_that_has_expired_is_refused(house_with):
    with login_service(seconds=-3600) as service:
        house = house_with(f'url = "{URL}"\n' + configuration(service))
        answer = _come_in(house, "ada")
    assert "had expired. Log in again." in answer.text or "not valid" in answer.text
    assert _session(house, answer) is None


def test_a_service_that_cannot_be_reached_is_one_sentence(house_with):
    nowhere = f"http://localhost:{free_port()}"
    house = house_with(f'url = "{URL}"\n' + configuration(nowhere))
    answer = house.ask("GET", "/login/lab", url=URL)
    assert answer.status_code == 502
    assert "Lab cannot be reached now. Try again later, or log in in another way." in answer.text
    assert "Log in with Lab" in house.ask("GET", "/login", url=URL).text


def test_a_service_that_ends_between_the_ways_is_one_sentence(house_with):
    with login_service() as service:
        house = house_with(f'url = "{URL}"\n' + configuration(service))
        back = _log_in_there(_leave(house), sub="ada")
    answer = _arrive(house, back)
    assert "Lab cannot be reached now." in answer.text


def test_logout_ends_the_session_of_the_service_too(lab, service):
    answer = _come_in(lab, "ada")
    cookie = {lab.team.cookie: answer.cookies[lab.team.cookie]}
    session = lab.team.sessions.find(cookie[lab.team.cookie])
    lab.team.sessions.end(session.id, "logout")
    first = lab.ask("GET", "/login", cookie, url=URL)
    place = urlsplit(first.headers["location"])
    query = parse_qs(place.query)
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{service}/oauth2/end_session"
    assert query["post_logout_redirect_uri"] == [f"{URL}/login"]
    assert query["id_token_hint"][0].count(".") == 2
    assert "You have logged out." in lab.ask("GET", "/login", cookie, url=URL).text


def test_a_session_that_an_administrator_ended_stays_at_the_service(lab):
    answer = _come_in(lab, "ada")
    cookie = {lab.team.cookie: answer.cookies[lab.team.cookie]}
    lab.team.sessions.end_all(lab.team.sessions.find(cookie[lab.team.cookie]).person.id)
    page = lab.ask("GET", "/login", cookie, url=URL)
    assert "Your session was ended. Log in again." in page.text


@pytest.mark.parametrize("name", ["none", "LAB", "..", "lab/x"])
def test_there_are_no_other_services(lab, name):
    assert lab.ask("GET", f"/login/{name}", url=URL).status_code in (303, 404)


def test_a_login_makes_the_event_loop_wait_for_no_table(lab, on_loop):
    assert _come_in(lab, "ada").status_code == 303
    assert on_loop == []


def test_who_begins_too_many_logins_must_wait(lab, monkeypatch):
    monkeypatch.setattr(lab.team.throttle, "limits", Limits(at_service=3))
    answers = [lab.ask("GET", "/login/lab", url=URL).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    throttle = lab.team.throttle
    assert throttle.begin_at_service("10.0.0.2") == 0.0
    waits = [throttle.begin_at_service(f"2001:db8::{n}") for n in range(4)]
    assert [wait > 0 for wait in waits] == [False, False, False, True]
    assert throttle.begin_at_service("2001:db8:0:1::1") == 0.0


ISSUER = "https://login.example.org"


@pytest.fixture
def forged(house_with, monkeypatch):
    """``forged(header, claims)``: the answer to a login whose token says this."""
    jwk, jwt = pytest.importorskip("joserfc.jwk"), pytest.importorskip("joserfc.jwt")
    key = jwk.RSAKey.generate_key(2048, {"kid": "1"})
    house = house_with(f'url = "{URL}"\n' + configuration(ISSUER))
    metadata = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/keys",
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    token: dict = {}

    async def answer(_: object, request: httpx.Request) -> httpx.Response:
        content = {
            "/.well-known/openid-configuration": metadata,
            "/keys": {"keys": [key.as_dict(private=False)]},
            "/token": {"access_token": "x", "token_type": "Bearer", **token},
        }
        return httpx.Response(200, json=content[request.url.path], request=request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)

    def log_in(**other: object):
        query = parse_qs(urlsplit(_leave(house)).query)
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": "ada", "aud": "echo", "iat": now, "exp": now + 60}
        claims |= {"nonce": query["nonce"][0], "groups": ["nmr"], "email": "ada@lab.org"}
        claims |= {"email_verified": True} | other
        token["id_token"] = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
        if other.get("alg") == "none":
            parts = ({"alg": "none"}, claims)
            head, body = (
                base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
                for part in parts
            )
            token["id_token"] = f"{head}.{body}."
        place = f"/login/lab/callback?code=c&state={query['state'][0]}"
        return _session(house, _arrive(house, place))

    return log_in


@pytest.mark.parametrize(
    "other",
    [
        {"alg": "none"},
        {"aud": "another program"},
        {"iss": "https://login.evil.org"},
        {"exp": 1_000_000_000},
        {"nonce": "another"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_token_that_was_not_made_for_this_login_is_refused(forged, other):
    assert forged().person.subject == "ada"
    assert forged(**other) is None
