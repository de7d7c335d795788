"""Accepts connections, reads who asks, and hands each to a web process."""

import asyncio
import socket
from contextlib import suppress

from nmr_core.serving.front.crew import Crew
from nmr_core.serving.front.places import Places
from nmr_core.serving.front.request import END, browser

LARGEST = 65_536
"""Bytes of a header that are looked at."""
PATIENCE = 20.0
"""Seconds in which the header of a request must arrive, and a process be found."""
AGAIN = 0.02
"""Seconds between two looks at an unfinished header, and at processes that are busy."""
MOST_WAITING = 2_000
"""Connections without a whole header; the oldest is closed for the next."""
_SENTENCE = b"The server is starting or too busy. Reload the page in some seconds."
UNAVAILABLE = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 5\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_SENTENCE), _SENTENCE)
)


class Door:
    """The public port.

    Parameters
    ----------
    listener : socket
        It listens.
    crew : Crew
        The processes.
    cookie : str
        Name of the cookie that distinguishes browsers.
    """

    def __init__(self, listener: socket.socket, crew: Crew, cookie: str) -> None:
        self._listener, self._crew, self._cookie = listener, crew, cookie
        self._places = Places()
        self._waiting: dict[asyncio.Task, None] = {}

    def open(self) -> None:
        """Accept connections from now on."""
        self._listener.setblocking(False)
        asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def close(self) -> None:
        """Accept no more connections."""
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        for task in list(self._waiting):
            task.cancel()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:  # the visitor has left, or there are too many open files
            return
        connection.setblocking(False)
        if len(self._waiting) >= MOST_WAITING:
            next(iter(self._waiting)).cancel()
        task = asyncio.create_task(self._pass_on(connection))
        self._waiting[task] = None
        task.add_done_callback(lambda task: self._waiting.pop(task, None))

    async def _pass_on(self, connection: socket.socket) -> None:
        """Hand one connection to the process of its browser."""
        with connection, suppress(OSError, TimeoutError):
            header = await asyncio.wait_for(_peek(connection), PATIENCE)
            if not header:
                return
            who = browser(header, self._cookie)
            try:
                await asyncio.wait_for(self._hand(connection, who), PATIENCE)
            except TimeoutError:
                connection.send(UNAVAILABLE)

    async def _hand(self, connection: socket.socket, who: bytes) -> None:
        while True:
            ready = self._crew.ready
            if ready:
                number = self._places.choose(who, {k: one.load for k, one in ready.items()})
                with suppress(OSError):
                    ready[number].hand(connection)
                    return
            await asyncio.sleep(AGAIN)


async def _peek(connection: socket.socket) -> bytes:
    """The first bytes of a connection, which stay to be read; b"" if there are none."""
    while True:
        await _readable(connection)
        with suppress(BlockingIOError):
            header = connection.recv(LARGEST, socket.MSG_PEEK)
            if not header or END in header or len(header) == LARGEST:
                return header
        await asyncio.sleep(AGAIN)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()

    def note() -> None:
        loop.remove_reader(connection)
        arrived.set_result(None)

    loop.add_reader(connection, note)
    try:
        await arrived
    finally:
        loop.remove_reader(connection)
