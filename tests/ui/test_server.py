"""The server around the pages: their documents, what it keeps to itself, the browser it opens."""

import asyncio
import base64
import gzip
import hashlib
import re
import socket

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import cli_util, config
from streamlit.web.server.app_discovery import discover_asgi_app

from ui.server import browser, documents
from ui.server.headers import ALWAYS
from ui.server.surroundings import local_middleware
from ui.shared import address, look

SCRIPTS = ("one()", "\n  two()\n")
DOCUMENT = (
    "<!DOCTYPE html><html><head><title>Page</title></head><body>"
    f'<script>{SCRIPTS[0]}</script><script src="a.js"></script>'
    f'<script id="b">{SCRIPTS[1]}</script>{"x" * 5000}'
)
OPTIONS = {
    "server.address": "0.0.0.0",
    "server.baseUrlPath": "lab",
}
TAGS = {"ETag": "of-the-file", "Last-Modified": "Sat, 28 Nov 2026 10:00:00 GMT"}


def _document(request):
    return HTMLResponse(DOCUMENT, headers=TAGS)


def _file(request):
    for_all = {"Access-Control-Allow-Origin": "*"}
    return PlainTextResponse(DOCUMENT, headers=TAGS | for_all)


def _text(request):
    return PlainTextResponse("<head>")


SERVER = Starlette(
    routes=[
        Route("/simulate", _document),
        Route("/static/docs/index.html", _document),
        Route("/static/text.txt", _file),
        Route("/_stcore/health", _text),
        Route("/_stcore/metrics", _text),
        Route("/lab/_stcore/metrics", _text),
    ],
    middleware=[*local_middleware(), Middleware(GZipMiddleware)],
)


def _get(path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a browser's request."""
    answer: list[dict] = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        answer.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"accept-encoding", b"gzip")],
    }
    asyncio.run(SERVER(scope, receive, send))
    start, *parts = answer
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    body = b"".join(part.get("body", b"") for part in parts)
    assert headers.get("content-length", str(len(body))) == str(len(body))
    return start["status"], headers, body


def test_a_document_names_the_server_and_who_may_frame_it():
    status, headers, body = _get("/simulate")
    assert status == 200
    assert body.replace(b"\n    " + documents.SERVER, b"", 1) == DOCUMENT.encode()
    assert body.index(b"<head>") < body.index(b"__streamlit") < body.index(b"<title>")
    own = {"Content-Security-Policy": headers["content-security-policy"]}
    assert {name: headers[name.lower()] for name in ALWAYS} == ALWAYS | own
    assert "frame-ancestors 'self'" in own["Content-Security-Policy"]
    assert not {"etag", "last-modified"} & set(headers)


def test_what_is_no_page_passes_unchanged():
    assert _get("/_stcore/health")[2] == b"<head>"
    _, headers, body = _get("/static/docs/index.html")
    assert body == DOCUMENT.encode()
    assert headers["x-content-type-options"] == "nosniff"
    _, headers, body = _get("/static/text.txt")
    assert gzip.decompress(body) == DOCUMENT.encode()
    assert headers["etag"] == TAGS["ETag"]


@pytest.mark.parametrize("path", ["/simulate", "/static/docs/index.html"])
def test_the_scripts_of_a_document_run_and_no_others(path):
    _, headers, _ = _get(path)
    (scripts,) = re.findall(r"script-src ([^;]*)", headers["content-security-policy"])
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:"} & set(scripts.split())
    own = [part.encode() for part in SCRIPTS]
    if path == "/simulate":
        inline = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
        sent = "".join((look.ROLES, address.REPLACE)).encode()
        own += inline.findall(documents.SERVER + sent)
    hashes = {base64.b64encode(hashlib.sha256(script).digest()).decode() for script in own}
    assert set(scripts.split()) == {"'self'", "blob:", "'wasm-unsafe-eval'"} | {
        f"'sha256-{one}'" for one in hashes
    }


def test_other_sites_read_nothing():
    _, headers, _ = _get("/static/text.txt")
    assert not [name for name in headers if name.startswith("access-control-")]


def test_the_server_says_whether_it_is_alive_and_ready():
    assert _get("/healthz")[2] == b"ok"
    assert b'"ready":true' in _get("/readyz")[2]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/lab/_stcore/metrics"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_metrics_stay_in_the_server(path, method):
    status, _, body = _get(path, method)
    assert (status, body) == (404, b"Not Found")


def test_streamlit_run_finds_the_server_in_the_router(repository):
    assert discover_asgi_app(repository / "app.py").import_string == "app:app"


@pytest.mark.parametrize("headless", [False, True])
def test_the_browser_opens_once_the_server_answers(headless, monkeypatch):
    opened: list[str] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))  # as Streamlit does, before it listens
        port = server.getsockname()[1]
        ports = {"server.port": port, "browser.serverPort": port}
        options = OPTIONS | ports | {"server.headless": headless}
        monkeypatch.setattr(config, "get_option", options.get)
        monkeypatch.setattr(config, "is_manually_set", lambda name: False)
        monkeypatch.setattr(cli_util, "open_browser", opened.append)
        asyncio.run(_start(server, opened, headless))
    assert opened == ([] if headless else [f"http://localhost:{port}/lab"])


async def _start(server: socket.socket, opened: list[str], headless: bool) -> None:
    async with browser.opened_in_browser(None), asyncio.timeout(30):
        await asyncio.sleep(3 * browser.LOOK_EVERY)
        assert opened == []
        server.listen()
        while not opened and not headless:
            await asyncio.sleep(browser.LOOK_EVERY)
