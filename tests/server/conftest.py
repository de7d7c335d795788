"""The gate and the login pages around an application that answers everything."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
from real import RealServer

from nmr_core.serving import read
from nmr_core.storage import sqlite
from nmr_core.storage.audit.noting import COMMAND_LINE
from ui.server.entrance import entrance
from ui.server.gate import Gate
from ui.server.ownership import Ownership
from ui.server.team import Team

URL = "https://echo.lab.org"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick(quick_hashes):
    """Passwords of all tests here."""


class Behind:
    """What the gate protects; notes what reaches it."""

    def __init__(self):
        self.reached: list[str] = []

    async def __call__(self, scope, receive, send):
        self.reached.append(scope["path"])
        if scope["type"] == "http":
            start = {"type": "http.response.start", "status": 200, "headers": []}
            await send(start)
            await send({"type": "http.response.body", "body": b"behind the gate"})
            return
        await receive()
        await send({"type": "websocket.accept", "subprotocol": None})
        while (message := await receive())["type"] == "websocket.receive":
            self.reached.append(message.get("text", ""))
            await send({"type": "websocket.send", "text": f"echo {message.get('text')}"})


class House:
    """A server for a team without Streamlit."""

    def __init__(self, folder, text: str = f'url = "{URL}"\n'):
        file = folder / "server.toml"
        file.write_text(text)
        self.team = Team(read(file), folder / "data")
        self.behind, self.ownership = Behind(), Ownership()
        self.gate = Gate(self.behind, self.team, entrance(self.team), self.ownership)

    def person(self, name: str = "Zoë", role: str = "member"):
        """A new person with a local account."""
        secret = self.team.invitations.create(COMMAND_LINE, role=role)
        return self.team.invitations.accept(secret, name, f"{name}@lab.org", PASSWORD)

    def cookie(self, person) -> dict[str, str]:
        """The cookie of a new session."""
        return {self.team.cookie: self.team.sessions.begin(person)}

    def ask(
        self, method: str, path: str, cookies=None, headers=None, url: str = URL, **options
    ) -> httpx.Response:
        """One request of a browser."""
        return asyncio.run(self.asking(method, path, cookies, headers, url, **options))

    async def asking(
        self, method: str, path: str, cookies=None, headers=None, url: str = URL, **options
    ) -> httpx.Response:
        """One request, within a loop that runs."""
        transport = httpx.ASGITransport(self.gate, client=("10.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url=url) as client:
            cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
            sent = (
                {"accept": "text/html"} | ({"cookie": cookie} if cookie else {}) | (headers or {})
            )
            raw = {
                name: value.encode("utf-8") if isinstance(value, str) else value
                for name, value in sent.items()
            }
            return await client.request(method, path, headers=raw, **options)


@pytest.fixture
def on_loop(monkeypatch) -> list[str]:
    """Functions that used the file of people in the thread of the event loop."""
    names: list[str] = []
    connection = sqlite.connection

    def noted(*arguments, **options):
        if threading.current_thread() is threading.main_thread() and asyncio._get_running_loop():
            names.append(sys._getframe(2).f_code.co_name)
        return connection(*arguments, **options)

    monkeypatch.setattr(sqlite, "connection", noted)
    return names


@pytest.fixture
def house(tmp_path) -> House:
    return House(tmp_path)


@pytest.fixture
def house_with(tmp_path) -> Callable[[str], House]:
    """``house_with(text)``: with this configuration."""
    return lambda text: House(tmp_path, text)


@pytest.fixture(scope="session")
def real(tmp_path_factory) -> Iterator[RealServer]:
    """A server in a process of its own, for all tests that do not end people or sessions of it."""
    pytest.importorskip("argon2")
    server = RealServer(tmp_path_factory.mktemp("real"))
    server.start()
    yield server
    server.stop()
