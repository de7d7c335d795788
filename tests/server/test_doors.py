"""Every door of a real server: no one without a live session of their own, and no second person,
reaches a page, a websocket, a file or an upload.
"""

import itertools
import time

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from nmr_core.people import Invitations, people_file
from nmr_core.storage.audit.noting import COMMAND_LINE
from nmr_core.workshop import Rooms
from ui.shared.pages import PAGES

PAGES_INSIDE = ["/", *(f"/{name}" for pages in PAGES.values() for name in pages if name != "start")]
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"]
DOORS = [
    *PAGES_INSIDE,
    "/room",
    "/workspace",
    "/administration",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/interact",
    "/_stcore/agent/openapi.json",
    "/_stcore/stream",
    "/_stcore/upload_file/a/b",
    "/_stcore/bidi-components/a/b.js",
    "/media/0123.csv",
    "/component/plotly/plotly.min.js",
    "/static/js/index.js",
    "/app/static/app.css",
    "/app/static/docs/index.html",
    "/favicon.png",
    "/manifest.json",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/metrics",
    "/challenge/ch-1/submissions",
    "/challenge/ch-1/curves",
]
ODD = [
    "//",
    "/./",
    "/%2e/",
    "/%2e%2e/simulate",
    "/SIMULATE",
    "/simulate/",
    "/%73imulate",
    "//simulate",
    "//healthz",
    "/healthz/",
    "/healthz/../simulate",
    "/healthz/%2e%2e/simulate",
    "/healthz;/simulate",
    "/healthz%00",
    "/healthz%2f..%2fsimulate",
    "/login/../simulate",
    "/login/..%2fsimulate",
    "/login%2f..%2fsimulate",
    "/login/%2e%2e/%2e%2e/simulate",
    "/join/../simulate",
    "/r/../simulate",
    "/r/%2e%2e/simulate",
    "/r%2f..%2fsimulate",
    "/room/../r/simulate",
    "/session/../simulate",
    "/challenge/ch-1/curves/../../../simulate",
    "/challenge/ch-1/curves%2f..%2f..%2f..%2fsimulate",
    "/_stcore/health/",
    "/_stcore/health/../host-config",
    "/_stcore/health%2f..%2fhost-config",
    "/_STCORE/host-config",
    "/_stcore//host-config",
    "/login.html",
    "/loginx",
    "/%ff",
    "/\\simulate",
    "http://{host}/simulate",
    "https://{host}/simulate",
    "http://evil.org/simulate",
    "http://{host}@evil.org/simulate",
    "*",
    "simulate",
    "",
]
HOSTS = [
    "",
    "evil.org",
    "127.0.0.1:{port}",
    "[::1]:{port}",
    "localhost",
    "localhost:{port}.",
    "localhost:{port}@evil.org",
    "evil.org:{port}",
    "localhost:{port}, evil.org",
]
HEADERS = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "{host}", "X-Forwarded-Proto": "https"},
    {"X-Forwarded-User": "Zoe"},
    {"X-Forwarded-Email": "Zoe@lab.org"},
    {"Streamlit-User": "Zoe@lab.org"},
    {"Remote-User": "Zoe"},
    {"Authorization": "Bearer {zoe}"},
    {"Authorization": "Basic Wm9lOmNvcnJlY3QgaG9yc2UgYmF0dGVyeQ=="},
    {"X-Original-URL": "/healthz"},
    {"X-Rewrite-URL": "/login"},
    {"X-HTTP-Method-Override": "GET"},
    {"Forwarded": "for=127.0.0.1;host={host}"},
    {"Cookie": "_streamlit_user=x; session={zoe}"},
    {"Cookie": "__Host-sel-session={zoe}"},
    {"Cookie": "sel-login-{port}={zoe}"},
    {"Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "HTTP2-Settings": "AAMAAABkAAQ"},
]
REFUSED = (303, 400, 401, 404, 421)
INSIDE = (b"<title>Streamlit</title>", b"allowedOrigins", b"spin_echo_lab_", b"session_events")


def _shut(answer) -> bool:
    return answer.status in REFUSED and not any(sign in answer.body for sign in INSIDE)


def _filled(text: str, real) -> str:
    return text.format(host=real.host, port=real.port, zoe=real.cookies["Zoe"])


@pytest.mark.parametrize("method", METHODS)
def test_no_door_is_open_to_a_stranger(real, method):
    for door in DOORS:
        answer = real.ask(method, door, headers={"Origin": real.url, "Accept": "text/html"})
        assert _shut(answer), (method, door, answer.status)
        if answer.status == 303:
            assert answer.header("location").startswith("/login?next=%2F")


@pytest.mark.parametrize("target", ODD)
def test_no_way_of_writing_an_address_opens_a_door(real, target):
    for method in ("GET", "POST"):
        headers = {"Origin": real.url, "Accept": "text/html"}
        answer = real.ask(method, _filled(target, real), headers=headers)
        assert _shut(answer), answer.status
        assert "evil.org" not in answer.header("location").removeprefix("/login?next=")


@pytest.mark.parametrize("host", HOSTS)
def test_the_server_has_one_name(real, host):
    for who in ("", "Zoe"):
        answer = real.ask("GET", "/simulate", who, host=_filled(host, real))
        assert answer.status in (400, 421)
        assert not any(sign in answer.body for sign in INSIDE)


def test_a_second_host_in_one_request_is_refused(real):
    assert real.ask("GET", "/simulate", "Zoe", {"Host": "evil.org"}).status in (400, 421)


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: "-".join(headers))
def test_no_header_is_a_login(real, headers):
    headers = {name: _filled(value, real) for name, value in headers.items()}
    for door in ("/simulate", "/_stcore/host-config", "/metrics"):
        assert _shut(real.ask("GET", door, headers=headers))
    with pytest.raises(InvalidStatus):
        _open(real, "", **headers)


def _bad_cookies(real) -> dict[str, str]:
    """What is wrong with a cookie -> its value."""
    file = people_file(real.folder)
    secrets = {}
    for name in ("revoked", "expired", "disabled"):
        invitation = Invitations(file).create(COMMAND_LINE)
        person = Invitations(file).accept(
            invitation, name, f"{name}{time.time()}@lab.org", "ten characters"
        )
        secrets[name] = real.sessions.begin(person)
        if name == "revoked":
            real.sessions.end_all(person.id)
        elif name == "disabled":
            real.register.set_disabled(person.id, True)
        else:
            sql = "UPDATE sessions SET seen = 1, created = 1 WHERE person = ?"
            real.sessions._all(sql, (person.id,))
    zoe = real.cookies["Zoe"]
    row = real.sessions._all("SELECT hash, id FROM sessions")[0]
    return secrets | {
        "none": "",
        "truncated": zoe[:-1],
        "longer": zoe + "A",
        "other case": zoe.swapcase(),
        "quoted twice": f'"{zoe}"x',
        "hash": row["hash"],
        "id": row["id"],
        "forged": "A" * 43,
        "long": "A" * 8000,
        "sql": "' OR 1=1 --",
        "path": "../../people.sqlite3",
    }


def test_no_cookie_but_that_of_a_live_session_opens_anything(real):
    for name, secret in _bad_cookies(real).items():
        cookie = {"Cookie": f"{real.cookie}={secret}", "Origin": real.url}
        for method, door in (
            ("GET", "/simulate"),
            ("GET", "/media/0123.csv"),
            ("GET", "/app/static/app.css"),
            ("PUT", "/_stcore/upload_file/a/b"),
            ("DELETE", "/_stcore/upload_file/a/b"),
            ("POST", "/_stcore/agent/interact"),
        ):
            answer = real.ask(method, door, headers=cookie)
            assert answer.status in (303, 401), (name, door)
        with pytest.raises(InvalidStatus):
            _open(real, "", Cookie=cookie["Cookie"])


ORIGINS = [
    None,
    "null",
    "https://evil.org",
    "https://{host}",
    "http://localhost",
    "http://{host}.evil",
]


@pytest.mark.parametrize("origin", ORIGINS)
def test_another_site_changes_nothing(real, origin):
    headers = {} if origin is None else {"Origin": _filled(origin, real)}
    headers["Referer"] = f"{real.url}/simulate"
    for method, path in itertools.product(
        ("POST", "PUT", "DELETE", "PATCH"),
        ("/login", "/join", "/logout", "/simulate", "/_stcore/upload_file/a/b", "/media/a"),
    ):
        assert real.ask(method, path, "Zoe", headers).status == 403, (method, path)
    with pytest.raises(InvalidStatus):
        _open(real, "Zoe", origin=headers.get("Origin"))
    assert real.ask("GET", "/session", "Zoe").status == 204


def _open(
    real, who: str, session: str = "", origin: str | None = "", **headers
) -> ClientConnection:
    """A websocket of a page, which goes on with a session of Streamlit if one is named."""
    if who:
        headers["Cookie"] = f"{real.cookie}={real.cookies[who]}"
    return connect(
        f"ws://{real.host}/_stcore/stream",
        origin=real.url if origin == "" else origin,
        subprotocols=["streamlit", "token", *([session] if session else [])],
        additional_headers=headers,
        open_timeout=60,
        max_size=None,
        compression=None,
    )


def _run(socket: ClientConnection, until: str = "script_finished") -> tuple[str, set[str]]:
    """Run the first page: the session of Streamlit, and the files that the page shows."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    message = BackMsg()
    message.rerun_script.query_string = ""
    socket.send(message.SerializeToString())
    session, files = "", set()
    while True:
        answer = ForwardMsg.FromString(socket.recv(timeout=120))
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            session = answer.new_session.initialize.session_id
        elif kind == "page_config_changed":
            files.add(answer.page_config_changed.favicon)
        elif kind == until and session:
            return session, files


@pytest.fixture(scope="module")
def of_zoe(real):
    """An open page of Zoe: its websocket, its session, its files."""
    with _open(real, "Zoe") as socket:
        session, files = _run(socket)
        assert len(session) > 20
        assert files
        yield socket, session, sorted(file for file in files if file.startswith("/media/"))


def _variants(path: str) -> list[str]:
    """The path, and other ways of writing it."""
    start, _, name = path.rpartition("/")
    return [
        path,
        f"/{path}",
        f"/.{path}",
        f"{start}/{name.replace('.', '%2e')}",
        f"{start}/./{name}",
        f"{start}//{name}",
        f"{start}/x/../{name}",
        path.replace("/media", "/%6dedia").replace("/_stcore", "/%5fstcore"),
        path.replace("/media", "/MEDIA").replace("/_stcore", "/_STCORE"),
        f"{path}/",
        f"{path}?a=b",
        f"/echo{path}",
    ]


def test_files_of_a_page_are_for_its_person(real, of_zoe):
    _, _, files = of_zoe
    assert files, "the icon of the page is one"
    for file in files:
        own = real.ask("GET", file, "Zoe")
        assert own.status == 200
        for who, path in itertools.product(("", "Max", "Chief"), _variants(file)):
            answer = real.ask("GET", path, who)
            assert own.body not in (answer.body, b""), (who, path)
            assert answer.status != 200 or b"<title>Streamlit</title>" in answer.body


def _upload(real, who: str, path: str, method: str = "PUT"):
    token = real.ask("GET", "/_stcore/health").header("set-cookie")
    token = token.partition("=")[2].partition(";")[0]
    body = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n1,2\r\n--b--\r\n'
    )
    cookie = f"_streamlit_xsrf={token}"
    cookie += f"; {real.cookie}={real.cookies[who]}" if who else ""
    headers = {
        "Cookie": cookie,
        "X-Xsrftoken": token,
        "Origin": real.url,
        "Content-Type": "multipart/form-data; boundary=b",
    }
    return real.ask(method, path, "", headers, body)


def test_uploads_go_to_pages_of_the_same_person(real, of_zoe):
    _, session, _ = of_zoe
    path = f"/_stcore/upload_file/{session}/file"
    assert _upload(real, "Zoe", path).status == 204
    for who, other in itertools.product(("", "Max", "Chief"), _variants(path)):
        for method in ("PUT", "DELETE", "OPTIONS"):
            assert _upload(real, who, other, method).status in (400, 401, 404, 405), (who, other)
    assert _upload(real, "Zoe", f"/_stcore/upload_file/{'a' * 36}/file").status == 404
    assert _upload(real, "Zoe", path, "DELETE").status == 204


def test_a_page_goes_on_for_its_person_only(real):
    """Streamlit gives a page whose websocket has closed to whoever names its session."""
    with _open(real, "Zoe") as socket:
        session, _ = _run(socket)
    for who in ("Max", "Chief"):
        with _open(real, who, session) as socket:
            assert _run(socket)[0] != session
        with _twice(real, who, session) as socket:
            assert _run(socket)[0] != session
    with _open(real, "Zoe", session) as socket:
        assert _run(socket)[0] == session


def _twice(real, who: str, session: str) -> ClientConnection:
    """A websocket whose header of protocols is there several times."""
    name = "Sec-WebSocket-Protocol"
    return connect(
        f"ws://{real.host}/_stcore/stream",
        origin=real.url,
        subprotocols=["streamlit"],
        additional_headers=[
            ("Cookie", f"{real.cookie}={real.cookies[who]}"),
            (name, "streamlit"),
            (name, f"token, {session}"),
            (name, f"streamlit,token,{session}"),
            (name, f"streamlit, token, {session}, x"),
        ],
        open_timeout=60,
        max_size=None,
        compression=None,
    )


def test_no_more_than_a_websocket_of_pages_is_one(real):
    for path in ("/", "/simulate", "/media/a", "/login", "/healthz", "/_stcore/health"):
        with pytest.raises(InvalidStatus):
            connect(
                f"ws://{real.host}{path}",
                origin=real.url,
                additional_headers={"Cookie": f"{real.cookie}={real.cookies['Zoe']}"},
                open_timeout=60,
            )


def test_secrets_are_in_no_log_and_in_no_title_of_a_process(real):
    import psutil

    family = [psutil.Process(real.process.pid)]
    family += family[0].children(recursive=True)
    words = real.log.read_text() + " ".join(" ".join(one.cmdline()) for one in family)
    audit = real.folder / "audit.jsonl"
    words += audit.read_text() if audit.exists() else ""
    for secret in (*real.cookies.values(), "correct horse battery"):
        assert secret not in words
    assert "Traceback" not in real.log.read_text()


def test_a_room_code_opens_the_app_until_the_room_is_closed(real):
    rooms = Rooms(real.folder)
    room = rooms.create("Echo course", ends=time.time() + 3600)
    person, _ = rooms.join(room.code, "Guest")
    real.cookies["Guest"] = real.sessions.begin(person)
    for path in ("/r", room.path):
        answer = real.ask("GET", path)
        assert answer.status == 200
        assert not any(sign in answer.body for sign in INSIDE)
    assert not _shut(real.ask("GET", "/simulate", "Guest"))
    assert _shut(real.ask("GET", "/metrics", "Guest"))
    rooms.close(room.id)
    assert _shut(real.ask("GET", "/simulate", "Guest"))
    assert b"This room is closed" in real.ask("GET", room.path).body
