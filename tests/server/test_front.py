"""Several web processes behind one port: who is served where, and what a death changes."""

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from login_service import free_port

from nmr_core.serving import front
from nmr_core.serving.front import crew as crew_module
from nmr_core.serving.front import door
from nmr_core.serving.front import places as places_module
from nmr_core.serving.front.crew import Crew
from nmr_core.serving.front.places import Places
from nmr_core.serving.front.process import Process
from nmr_core.serving.front.request import browser

pytestmark = pytest.mark.skipif(not front.can_share(), reason="needs POSIX")
PROGRAM = Path(__file__).with_name("front_server.py")
COOKIE = "sel-session-1"


@pytest.mark.parametrize(
    ("header", "has_session"),
    [
        (b"GET / HTTP/1.1\r\nCookie: sel-session-1=abc\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\ncookie:  x=1; sel-session-1=abc; y=2\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nCookie: x=1\r\nCookie: sel-session-1=abc\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nCookie: sel-session-12=abc; asel-session-1=abc\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\nCookie: sel-session-1=\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\nX: sel-session-1=abc\r\n\r\n", False),
        (b"POST / HTTP/1.1\r\n\r\nCookie: sel-session-1=abc\r\n", False),
        (b"\x16\x03\x01 no request", False),
        (b"", False),
    ],
)
def test_the_browser_is_known_by_its_cookie(header, has_session):
    expected = browser(b"GET / HTTP/1.1\r\nCookie: sel-session-1=abc\r\n\r\n", COOKIE)
    assert browser(header, COOKIE) == (expected if has_session else b"")


def test_browsers_stay_and_new_ones_go_where_the_fewest_are():
    places = Places()
    first = {k: places.choose(b"%d" % k, {0: 0.0, 1: 0.0}) for k in range(30)}
    assert sorted(first.values()) == [0] * 15 + [1] * 15
    assert {k: places.choose(b"%d" % k, {0: 99.0, 1: 0.0}) for k in range(30)} == first
    assert {places.choose(b"%d" % k, {1: 0.0}) for k in range(30)} == {1}
    assert places.choose(b"", {0: 0.0, 1: 9.0}) == 0


def test_invented_cookies_push_no_browser_out_and_stay_themselves(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(places_module.time, "monotonic", lambda: now[0])
    places = Places(most=2)
    for name in (b"a", b"b"):
        places.choose(name, {0: 0.0})
    loads, names = {0: 1e6, 1: 0.0, 2: 0.0}, [b"%d" % k for k in range(300)]
    first = [places.choose(name, loads) for name in names]
    assert {first.count(number) > 50 for number in loads} == {True}
    assert [places.choose(name, {0: 0.0, 1: 1e6, 2: 0.0}) for name in names] == first
    assert [places.choose(name, loads) for name in (b"a", b"b")] == [0, 0]
    # Without a process only its own browsers go elsewhere
    left = [places.choose(name, {0: 0.0, 2: 0.0}) for name in names]
    assert [b for a, b in zip(first, left, strict=True) if a != 1] == [a for a in first if a != 1]
    now[0] = places_module.DAY + 1
    places.choose(b"b", loads)
    places.choose(b"new", loads)
    assert set(places._places) == {b"b", b"new"}


def test_a_new_browser_costs_the_same_after_many_others(monkeypatch):
    looks = []

    class Loads(dict):
        def __iter__(self):
            looks.append(1)
            return super().__iter__()

    places = Places()
    for k in range(2000):
        places.choose(b"%d" % k, Loads({0: 0.0, 1: 0.0}))
    assert len(looks) == 2000
    assert sorted(places._n_recent.values()) == [1000, 1000]


def test_an_unfinished_header_is_looked_at_only_when_it_grows(monkeypatch):
    looks = []
    readable = door._readable

    async def counted(connection):
        looks.append(1)
        await readable(connection)

    monkeypatch.setattr(door, "_readable", counted)
    monkeypatch.setattr(door, "PAUSE", 0.01)
    here, there = _connected()

    async def sent() -> bytes:
        peek = asyncio.create_task(door._peek(here))
        for piece in (b"G", b"E", b"T / HTTP/1.1\r\n\r\n"):
            there.sendall(piece)
            await asyncio.sleep(0.2)
        return await peek

    with here, there:
        assert asyncio.run(sent()) == b"GET / HTTP/1.1\r\n\r\n"
        assert here.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == 1
    assert len(looks) <= 4


def _connected() -> tuple[socket.socket, socket.socket]:
    """Both ends of a connection, the front's first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = socket.create_connection(listener.getsockname())
        here, _ = listener.accept()
    here.setblocking(False)
    return here, there


def test_a_visitor_who_leaves_meanwhile_is_no_mistake():
    here, there = _connected()
    mistakes = []

    async def left() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: mistakes.append(context))
        waiting = asyncio.create_task(door._readable(here))
        await asyncio.sleep(0)
        there.sendall(b"G")
        time.sleep(0.05)
        # Cancelled in the very turn of the loop in which the byte is noticed
        loop.call_soon(waiting.cancel)
        await asyncio.sleep(0.05)

    with here, there:
        asyncio.run(left())
    assert mistakes == []


def test_with_too_many_open_files_the_front_rests_and_goes_on(monkeypatch):
    monkeypatch.setattr(door, "PAUSE", 0.1)
    tries = []

    class Listener:
        def __init__(self, real):
            self.real = real

        def __getattr__(self, name):
            return getattr(self.real, name)

        def accept(self):
            tries.append(1)
            if len(tries) == 1:
                raise OSError(errno.EMFILE, "Too many open files")
            return self.real.accept()

    async def accepted() -> None:
        with socket.create_server(("127.0.0.1", 0)) as real:
            front_door = door.Door(Listener(real), Crew([], 0, print), COOKIE)
            front_door.open()
            with socket.create_connection(real.getsockname()):
                await asyncio.sleep(0.05)
                assert len(tries) == 1
                async with asyncio.timeout(20):
                    while len(tries) < 2:
                        await asyncio.sleep(0.01)
            front_door.close()

    asyncio.run(accepted())


async def _until_noted(crew: Crew, condition) -> None:
    running = asyncio.create_task(crew.run())
    async with asyncio.timeout(60):
        while not condition():
            assert not running.done()
            await asyncio.sleep(0.01)
    await crew.end()
    await running


SERVES = "import os, time; os.write(int(os.environ['NMR_FRONT_CHANNEL']), b'0\\n'); time.sleep(60)"


def test_a_process_that_hangs_is_ended_and_started_again(monkeypatch):
    monkeypatch.setattr(crew_module, "HUNG", 0.3)
    monkeypatch.setattr(crew_module, "LOOK", 0.02)
    notes = []
    crew = Crew([sys.executable, "-c", SERVES], 1, notes.append)
    asyncio.run(_until_noted(crew, lambda: len(notes) > 2))
    assert notes[0].startswith("Web process 0 has not answered for ")
    assert notes[1] == "Web process 0 ended (code -9); it starts again."


def test_a_restart_that_the_system_refuses_ends_nothing(monkeypatch):
    notes, n_starts = [], []
    start = Process.start

    async def refused(command, number, starts):
        n_starts.append(starts)
        if starts == 1:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        return await start(command, number, starts)

    monkeypatch.setattr(Process, "start", refused)
    ends = SERVES.replace("60", "0.3 if os.environ['NMR_WEB_STARTS'] == '0' else 60")
    crew = Crew([sys.executable, "-c", ends], 1, notes.append)
    asyncio.run(_until_noted(crew, lambda: len(n_starts) > 2 and crew.ready))
    assert "Web process 0 cannot be started ([Errno 11] Resource" in notes[1]


def test_a_first_start_that_the_system_refuses_is_said():
    notes = []
    asyncio.run(Crew(["/no/such/program"], 1, notes.append).run())
    assert "cannot be started" in notes[0]


class Server:
    """A front in a process of its own."""

    def __init__(self, *options: str):
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(self.port), *options],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ask(self, who: str = "", **options) -> list[str]:
        """Process, length of what was sent, address of the visitor."""
        headers = {"Cookie": f"{COOKIE}={who}"} if who else {}
        method = "POST" if options else "GET"
        url = f"http://127.0.0.1:{self.port}/"
        answer = httpx.request(method, url, headers=headers, timeout=60, **options)
        assert answer.headers["connection"] == "close"
        return answer.text.split()

    def web(self) -> set[int]:
        """Processes that serve."""
        return {child.pid for child in psutil.Process(self.process.pid).children()}


def until(condition, seconds: float = 60.0):
    """Wait until a condition holds; its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(httpx.HTTPError, ConnectionError, psutil.NoSuchProcess):
            if value := condition():
                return value
        time.sleep(0.05)
    raise AssertionError("waited in vain")


@pytest.fixture
def server():
    server = Server()
    # Both serve: eight new browsers are shared out
    until(lambda: len({server.ask(os.urandom(8).hex())[0] for _ in range(8)}) == 2)
    yield server
    server.process.kill()
    server.process.communicate()


def test_each_browser_has_its_process_with_its_own_address(server):
    places = {who: server.ask(who)[0] for who in "abcdefgh"}
    assert len(set(places.values())) == 2
    for who, pid in places.items():
        assert server.ask(who, content=b"x" * 1_000_000) == [pid, "1000000", "127.0.0.1"]


def test_a_slow_visitor_holds_nobody_up_and_is_served(server):
    pid = server.ask("slow")[0]
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
    with socket.create_connection(("127.0.0.1", server.port)) as slow:
        for piece in (b"GET / HTTP/1.1\r\nHost: x\r\nCook", b"ie: sel-session-1=slow", b"\r\n\r\n"):
            slow.sendall(piece)
            assert server.ask("slow")[0] == pid
        answer = slow.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.split()[-3] == pid.encode()
    for connection in silent:
        connection.close()


def test_a_websocket_reaches_the_same_process_and_its_end_leads_to_another(server):
    websockets = pytest.importorskip("websockets")
    pid = server.ask("w")[0]

    async def talk() -> None:
        address, headers = f"ws://127.0.0.1:{server.port}/echo", {"Cookie": f"{COOKIE}=w"}
        async with websockets.connect(address, additional_headers=headers) as talk:
            await talk.send("hello")
            assert await talk.recv() == f"{pid} hello"
            os.kill(int(pid), signal.SIGKILL)
            with pytest.raises(websockets.ConnectionClosed):
                await talk.recv()

    before = server.web()
    asyncio.run(talk())
    other = until(lambda: server.ask("w")[0])
    assert int(other) in before - {int(pid)}
    until(lambda: len(server.web() - before) == 1)
    assert server.ask("w")[0] == other


@pytest.mark.parametrize("end", ["TERM", "KILL"])
def test_the_end_of_the_front_ends_all(server, end):
    web = server.web()
    server.process.send_signal(getattr(signal, f"SIG{end}"))
    assert server.process.wait(60) == (0 if end == "TERM" else -signal.SIGKILL)
    until(lambda: not any(psutil.pid_exists(pid) for pid in web))


def test_a_process_that_cannot_start_ends_the_server():
    server = Server("broken")
    text, _ = server.process.communicate(timeout=60)
    assert server.process.returncode == 1
    assert "error: no" in text
    assert "error: A web process did not start" in text


def test_a_port_that_is_taken_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, str(PROGRAM), str(taken.getsockname()[1])]
        answer = subprocess.run(
            command,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: The server cannot listen on 127.0.0.1:")
