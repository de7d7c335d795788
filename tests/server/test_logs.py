"""The log: one JSON object per line with request and person, without secrets."""

import json
import logging

import pytest

from nmr_core.errors import FailedError
from nmr_core.people.database import new_secret
from nmr_core.serving import LogConfig, logs
from ui.server import logs as server_logs
from ui.server.logs import Requests


@pytest.fixture
def written(monkeypatch, capsys):
    """``written()``: the entries that were logged; what tests change in loggers is put back."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    monkeypatch.setattr("streamlit.logger.setup_formatter", lambda logger: None)
    monkeypatch.setattr("streamlit.logger._loggers", {})
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


def test_each_line_is_an_object_whatever_happens(written):
    server_logs.begin(LogConfig())
    log = logging.getLogger("test")
    log.info("two\nlines %s", "and a text")
    try:
        raise ValueError("wrong")
    except ValueError:
        log.exception("It failed")
    log.debug("not written")
    logging.getLogger("uvicorn.error").warning("of uvicorn")
    first, failed, uvicorn = written()
    assert (first["level"], first["logger"]) == ("INFO", "test")
    assert first["message"] == "two\nlines and a text"
    assert first["time"].endswith("+00:00")
    assert "ValueError: wrong" in failed["traceback"]
    assert uvicorn["logger"] == "uvicorn.error"


def test_loggers_that_streamlit_makes_later_write_the_same_way(written):
    import streamlit.logger

    server_logs.begin(LogConfig())
    streamlit.logger.get_logger("test_of_a_late_logger").warning("late")
    (entry,) = written()
    assert entry["message"] == "late"


@pytest.mark.parametrize("format", ["json", "text"])
def test_secrets_are_blotted_out(written, format, monkeypatch):
    secret = new_secret()
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.c2lnbmF0dXJl"
    texts = [
        f"cookie __Host-sel-session={secret}; other",
        f"/join#{secret}",
        f"Bearer {token}",
        f"GET /login/lab/callback?code=abc123&state={secret}",
    ]
    formatted = [
        logs.formatter(LogConfig(format=format)).format(
            logging.LogRecord("x", logging.INFO, "", 0, text, (), None)
        )
        for text in texts
    ]
    for hidden in (secret, token, "abc123"):
        assert not [line for line in formatted if hidden in line]
    assert "__Host-sel-session=…" in formatted[0]


def test_requests_have_an_id_and_their_person(house, written):
    server_logs.begin(LogConfig(requests=True))
    house.gate = Requests(house.gate, lines=True)
    zoe = house.person()
    cookie = house.cookie(zoe)
    answer = house.ask("GET", "/simulate?code=secret", cookie)
    stranger = house.ask("GET", "/compare")
    entries = written()
    first, second = entries
    assert (first["person"], first["path"], first["status"]) == (zoe.id, "/simulate", 200)
    assert (second["person"], second["path"], second["status"]) == ("", "/compare", 303)
    assert first["request"] == answer.headers["x-request-id"]
    assert second["request"] == stranger.headers["x-request-id"] != first["request"]
    assert "secret" not in json.dumps(entries)
    assert next(iter(cookie.values())) not in json.dumps(entries)


def test_a_failure_is_in_the_log_with_its_sentence(house, written, monkeypatch):
    async def fail(connection):
        raise FailedError("The list of people is damaged. Restore it.")

    server_logs.begin(LogConfig())
    monkeypatch.setattr(house.team, "live_session", fail)
    assert house.ask("GET", "/simulate").status_code == 503
    assert [entry["message"] for entry in written()] == [
        "The list of people is damaged. Restore it."
    ]
