"""A real server and a real browser. In CI (CI=true) a missing browser is a failure, elsewhere a
skip with its reason.
"""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from login_service import configuration, free_port, login_service

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def _missing(what: str):
    if os.environ.get("CI"):
        pytest.fail(f"{what}: the browser tests must run in CI (.ci/run installs what they need)")
    pytest.skip(what)


class Server:
    """``streamlit run app.py`` on a free port, with a data folder of its own."""

    def __init__(self, folder: Path, program: tuple[str, ...] = ("-m", "streamlit")):
        self.folder, self.program = folder, program
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        self.log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                sys.executable,
                *self.program,
                "run",
                "app.py",
                "--server.port",
                str(self.port),
                "--server.headless",
                "true",
            ],
            cwd=ROOT,
            env=os.environ | {"NMR_DATA": str(self.folder)},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(900):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start: " + (self.folder / "server.log").read_text())

    def stop(self) -> None:
        """Kill the web process alone, as a crash would."""
        self.process.kill()
        self.process.wait()
        self.log.close()


def _belongs(process: psutil.Process, folder: Path) -> bool:
    try:
        return str(folder) in " ".join(process.cmdline())
    except psutil.Error:
        return False


def _end(server: Server) -> None:
    """Stop a server and everything of it that still runs, jobs included."""
    server.stop()
    left = [p for p in psutil.process_iter() if _belongs(p, server.folder)]
    for process in [child for p in left for child in p.children(recursive=True)] + left:
        process.kill()
    psutil.wait_procs(left, timeout=5)


@pytest.fixture
def server(tmp_path, request):
    """A fresh server (run by the program in ``request.param``, if there is one)."""
    server = Server(tmp_path, *([request.param] if hasattr(request, "param") else []))
    yield server
    _end(server)


@pytest.fixture(scope="session")
def example_server(tmp_path_factory):
    """One server for all tests that only look at the shipped examples: they must not make, rename
    or delete anything."""
    server = Server(tmp_path_factory.mktemp("example-server"))
    yield server
    _end(server)


@pytest.fixture(scope="session")
def working_server(tmp_path_factory):
    """One server for all tests that make things and do not need an empty folder."""
    server = Server(tmp_path_factory.mktemp("working-server"))
    yield server
    _end(server)


class TeamServer(Server):
    """``spin-echo-lab serve`` for people of login services: name -> address."""

    def __init__(self, folder: Path, services: dict[str, str]):
        self.services = services
        super().__init__(folder)

    def start(self) -> None:
        self.url = f"http://localhost:{self.port}"
        config = self.folder / "server.toml"
        services = [configuration(url, name.title(), name) for name, url in self.services.items()]
        config.write_text(f'url = "{self.url}"\nport = {self.port}\n' + "".join(services))
        self.log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nmr_core", "serve", "--config", str(config)],
            cwd=ROOT,
            env=os.environ | {"NMR_DATA": str(self.folder)},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )
        self.wait()


@pytest.fixture(scope="module")
def team_server(tmp_path_factory):
    """A server for a team, whose people a login service knows; of two others one sends answers that
    have expired, and one cannot be reached.
    """
    for package in ("authlib", "argon2", "oidc_provider_mock"):
        if importlib.util.find_spec(package) is None:
            _missing(f"{package} is not installed (pip install -r requirements-dev.txt)")
    with login_service() as lab, login_service(seconds=-3600) as late:
        services = {"lab": lab, "late": late, "nowhere": f"http://localhost:{free_port()}"}
        server = TeamServer(tmp_path_factory.mktemp("team"), services)
        yield server
        _end(server)


@pytest.fixture(scope="module")
def room_server(tmp_path_factory):
    """A server for rooms, without a login service."""
    if importlib.util.find_spec("segno") is None:
        _missing("segno is not installed (pip install -r requirements-dev.txt)")
    server = TeamServer(tmp_path_factory.mktemp("rooms"), {})
    yield server
    _end(server)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright is not installed (pip install -r requirements-dev.txt)")
    path = _chromium()
    if path is None:
        _missing("no Chromium found (apt-get install chromium, or set CHROMIUM=path)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A fresh page; a script error in it fails the test."""
    # Playwright's wait_for_function is an eval in the page; test_content_policy.py tests it
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, accept_downloads=True, bypass_csp=True
    )
    page = context.new_page()
    page.set_default_timeout(90_000)  # other tests share the cores
    yield page
    tracebacks = page.locator('[data-testid="stException"]').all_inner_texts()
    assert not tracebacks, "a traceback reached the page"
    context.close()
