"""What a server refuses at its start: one sentence, and nothing listens."""

import asyncio
import os
import subprocess
import sys

import pytest
from login_service import free_port

from ui.server.local import Private


@pytest.mark.parametrize(
    ("address", "environment", "sentence"),
    [
        ("0.0.0.0", {}, "Without a login the app answers this computer only, got the address"),
        ("localhost", {"NMR_PROFILE": "club"}, "profile must be one of local, team, workshop"),
        (
            "localhost",
            {"NMR_PROFILE": "team", "NMR_SERVER_CONFIG": "/no/such.toml"},
            "The configuration /no/such.toml cannot be read",
        ),
    ],
)
def test_the_server_does_not_start(address, environment, sentence, repository, tmp_path):
    options = ["--server.address", address, "--server.port", str(free_port())]
    answer = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options, "--server.headless", "true"],
        cwd=repository,
        env=os.environ | {"NMR_DATA": str(tmp_path)} | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert answer.returncode == 2
    assert f"error: {sentence}" in answer.stderr
    assert "Traceback" not in answer.stderr + answer.stdout


@pytest.mark.parametrize(
    ("address", "insecure", "is_open"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("::ffff:127.0.0.1", "", True),
        ("/run/echo.sock", "", True),
        ("10.0.0.5", "", False),
        ("fd00::5", "", False),
        ("10.0.0.5", "1", True),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_without_a_login_no_server_answers_other_computers(
    address, insecure, is_open, kind, monkeypatch
):
    """As uvicorn with --host 0.0.0.0, of which Streamlit's configuration knows nothing."""
    monkeypatch.setenv("NMR_INSECURE", insecure)
    reached, sent = [], []

    async def app(scope, receive, send):
        reached.append(scope["path"])

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": f"{kind}.connect"}

    scope = {"type": kind, "method": "GET", "path": "/", "headers": [], "extensions": {}}
    asyncio.run(Private(app, [])(scope | {"server": (address, 8501)}, receive, send))
    assert bool(reached) == is_open
    if not is_open:
        assert sent[0]["status"] == 403
        assert b"Without a login the app answers this computer only" in sent[1]["body"]
