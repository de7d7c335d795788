"""What a server refuses at its start: one sentence, and nothing listens."""

import os
import subprocess
import sys

import pytest
from login_service import free_port


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
    assert answer.returncode != 0
    assert f"error: {sentence}" in answer.stderr
    assert "Traceback" not in answer.stderr + answer.stdout
