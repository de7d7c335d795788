"""Submitting from Python: what is sent to the server, and its refusals as sentences."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

import nmr_core as nmr
from nmr_core import FailedError, InputError
from nmr_core.challenge.client import TOKEN, fetch_curves

TABLE = pd.DataFrame({"sample": ["a-0", "a-1"], "alpha": [0.1, 0.2]})


class _Server(BaseHTTPRequestHandler):
    """Answers as told; notes what it gets."""

    answer: tuple[int, bytes] = (201, b"{}")
    requests: list = []  # noqa: RUF012

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._note(body)

    def do_GET(self):
        self._note(b"")

    def _note(self, body):
        token = self.headers["Authorization"]
        self.requests.append((self.command, self.path, token, body))
        status, content = self.answer
        self.send_response(status)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server():
    """(address of a challenge, handler)"""
    handler = type("Handler", (_Server,), {"requests": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/challenge/ch-1", handler
        http.shutdown()
        thread.join()


def test_a_table_is_sent_with_the_token_of_the_environment(server, monkeypatch, tmp_path):
    url, handler = server
    monkeypatch.setenv(TOKEN, "echo_secret")
    handler.answer = 201, json.dumps({"rank": 2}).encode()
    assert nmr.submit(TABLE, url + "/", note="first & best") == {"rank": 2}
    file = tmp_path / "mine.csv"
    TABLE.to_csv(file, index=False)
    nmr.submit(file, url, token="echo_other")
    (method, path, token, body), second = handler.requests
    assert (method, path) == ("POST", "/challenge/ch-1/submissions?note=first+%26+best")
    assert token == "Bearer echo_secret"
    assert body == b"sample,alpha\na-0,0.1\na-1,0.2\n"
    assert second == ("POST", "/challenge/ch-1/submissions", "Bearer echo_other", body)


def test_curves_are_saved(server, tmp_path):
    url, handler = server
    handler.answer = 200, b"PK"
    assert fetch_curves(url, tmp_path / "c.npz", token="x").read_bytes() == b"PK"
    assert handler.requests[0][:2] == ("GET", "/challenge/ch-1/curves")


@pytest.mark.parametrize(
    ("answer", "kind", "sentence"),
    [
        ((400, b'{"error": "A column is missing: p."}'), InputError, "A column is missing: p."),
        ((503, b'{"error": "Too many."}'), FailedError, "Too many."),
        ((404, b"<html>"), InputError, "HTTP 404"),
        ((413, b"[1]"), InputError, "HTTP 413"),
    ],
)
def test_a_refusal_is_its_sentence(server, answer, kind, sentence):
    url, handler = server
    handler.answer = answer
    with pytest.raises(kind, match=sentence):
        nmr.submit(TABLE, url, token="x")


@pytest.mark.parametrize("url", ["", "ch-1", "ftp://lab.org/challenge/x", "https://lab.org/"])
def test_what_is_no_address_of_a_challenge_is_refused(url):
    with pytest.raises(InputError, match="address of a challenge"):
        nmr.submit(TABLE, url, token="x")


@pytest.mark.parametrize("token", ["", "a\nb", "é"])
def test_without_a_token_nothing_is_sent(server, monkeypatch, token):
    monkeypatch.delenv(TOKEN, raising=False)
    with pytest.raises(InputError, match="personal token"):
        nmr.submit(TABLE, server[0], token=token)
    assert server[1].requests == []


def test_too_much_and_missing_files_are_not_sent(server, tmp_path):
    with pytest.raises(InputError, match="at most 8 MB, got 50 MB"):
        nmr.submit(bytes(50_000_000), server[0], token="x")
    with pytest.raises(InputError, match="cannot be read"):
        nmr.submit(tmp_path / "none.csv", server[0], token="x")
    assert server[1].requests == []


def test_a_server_that_is_not_there_is_one_sentence(server):
    with pytest.raises(FailedError, match="cannot be reached"):
        nmr.submit(TABLE, "http://127.0.0.1:9/challenge/ch-1", token="x")
