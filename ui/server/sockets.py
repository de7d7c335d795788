"""Open websockets end with the session they belong to, within about a second."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nmr_core.errors import FailedError
from nmr_core.people import Sessions

_LOG = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two looks at the sessions of all open websockets: one query for all."""
SESSION_ENDED = 4401
"""Code of the close; the script in every page then reloads it, see :mod:`ui.server.documents`."""


class Sockets:
    """The open websockets of a process.

    Parameters
    ----------
    sessions : Sessions
        Which of them are live.
    """

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self._ends: dict[str, set[asyncio.Event]] = {}
        self._watch: asyncio.Task | None = None

    async def run(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, hash: str
    ) -> None:
        """Serve a websocket until it ends or its session does.

        Parameters
        ----------
        app, scope, receive, send
            The application and its connection.
        hash : str
            Of the session.
        """
        with self._open(hash) as end:
            socket = _Socket(receive, send, end)
            closing = asyncio.create_task(socket.close_at_end())
            try:
                await app(scope, socket.receive, socket.send)
            finally:
                closing.cancel()
                with suppress(asyncio.CancelledError):
                    await closing

    def count(self) -> int:
        """How many websockets are open."""
        return sum(len(ends) for ends in self._ends.values())

    @contextmanager
    def _open(self, hash: str) -> Iterator[asyncio.Event]:
        """An event that is set when the session ends."""
        end = asyncio.Event()
        self._ends.setdefault(hash, set()).add(end)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        try:
            yield end
        finally:
            self._ends[hash].discard(end)
            if not self._ends[hash]:
                del self._ends[hash]

    async def _look(self) -> None:
        """Look at the sessions while any websocket is open."""
        while self._ends:
            await asyncio.sleep(EVERY)
            hashes = list(self._ends)
            try:
                live = await run_in_threadpool(self.sessions.live, hashes)
            except FailedError as error:
                _LOG.error("The sessions cannot be read: %s", error)
                continue
            except Exception:
                _LOG.exception("The sessions cannot be read.")
                continue
            for hash in set(hashes) - live:
                for end in self._ends.get(hash, ()):
                    end.set()


class _Socket:
    """One websocket: after the end nothing passes in either direction."""

    def __init__(self, receive: Receive, send: Send, end: asyncio.Event) -> None:
        self._receive, self._send, self._end = receive, send, end
        self._ended = asyncio.ensure_future(end.wait())
        self._is_closed = False

    async def receive(self) -> Message:
        message = asyncio.ensure_future(self._receive())
        await asyncio.wait({message, self._ended}, return_when=asyncio.FIRST_COMPLETED)
        if self._end.is_set():
            message.cancel()
            return {"type": "websocket.disconnect", "code": SESSION_ENDED}
        return message.result()

    async def send(self, message: Message) -> None:
        if self._is_closed or self._end.is_set():
            return
        self._is_closed = message["type"] == "websocket.close"
        await self._send(message)

    async def close_at_end(self) -> None:
        """Close the websocket when the session ends."""
        try:
            await self._end.wait()
            if not self._is_closed:
                self._is_closed = True
                await self._send({"type": "websocket.close", "code": SESSION_ENDED})
        finally:
            self._ended.cancel()
