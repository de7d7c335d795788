"""The rules of a passive scanner (those of the ZAP baseline that apply), for every page and route
of a real server: what they rate as medium or high must not be there.

One such rule is not kept: styles may be inline, because Streamlit's client makes them while a page
is shown.
"""

import re

import pytest

from ui.shared.pages import PAGES

PAGE_NAMES = [name for pages in PAGES.values() for name in pages]
PAGES_INSIDE = ["/", *(f"/{name}" for name in PAGE_NAMES if name != "start")]
OPEN = ["/login", "/join", "/session", "/healthz", "/readyz", "/_stcore/health"]
ROUTES = [
    "/logout",
    "/metrics",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/upload_file/a/b",
    "/media/0123.csv",
    "/component/none/index.html",
    "/_stcore/bidi-components/none/a.js",
    "/app/static/app.css",
    "/app/static/icon.png",
    "/favicon.png",
    "/manifest.json",
    "/auth/login",
    "/oauth2callback",
    "/none.html",
]
EVERYTHING = [*OPEN, *PAGES_INSIDE, *ROUTES]
SOURCES = [
    "app.py",
    "pages/simulate.py",
    "server.toml",
    "people.sqlite3",
    "audit.jsonl",
    "jobs.sqlite3",
    ".git/config",
    ".env",
    ".streamlit/config.toml",
    "pyproject.toml",
    "app.py~",
    "app.py.bak",
    "../app.py",
    "%2e%2e/app.py",
    "..%5capp.py",
    "..%2fapp.py",
    "....//app.py",
    "/etc/passwd",
]
PLACES = ["/", "/app/static/", "/static/", "/component/plotly/", "/media/", "/login/", "//"]
STACK = re.compile(rb"Traceback|File \"|/site-packages/|/usr/lib/python|\.py\", line")
VERSION = re.compile(r"\d+\.\d+")
HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def answers(real):
    """Target -> answer to a person, for everything."""
    names = {target: "" if target in OPEN else "Chief" for target in EVERYTHING}
    accept = {"Accept": "text/html"}
    return {target: real.ask("GET", target, who, accept) for target, who in names.items()}


def _policy(answer) -> dict[str, list[str]]:
    parts = answer.header("content-security-policy").split(";")
    words = [part.split() for part in parts if part.strip()]
    return {name: sources for name, *sources in words}


@pytest.mark.parametrize("target", EVERYTHING)
def test_every_answer_has_the_headers_of_a_safe_server(answers, target):
    answer = answers[target]
    assert answer.status < 500
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("x-frame-options") in ("SAMEORIGIN", "DENY")
    assert answer.header("referrer-policy") in ("same-origin", "no-referrer")
    assert answer.header("cross-origin-opener-policy") == "same-origin"
    assert answer.header("cross-origin-resource-policy") == "same-origin"
    assert "camera=()" in answer.header("permissions-policy")
    assert not [name for name, _ in answer.headers if name.startswith("access-control-")]
    assert not VERSION.search(answer.header("server") + answer.header("x-powered-by"))
    names = [name for name, _ in answer.headers if name != "set-cookie"]
    assert len(names) == len(set(names)), "a header is there twice"


@pytest.mark.parametrize("target", EVERYTHING)
def test_every_policy_names_what_may_run(answers, target):
    policy = _policy(answers[target])
    assert policy["default-src"] in (["'self'"], ["'none'"])
    assert policy["frame-ancestors"] in (["'self'"], ["'none'"])
    assert policy["base-uri"] in (["'self'"], ["'none'"])
    assert policy["form-action"] == ["'self'"]
    if policy["default-src"] == ["'self'"]:
        assert policy["object-src"] == ["'none'"]
    for name, sources in policy.items():
        words = {word for word in sources if not word.startswith("'sha256-")}
        known = {"'self'", "'none'", "data:", "blob:", "'wasm-unsafe-eval'"}
        if name == "style-src":
            known.add("'unsafe-inline'")
        assert words <= known, name
        assert name != "script-src" or "data:" not in words


@pytest.mark.parametrize("target", EVERYTHING)
def test_no_shared_cache_keeps_an_answer(answers, target):
    answer = answers[target]
    kept = {part.strip() for part in answer.header("cache-control").split(",")}
    assert kept & {"no-store", "private"}
    assert "public" not in kept
    assert "Cookie" in answer.header("vary")


@pytest.mark.parametrize("target", EVERYTHING)
def test_no_answer_tells_of_the_inside(answers, target, real):
    body = answers[target].body
    assert not STACK.search(body)
    assert str(real.folder).encode() not in body
    assert not re.search(rb'(src|href|action)="(http:)?//', body), "another host"


@pytest.mark.parametrize("target", EVERYTHING)
def test_cookies_are_for_this_server(answers, target):
    for cookie in [value for name, value in answers[target].headers if name == "set-cookie"]:
        name = cookie.partition("=")[0]
        assert "samesite=lax" in cookie.lower()
        assert "Path=/" in cookie
        assert "Domain=" not in cookie
        # Streamlit's script reads this one, and sends it back with uploads
        assert "HttpOnly" in cookie or name == "_streamlit_xsrf"


@pytest.mark.parametrize("place", PLACES)
def test_no_source_no_backup_and_no_list_of_files_is_served(real, place):
    shell = real.ask("GET", "/none.html", "Zoe").body
    for name in ["", *SOURCES]:
        answer = real.ask("GET", place + name, "Zoe")
        is_shell = b"<title>Streamlit</title>" in answer.body
        is_refused = answer.status in (301, 303, 307, 400, 404)
        assert is_shell or is_refused, (place + name, answer.status, answer.body[:200])
        for sign in (b"import streamlit", b"Index of", b"SQLite format", b"root:x:", b"[core]"):
            assert sign not in answer.body, place + name
    assert b"<title>Streamlit</title>" in shell


BAD = {
    "a long address": ("GET", "/simulate?" + "a" * 50_000, {}),
    "bytes that are no text": ("GET", "/%ff%fe", {}),
    "a null": ("GET", "/simulate%00", {}),
    "a bad cookie": ("GET", "/simulate", {"Cookie": "=;;;\x01"}),
    "many cookies": ("GET", "/simulate", {"Cookie": "; ".join(f"a{i}=b" for i in range(500))}),
    "a bad range": ("GET", "/app/static/app.css", {"Range": "bytes=9-1"}),
    "a bad type": ("POST", "/login", {"Content-Type": "multipart/form-data; boundary="}),
    "a bad date": ("GET", "/app/static/app.css", {"If-Modified-Since": "x" * 1000}),
}


@pytest.mark.parametrize("who", ["", "Zoe"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_no_failure_of_the_server(real, name, who):
    method, target, headers = BAD[name]
    answer = real.ask(method, target, who, headers | {"Origin": real.url})
    assert answer.status < 500, answer.body[:300]
    assert not STACK.search(answer.body)


FORMS = ["/login", "/login?next=", "/join", "/join?password=", "/logout", "/login/none?next="]


@pytest.mark.parametrize("target", FORMS)
def test_what_is_sent_comes_back_as_text_only(real, target):
    sent = "".join(f"%{byte:02x}" for byte in HOSTILE.encode())
    fields = ("name", "email", "invitation", "password", "next", "token", "error", "state")
    body = "&".join(f"{name}={sent}" for name in fields).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": real.url}
    join = "&" if "?" in target else "?"
    address = f"{target}{sent}{join}" + "&".join(f"{name}={sent}" for name in fields)
    for who in ("", "Zoe"):
        for method, headers, content in (("GET", {}, b""), ("POST", form, body)):
            answer = real.ask(method, address, who, headers, content)
            assert answer.status < 500
            assert b"<script>alert" not in answer.body
            assert b"<img src=x" not in answer.body
            assert HOSTILE.encode() not in answer.body
            assert "alert(1)" not in answer.header("location")


def test_a_service_named_in_the_address_is_not_repeated(real):
    answer = real.ask("GET", "/login/%3Cscript%3E/callback?error=%3Cscript%3E")
    assert b"<script>alert" not in answer.body
    assert answer.status in (403, 404)


def test_https_is_kept_by_browsers(house):
    from ui.server.headers import SafeHeaders
    from ui.server.surroundings import team_middleware

    (headers,) = [one for one in team_middleware(house.team) if one.cls is SafeHeaders]
    assert headers.kwargs == {"private": True, "secure": True}
    assert "Strict-Transport-Security" in SafeHeaders(house.gate, **headers.kwargs).headers
