"""The app on a free port, in a process of its own, for the benchmarks in a browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # a checkout that is not installed
PATIENCE = 60.0
"""Longest time until the server answers, s."""


@contextmanager
def app(folder: str | Path, **environment: str) -> Iterator[tuple[subprocess.Popen, int]]:
    """Run the app on a data folder.

    Parameters
    ----------
    folder : path
        Data folder.
    **environment : str
        Further environment variables.

    Yields
    ------
    process : Popen
    port : int
    """
    port = free_port()
    options = ["--server.port", str(port), "--server.headless", "true"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=ROOT,
        env=os.environ | {"NMR_DATA": str(folder)} | environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_until_answered(port)
        yield server, port
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until_answered(port: int) -> None:
    """Wait until the server accepts connections.

    Raises
    ------
    RuntimeError
        After a minute.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("localhost", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("the server did not start")


def chromium() -> dict:
    """Return the arguments that start Chromium without a GPU."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu"]}
