"""Scripts and styles are compressed once, and only for those who ask for whole ones."""

import asyncio

import httpx
import pytest

from ui.server.compressed import Compressed

SCRIPT = b"let echo = 1;\n" * 1000


class Files:
    """Serves scripts, and pages in place of what is missing; counts."""

    def __init__(self):
        self.n = 0

    async def __call__(self, scope, receive, send):
        self.n += 1
        assert not scope["path"].startswith("/static/js/") or b"gzip" not in dict(scope["headers"])
        is_there = scope["path"].startswith("/static/js/echo")
        kind = b"text/javascript; charset=utf-8" if is_there else b"text/html"
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(SCRIPT))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": SCRIPT[:5], "more_body": True})
        await send({"type": "http.response.body", "body": SCRIPT[5:]})


@pytest.fixture
def files():
    return Files()


def ask(files, *requests):
    """Answers to (path, headers), asked at once."""

    async def asked():
        transport = httpx.ASGITransport(Compressed(files))
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            return await asyncio.gather(*(client.get(path, headers=h) for path, h in requests))

    return asyncio.run(asked())


def test_a_script_is_read_once_for_all(files):
    answers = ask(files, *[("/static/js/echo.js", {"accept-encoding": "br, gzip"})] * 30)
    assert files.n == 1
    for answer in answers:
        assert answer.content == SCRIPT
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < len(SCRIPT) / 10
        assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/echo.js", {"accept-encoding": "identity"}),
        ("/static/js/echo.js", {"accept-encoding": "gzip", "range": "bytes=0-5"}),
        ("/static/js/echo.js", {"accept-encoding": "gzip", "if-none-match": "x"}),
        ("/static/js/missing.js", {"accept-encoding": "gzip"}),
        ("/", {"accept-encoding": "gzip"}),
    ],
)
def test_all_else_is_left_alone_and_not_kept(files, path, headers):
    (answer,) = ask(files, (path, headers))
    assert answer.content == SCRIPT
    assert "content-encoding" not in answer.headers
    ask(files, (path, headers))
    assert files.n == 2
