"""One web process."""

import asyncio
import math
import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress

CHANNEL, NUMBER, STARTS = "NMR_FRONT_CHANNEL", "NMR_WEB_PROCESS", "NMR_WEB_STARTS"
"""Environment variables of a web process: the file descriptor of its channel to the front, its
number from 0, and how often it was started before.

Through the channel go connections, a byte with each, to the process, and to the front a line per
second with the number of open connections. Its end is the end of the process.
"""
ARENAS = {"MALLOC_ARENA_MAX": "2"}
"""Environment of a web process: each page runs in a thread, and threads scatter what they free over
areas of their own in glibc. After 6,000 actions of 12 people 635 instead of 731 MB.
"""
LATE = 3.0
"""Seconds without a line after which a process counts as overloaded."""


def number() -> int:
    """Number of the web process that this is; 0 where there is one only."""
    return int(os.environ.get(NUMBER, 0))


def is_first() -> bool:
    """Whether this is the web process that does what a server does once per start."""
    return number() == 0 and int(os.environ.get(STARTS, 0)) == 0


class Process:
    """A web process that runs.

    Parameters
    ----------
    child : asyncio.subprocess.Process
        The process.
    channel : socket
        The front's end of the channel.
    """

    def __init__(self, child: asyncio.subprocess.Process, channel: socket.socket) -> None:
        self.child, self._channel = child, channel
        self.is_ready = False
        self._n_open, self._last = 0, math.inf
        asyncio.get_running_loop().add_reader(channel, self._read)

    @classmethod
    async def start(cls, command: Sequence[str], number: int, starts: int) -> "Process":
        """Start a process.

        Parameters
        ----------
        command : sequence of str
            What serves.
        number, starts : int
            See :data:`NUMBER` and :data:`STARTS`.

        Raises
        ------
        OSError
            The system allows no further process, or lacks memory.
        """
        own, other = socket.socketpair()
        own.setblocking(False)
        values = {CHANNEL: other.fileno(), NUMBER: number, STARTS: starts}
        environment = ARENAS | os.environ | {name: str(value) for name, value in values.items()}
        try:
            child = await asyncio.create_subprocess_exec(
                *command, env=environment, pass_fds=(other.fileno(),)
            )
        except OSError:
            own.close()
            raise
        finally:
            other.close()
        return cls(child, own)

    @property
    def has_served(self) -> bool:
        """Whether a line of the process has come."""
        return self._last < math.inf

    @property
    def silence(self) -> float:
        """Seconds since the last line of the process; 0 before the first."""
        return max(0.0, time.monotonic() - self._last)

    @property
    def load(self) -> float:
        """Open connections; many for a process that does not answer at present."""
        return self._n_open + 1e6 * (self.silence > LATE)

    def kill(self) -> None:
        """End the process by force."""
        with suppress(ProcessLookupError):
            self.child.kill()

    def hand(self, connection: socket.socket) -> None:
        """Pass a connection on.

        Raises
        ------
        OSError
            The process takes none at present (BlockingIOError), or has died.
        """
        socket.send_fds(self._channel, [b"c"], [connection.fileno()])

    async def end(self, patience: float) -> None:
        """End the process: at first in peace, then by force."""
        with suppress(ProcessLookupError):
            self.child.terminate()
        try:
            await asyncio.wait_for(self.child.wait(), patience)
        except TimeoutError:
            self.kill()

    async def wait(self) -> int:
        """Wait for the end of the process; its exit code."""
        code = await self.child.wait()
        self._close()
        return code

    def _read(self) -> None:
        try:
            lines = self._channel.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            lines = b""
        if not lines:
            self._close()
            return
        self.is_ready, self._last = True, time.monotonic()
        *_, last, _ = [b"", *lines.split(b"\n")]
        if last.isdigit():
            self._n_open = int(last)

    def _close(self) -> None:
        self.is_ready = False
        if self._channel.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._channel.close()
