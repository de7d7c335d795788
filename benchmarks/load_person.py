"""A person's browser tab as the server sees it: a websocket that runs pages, and polls as told."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

REPLACED = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
"""Status of a run that another one has overtaken: the answer is still to come."""
PATIENCE = 180.0
"""Longest time to wait for an answer, s."""


@dataclass
class Slider:
    """The first slider of a page: its id, fragment ("" for none), range and step."""

    id: str
    fragment: str
    low: float
    high: float
    step: float

    def position(self) -> float:
        """Return one of its positions."""
        n_steps = max(1, int((self.high - self.low) / self.step))
        return self.low + self.step * random.randint(0, n_steps)


@dataclass
class Tab:
    """One tab.

    Attributes
    ----------
    url : str
        Address of the server.
    cookie : str
        Cookie header of the browser.
    query : str
        Part of the address after "?".
    page : str
        Name in the address.
    n_bytes, n_polls : int
        Received so far; polls so far.
    errors : list of str
        Exceptions that the page showed, and lost connections.
    """

    url: str
    cookie: str = ""
    query: str = ""
    page: str = "simulate"
    n_bytes: int = 0
    n_polls: int = 0
    errors: list[str] = field(default_factory=list)
    _hash: str = ""
    _slider: Slider | None = None
    _stored: set[str] = field(default_factory=set)
    _polls: list[asyncio.Task] = field(default_factory=list)

    async def open(self) -> float:
        """Connect and run the page; seconds until the server is done with it."""
        start = time.perf_counter()
        address = urlsplit(self.url)
        self._done = asyncio.Event()
        self._turn = asyncio.Lock()
        self._socket = await websockets.connect(
            f"ws://{address.netloc}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers={"Cookie": self.cookie},
            origin=websockets.Origin(self.url),
            max_size=None,
            open_timeout=PATIENCE,
            compression=None,
        )
        self._reader = asyncio.create_task(self._read())
        await self.run()
        return time.perf_counter() - start

    async def close(self) -> None:
        """Close the tab."""
        self._forget_polls()
        self._reader.cancel()
        await self._socket.close()

    async def run(self) -> float:
        """Move the slider, or run the page where there is none; seconds until the server is done.

        A poll that is under way is waited for, as in a browser, and counts.
        """
        start = time.perf_counter()
        async with self._turn:
            await self._send(self._request(self._slider.fragment if self._slider else ""))
        return time.perf_counter() - start

    async def goto(self, page: str) -> float:
        """Go to another page; seconds until the server is done with it."""
        self.page, self._hash, self._slider = page, "", None
        return await self.run()

    async def act(self, seconds: float) -> list[float]:
        """Act about once per second; seconds of each action."""
        times = []
        end = time.perf_counter() + seconds
        await asyncio.sleep(random.random())
        while time.perf_counter() < end:
            times.append(await self.run())
            await asyncio.sleep(max(0.0, random.uniform(0.5, 1.5) - times[-1]))
        return times

    async def _poll(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            async with self._turn:
                self.n_polls += 1
                request = self._request(fragment)
                request.rerun_script.is_auto_rerun = True
                with suppress(websockets.ConnectionClosed, TimeoutError):
                    await self._send(request)

    async def _send(self, request: BackMsg) -> None:
        if not request.rerun_script.fragment_id:
            self._forget_polls()
        self._done.clear()
        await self._socket.send(request.SerializeToString())
        await asyncio.wait_for(self._done.wait(), PATIENCE)

    def _request(self, fragment: str) -> BackMsg:
        request = BackMsg()
        rerun = request.rerun_script
        rerun.query_string = self.query
        rerun.cached_message_hashes.extend(self._stored)
        rerun.fragment_id = fragment
        if self._hash:
            rerun.page_script_hash = self._hash
        else:
            rerun.page_name = self.page
        if self._slider:
            widget = rerun.widget_states.widgets.add()
            widget.id = self._slider.id
            widget.double_array_value.data.append(self._slider.position())
        return request

    async def _read(self) -> None:
        try:
            async for raw in self._socket:
                self.n_bytes += len(raw)
                message = ForwardMsg.FromString(raw)
                if message.metadata.cacheable:
                    self._stored.add(message.hash)
                react = self._reactions().get(message.WhichOneof("type"))
                if react:
                    react(message)
            self.errors.append("connection lost")
        except websockets.ConnectionClosed as error:
            self.errors.append(f"connection lost: {error}"[:200])
        finally:
            self._done.set()

    def _reactions(self) -> dict[str | None, Callable[[ForwardMsg], None]]:
        return {
            "navigation": self._arrive,
            "delta": lambda message: self._look_at(message.delta),
            "auto_rerun": self._begin_poll,
            "script_finished": self._finish,
        }

    def _arrive(self, message: ForwardMsg) -> None:
        self._hash = message.navigation.page_script_hash

    def _finish(self, message: ForwardMsg) -> None:
        if message.script_finished != REPLACED:
            self._done.set()

    def _begin_poll(self, message: ForwardMsg) -> None:
        poll = message.auto_rerun
        self._polls.append(asyncio.create_task(self._poll(poll.fragment_id, poll.interval)))

    def _forget_polls(self) -> None:
        current = asyncio.current_task()
        for poll in self._polls:
            if poll is not current:
                poll.cancel()
        self._polls.clear()

    def _look_at(self, delta: Delta) -> None:
        """Note the first slider of Simulate, and errors."""
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}"[:200])
        if kind == "slider" and self.page == "simulate" and self._slider is None:
            slider = element.slider
            step = slider.step or 1.0
            self._slider = Slider(slider.id, delta.fragment_id, slider.min, slider.max, step)
