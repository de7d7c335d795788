"""The front from start to end."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

from nmr_core.errors import FailedError
from nmr_core.serving.front.crew import Crew
from nmr_core.serving.front.door import Door

PATIENCE = 60.0
"""Longest time for which visitors wait at the start until all processes serve, s."""
BACKLOG = 1024
"""Connections that wait to be accepted."""


def can_share() -> bool:
    """Whether this system can hand a connection to another process."""
    return os.name == "posix" and hasattr(socket, "send_fds")


def serve(
    command: Sequence[str],
    n: int,
    address: tuple[str, int],
    cookie: str,
    note: Callable[[str], None],
) -> None:
    """Serve by several processes until SIGTERM or SIGINT.

    Parameters
    ----------
    command : sequence of str
        Starts a web process.
    n : int
        Number of processes.
    address : tuple of str and int
        Host and port to listen on.
    cookie : str
        Name of the cookie that distinguishes browsers.
    note : callable
        Takes a sentence for the log.

    Raises
    ------
    FailedError
        The address is taken, or a process does not start.
    """
    _raise_limit()
    with _listen(*address) as listener:
        note(f"{n} web processes on {address[0]}:{listener.getsockname()[1]}.")
        asyncio.run(_serve(listener, Crew(command, n, note), cookie))


async def _serve(listener: socket.socket, crew: Crew, cookie: str) -> None:
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    door = Door(listener, crew, cookie)
    running, ending = asyncio.create_task(crew.run()), asyncio.create_task(end.wait())
    opening = asyncio.create_task(_open(door, crew))
    await asyncio.wait({running, ending}, return_when=asyncio.FIRST_COMPLETED)
    opening.cancel()
    door.close()
    await crew.end()
    await running
    if not end.is_set():
        raise FailedError("A web process did not start; what it said stands above.")


async def _open(door: Door, crew: Crew) -> None:
    """Open the door when all serve: who comes before would stay with the first process."""
    with suppress(TimeoutError):
        await asyncio.wait_for(crew.all_ready(), PATIENCE)
    door.open()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::"
        )
    except OSError as error:
        raise FailedError(
            f"The server cannot listen on {host}:{port} ({error.strerror}). "
            "Choose another port, or end the program that has it."
        ) from None


def _raise_limit() -> None:
    """Allow as many open connections as the system lets this process have."""
    import resource

    with suppress(ValueError, OSError):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
