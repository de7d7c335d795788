"""Every door: without a session, with a forged or ended one, and from another site, nothing reaches
what is behind the gate.
"""

import asyncio
from importlib import import_module

import pytest

from ui.server import sockets
from ui.server.team import form_token

URL = "https://echo.lab.org"

DOORS = [
    ("GET", "/"),
    ("GET", "/simulate"),
    ("GET", "/people?person=p-1"),
    ("HEAD", "/"),
    ("GET", "/_stcore/host-config"),
    ("GET", "/_stcore/metrics"),
    ("GET", "/_stcore/metrics/"),
    ("GET", "/metrics"),
    ("GET", "/_stcore/script-health-check"),
    ("GET", "/_stcore/agent/interact"),
    ("POST", "/_stcore/agent/interact"),
    ("PUT", "/_stcore/upload_file/session/file"),
    ("DELETE", "/_stcore/upload_file/session/file"),
    ("OPTIONS", "/_stcore/upload_file/session/file"),
    ("GET", "/media/0123456789abcdef.csv"),
    ("GET", "/component/streamlit/index.html"),
    ("GET", "/_stcore/bidi-components/x/y.js"),
    ("GET", "/app/static/figures/download.js"),
    ("GET", "/static/js/index.js"),
    ("GET", "/auth/login?provider=x"),
    ("GET", "/auth/logout"),
    ("GET", "/oauth2callback?state=x"),
    ("GET", "/healthz/"),
    ("GET", "//healthz"),
    ("GET", "/login/../simulate"),
    ("GET", "/loginx"),
    ("GET", "/join/x"),
    ("GET", "/session/x"),
    ("GET", "/_stcore/health/../host-config"),
    ("GET", "/any/route/that/is/added/later"),
    ("POST", "/challenge/ch-1/submissions"),
    ("GET", "/challenge/ch-1/curves"),
    ("GET", "/challenge/ch-1"),
    ("TRACE", "/"),
]
"""(method, path): what Streamlit serves, own routes, and near misses of the open paths."""

FORGED = ["", "x", "A" * 43, "a" * 5000, "é", "%00", "../../etc/passwd", "' OR 1=1 --"]
OWN = {"origin": URL}


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_no_door_is_open_without_a_session(house, method, path):
    answer = house.ask(method, path, headers=OWN)
    assert answer.status_code in (303, 401, 404), answer.text
    if answer.status_code == 303:
        assert answer.headers["location"].startswith("/login?next=")
    assert house.behind.reached == []


@pytest.mark.parametrize("path", ["/simulate", "/media/0123.csv", "/_stcore/host-config"])
def test_forged_ended_and_expired_cookies_open_nothing(house, path):
    person = house.person()
    ended, disabled = house.cookie(person), house.cookie(house.person("Max"))
    house.team.sessions.end_all(person.id)
    house.team.register.set_disabled(house.team.register.list()[0].id, True)
    hashes = house.team.sessions._all("SELECT hash, id FROM sessions")
    names = [row["hash"] for row in hashes] + [row["id"] for row in hashes]
    cookies = [{house.team.cookie: value} for value in (*FORGED, *names)]
    for cookie in (*cookies, ended, disabled):
        assert house.ask("GET", path, cookie).status_code in (303, 401)
    assert house.behind.reached == []


@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-user": "zoë@lab.org"},
        {"x-forwarded-email": "zoë@lab.org"},
        {"authorization": "Bearer x"},
        {"authorization": "Basic em9lOng="},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-original-url": "/healthz"},
        {"x-rewrite-url": "/login"},
    ],
)
def test_no_header_is_a_login(house, headers):
    house.person()
    assert house.ask("GET", "/metrics", headers=headers).status_code == 404
    assert house.ask("GET", "/simulate", headers=headers).status_code == 303
    assert house.behind.reached == []


def test_with_a_session_everything_answers(house):
    cookie = house.cookie(house.person())
    assert house.ask("GET", "/simulate?tau=5", cookie).text == "behind the gate"
    assert house.ask("POST", "/any", cookie, OWN).status_code == 200
    assert house.ask("GET", "/healthz").text == "ok"
    assert house.ask("GET", "/readyz").json()["ready"] is True
    assert house.ask("GET", "/session").status_code == 401
    assert house.ask("GET", "/session", cookie).status_code == 204


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.org", "http://echo.lab.org", URL + ":444", URL + ".evil"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_another_site_changes_nothing(house, method, origin):
    headers = {"origin": origin} if origin else {}
    for path in ("/any", "/login", "/logout", "/_stcore/upload_file/s/f"):
        answer = house.ask(method, path, house.cookie(house.person(method + path)), headers)
        assert answer.status_code == 403
        assert "came from another site" in answer.text
    assert house.behind.reached == []


def test_another_address_of_the_server_is_one_sentence_with_the_way(house):
    cookie = house.cookie(house.person())
    for url in ("http://127.0.0.1:8501", "https://evil.org"):
        answer = house.ask("GET", "/", cookie, url=url)
        assert answer.status_code == 421
        assert f"This server answers at {URL} only. Open that address." in answer.text
    assert house.ask("GET", "/healthz", url="http://127.0.0.1:8501").text == "ok"
    assert house.behind.reached == []


def test_metrics_are_for_administrators_and_collectors(house_with, monkeypatch):
    house = house_with(f'url = "{URL}"\nmetrics_token_env = "METRICS"\n')
    monkeypatch.setenv("METRICS", "token of the collector")
    chief, member = house.cookie(house.person("A", "admin")), house.cookie(house.person("B"))
    bearer = {"authorization": "Bearer token of the collector"}
    assert "spin_echo_lab_sessions 2" in house.ask("GET", "/metrics", chief).text
    assert "spin_echo_lab_jobs" in house.ask("GET", "/metrics", headers=bearer).text
    assert house.ask("GET", "/metrics", member).status_code == 404
    assert house.ask("GET", "/metrics", headers={"authorization": "Bearer "}).status_code == 404
    monkeypatch.setenv("METRICS", "")
    assert house.ask("GET", "/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_uploads_and_files_belong_to_the_person_they_were_made_for(house):
    zoe, max = house.person("Zoë"), house.person("Max")
    house.ownership.note("page-of-zoe", zoe.id)
    house.ownership._note_file("0123", zoe.id)
    for cookie, status in ((house.cookie(zoe), 200), (house.cookie(max), 404)):
        path = "/_stcore/upload_file/page-of-zoe/file"
        assert house.ask("PUT", path, cookie, OWN).status_code == status
        assert house.ask("DELETE", path, cookie, OWN).status_code == status
        assert house.ask("GET", "/media/0123.csv", cookie).status_code == status
    unknown = house.ask("PUT", "/_stcore/upload_file/unknown/file", house.cookie(zoe), OWN)
    assert unknown.status_code == 404
    assert house.ask("GET", "/media/4567.csv", house.cookie(zoe)).status_code == 404


class Socket:
    """A websocket of a browser, driven by hand."""

    def __init__(self, house, cookies, origin=URL, protocols=""):
        self.incoming: asyncio.Queue = asyncio.Queue()
        self.sent: list[dict] = []
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"host": "echo.lab.org", "cookie": cookie, "sec-websocket-protocol": protocols}
        headers |= {"origin": origin} if origin else {}
        self.scope = {
            "type": "websocket",
            "path": "/_stcore/stream",
            "query_string": b"",
            "headers": [(k.encode(), v.encode("latin-1", "replace")) for k, v in headers.items()],
            "client": ("10.0.0.1", 1),
            "subprotocols": [part.strip() for part in protocols.split(",")],
        }
        self.incoming.put_nowait({"type": "websocket.connect"})
        self.gate = house.gate

    async def send(self, message):
        self.sent.append(message)

    def open(self) -> asyncio.Task:
        return asyncio.create_task(self.gate(self.scope, self.incoming.get, self.send))

    def say(self, text: str) -> None:
        self.incoming.put_nowait({"type": "websocket.receive", "text": text})

    async def heard(self, n: int) -> list[dict]:
        async with asyncio.timeout(20):
            while len(self.sent) < n:
                await asyncio.sleep(0.005)
        return self.sent


@pytest.mark.parametrize(
    "origin", [URL, None, "null", "https://evil.org", "http://echo.lab.org", URL + ":444"]
)
@pytest.mark.parametrize("cookie", ["own", *FORGED])
def test_a_websocket_opens_for_a_session_on_our_own_pages_only(house, origin, cookie):
    own = house.cookie(house.person())
    cookies = own if cookie == "own" else {house.team.cookie: cookie}

    async def opened() -> list[dict]:
        socket = Socket(house, cookies, origin)
        task = socket.open()
        sent = list(await socket.heard(1))
        task.cancel()
        return sent

    (first,) = asyncio.run(opened())
    is_open = origin == URL and cookie == "own"
    assert first["type"] == ("websocket.accept" if is_open else "websocket.close")
    assert house.behind.reached == (["/_stcore/stream"] if is_open else [])


@pytest.mark.parametrize("how", ["logout", "by an administrator", "all", "disabled"])
def test_open_websockets_end_with_their_session(house, how, monkeypatch):
    monkeypatch.setattr(sockets, "EVERY", 0.01)
    zoe, max = house.person("Zoë"), house.person("Max")
    own, other = house.cookie(zoe), house.cookie(max)
    session = house.team.sessions.find(own[house.team.cookie])
    ends = {
        "logout": lambda: house.team.sessions.end(session.id, "logout"),
        "by an administrator": lambda: house.team.sessions.end(session.id),
        "all": lambda: house.team.sessions.end_all(zoe.id),
        "disabled": lambda: house.team.register.set_disabled(zoe.id, True),
    }

    async def used() -> None:
        tabs = [Socket(house, own), Socket(house, own)]
        third = Socket(house, other)
        tasks = [tab.open() for tab in (*tabs, third)]
        for tab in (*tabs, third):
            tab.say("before")
            await tab.heard(2)
        assert house.gate.sockets.count() == 3
        ends[how]()
        for tab in tabs:
            last = (await tab.heard(3))[2]
            assert last == {"type": "websocket.close", "code": sockets.SESSION_ENDED}
            tab.say("after")
        third.say("after, by Max")
        await third.heard(3)
        async with asyncio.timeout(20):
            await asyncio.gather(*tasks[:2])
        assert house.gate.sockets.count() == 1
        tasks[2].cancel()

    asyncio.run(used())
    assert "after" not in house.behind.reached
    assert "after, by Max" in house.behind.reached


def test_a_person_goes_on_with_pages_of_their_own_only(house):
    """Streamlit hands a session to whoever names its id, two minutes after its websocket closed."""
    zoe, max = house.person("Zoë"), house.person("Max")
    house.ownership.note("page-of-zoe", zoe.id)
    seen = []

    async def noting(scope, receive, send):
        headers = dict(scope["headers"])
        seen.append((headers[b"sec-websocket-protocol"], scope["subprotocols"]))

    house.gate.app = noting

    async def reconnect(person, page: str) -> None:
        socket = Socket(house, house.cookie(person), protocols=f"streamlit, token, {page}")
        await socket.open()

    for person, page in ((zoe, "page-of-zoe"), (max, "page-of-zoe"), (zoe, "unknown")):
        asyncio.run(reconnect(person, page))
    kept, *dropped = seen
    assert kept[0] == b"streamlit, token, page-of-zoe"
    assert dropped == [(b"streamlit, token", ["streamlit", "token"])] * 2


def test_a_damaged_list_of_people_is_one_sentence(house):
    house.person()
    for file in house.team.folder.glob("people.sqlite3*"):
        file.write_bytes(b"not a database at all, but long enough to look like one" * 40)
    answer = house.ask("GET", "/simulate", {house.team.cookie: "A" * 43})
    assert answer.status_code == 503
    assert "not a usable list of people" in answer.text
    assert house.behind.reached == []


def test_form_tokens_are_bound_to_the_browser():
    assert form_token("a") != form_token("b")


def test_a_mistake_does_not_end_the_watch_over_websockets(house, monkeypatch):
    monkeypatch.setattr(sockets, "EVERY", 0.01)
    zoe = house.person()
    live, looks = house.team.sessions.live, []

    def fail_once(hashes):
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("a mistake")
        return live(hashes)

    monkeypatch.setattr(house.team.sessions, "live", fail_once)

    async def used() -> None:
        tab = Socket(house, house.cookie(zoe))
        task = tab.open()
        tab.say("before")
        await tab.heard(2)
        house.team.sessions.end_all(zoe.id)
        assert (await tab.heard(3))[2]["code"] == sockets.SESSION_ENDED
        async with asyncio.timeout(20):
            await task

    asyncio.run(used())


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("path", ["/media/0123.csv", "/_stcore/upload_file/own/file"])
def test_below_a_path_files_and_uploads_are_for_their_person_only(house_with, path, keeps):
    """Whether the proxy keeps the path of the server's address, or removes it."""
    house = house_with(f'url = "{URL}/lab"\n')
    zoe, max = house.person("Zoë"), house.person("Max")
    house.ownership.note("own", zoe.id)
    house.ownership._note_file("0123", zoe.id)
    asked = f"/lab{path}" if keeps else path
    assert house.ask("GET", asked, house.cookie(max)).status_code == 404
    assert house.ask("GET", asked).status_code in (303, 401)
    assert house.behind.reached == []
    assert house.ask("GET", asked, house.cookie(zoe)).status_code == 200
    assert house.behind.reached == [path]


def test_below_a_path_the_rest_is_guarded_too(house_with):
    house = house_with(f'url = "{URL}/lab"\n')
    own = house.cookie(house.person())
    assert house.ask("GET", "/lab/_stcore/metrics", own).status_code == 404
    assert house.ask("GET", "/lab/_stcore/health").status_code == 200
    assert house.ask("GET", "/lab/login").status_code == 200
    answer = house.ask("GET", "/lab/simulate")
    assert answer.headers["location"] == "/lab/login?next=%2Fsimulate"
    assert house.ask("GET", "/lab", own).headers["location"] == "/lab/"


def test_a_path_that_only_streamlit_knows_ends_the_start(house, monkeypatch, capsys):
    surroundings = import_module("ui.server.surroundings")
    monkeypatch.setattr(surroundings, "current", lambda: house.team)
    monkeypatch.setattr(surroundings.config, "get_option", {"server.baseUrlPath": "/lab/"}.get)
    with pytest.raises(SystemExit):
        surroundings.surroundings()
    assert "error: server.baseUrlPath must be empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/simulate"),
        ("GET", "/login"),
        ("GET", "/session"),
        ("GET", "/logout"),
        ("POST", "/logout"),
        ("GET", "/metrics"),
        ("POST", "/simulate"),
    ],
)
@pytest.mark.parametrize("is_live", [True, False])
def test_the_event_loop_waits_for_no_table(house, method, path, is_live, on_loop):
    person = house.person()
    cookie = house.cookie(person)
    if not is_live:
        house.team.sessions.end_all(person.id)
    token = form_token(cookie[house.team.cookie])
    options = {"data": {"token": token}} if method == "POST" else {}
    house.ask(method, path, cookie, OWN, **options)
    assert on_loop == []


def test_a_session_that_is_known_costs_no_thread(house, monkeypatch):
    own = house.cookie(house.person())
    house.ask("GET", "/simulate", own)
    find = house.team.sessions.find
    asked = []
    monkeypatch.setattr(house.team.sessions, "find", lambda secret: asked.append(1) or find(secret))
    assert house.ask("GET", "/simulate", own).status_code == 200
    assert asked == []
