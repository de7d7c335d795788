"""Accepts connections, reads who asks, and hands each to a web process."""

import asyncio
import errno
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
"""Seconds between two looks at processes that are busy."""
PAUSE = 0.5
"""Seconds between two looks at a header that does not grow, and after a connection that could not
be accepted.
"""
MOST_WAITING = 2_000
"""Connections without a whole header; the oldest is closed for the next."""
FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
"""Why a connection that waits cannot be accepted: it would be reported at once again."""
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
        self._is_open = False

    def open(self) -> None:
        """Accept connections from now on."""
        self._listener.setblocking(False)
        self._is_open = True
        self._listen()

    def close(self) -> None:
        """Accept no more connections."""
        self._is_open = False
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        for task in list(self._waiting):
            task.cancel()

    def _listen(self) -> None:
        if self._is_open:
            asyncio.get_running_loop().add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError as error:
            if error.errno in FULL:
                loop = asyncio.get_running_loop()
                loop.remove_reader(self._listener)
                loop.call_later(PAUSE, self._listen)
            return  # otherwise the visitor has left
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
    """The first bytes of a connection, which stay to be read; b"" if there are none.

    Of an unfinished header the system tells only when it has grown.
    """
    n_before = 0
    while True:
        await _readable(connection)
        with suppress(BlockingIOError):
            header = connection.recv(LARGEST, socket.MSG_PEEK)
            if not header or END in header or len(header) == LARGEST:
                _wake_at(connection, 1)
                return header
            _wake_at(connection, len(header) + 1)
            if len(header) > n_before:
                n_before = len(header)
                continue
        await asyncio.sleep(PAUSE)


def _wake_at(connection: socket.socket, n: int) -> None:
    """A connection counts as readable from ``n`` bytes on, where the system can do that."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, n)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    arrived = loop.create_future()

    def note() -> None:
        loop.remove_reader(connection)
        if not arrived.done():
            arrived.set_result(None)

    loop.add_reader(connection, note)
    try:
        await arrived
    finally:
        loop.remove_reader(connection)
