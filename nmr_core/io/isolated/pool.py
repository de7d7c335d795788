"""The processes that read files of strangers, started, watched and ended by the web server."""

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

import nmr_core
from nmr_core.errors import DamagedError, FailedError, InputError
from nmr_core.io.isolated import messages
from nmr_core.storage.results import Arrays

AT_ONCE = 2
"""Processes that read at the same time, and files: one per person."""
PATIENCE = 30.0
"""Longest wait for a turn, s."""
STARTING = 60.0
"""Longest start of a process, s."""
LOOK = 0.02
"""Time between two looks at a process, s."""
LARGE = 600e6
"""Bytes in memory with which a process is not used again."""
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
}
"""Few threads and plain allocation, so that a limit of memory is one."""


@dataclass(frozen=True)
class Limits:
    """What reading one file may take.

    Parameters
    ----------
    decoded : float
        Bytes of all values.
    memory : float
        Bytes of the process beyond what it has when it begins.
    seconds : float
        Time on a core.
    """

    decoded: float = 100e6
    memory: float = 800e6
    seconds: float = 10.0


class Child:
    """One process, which reads one file at a time."""

    def __init__(self) -> None:
        home = str(Path(nmr_core.__path__[0]).parent)
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "nmr_core.io.isolated.child"],
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": os.pathsep.join(paths)},
            cwd=home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.usage: psutil.Process | None = None
        self.box: list[tuple[dict, Arrays]] = []

    def ready(self) -> None:
        """Wait until it has imported everything; :class:`FailedError` if it cannot start."""
        if self.usage is not None:
            return
        receiver = self._receive(1e6)
        receiver.join(STARTING)
        if not self.box:
            self.end()
            raise FailedError("No process to read files could be started. Try again later.")
        self.usage = psutil.Process(self.box.pop()[0]["pid"])

    def ask(self, request: dict, limits: Limits) -> tuple[dict, Arrays]:
        """The answer to a request.

        Returns
        -------
        message : dict
            With ``error`` "memory", "time" or "ended" if the process had to be ended.
        arrays : dict
        """
        self.ready()
        before = self._cpu()
        end = time.monotonic() + 10 * limits.seconds
        try:
            assert self.process.stdin is not None
            messages.send(self.process.stdin, request)  # type: ignore[arg-type]
        except OSError:
            self.end()
            return {"error": "ended"}, {}
        receiver = self._receive(4 * limits.memory)
        most = self._rss() + limits.memory
        while receiver.is_alive():
            receiver.join(LOOK)
            reason = ""
            if self._rss() > most:
                reason = "memory"
            elif self._cpu() - before > limits.seconds or time.monotonic() > end:
                reason = "time"
            if reason:
                self.end()
                receiver.join()
                return {"error": reason}, {}
        if self.box:
            return self.box.pop()
        self.end()  # what is left of a broken answer would be taken for the next one
        return {"error": "ended"}, {}

    def _receive(self, most: float) -> threading.Thread:
        """A thread that puts the next message of the process into the box."""
        self.box.clear()

        def work() -> None:
            with suppress(Exception):
                self.box.append(messages.receive(self.process.stdout, most))  # type: ignore

        thread = threading.Thread(target=work, name="answer", daemon=True)
        thread.start()
        return thread

    def _rss(self) -> float:
        with suppress(psutil.Error):
            return self.usage.memory_info().rss if self.usage else 0.0
        return 0.0

    def _cpu(self) -> float:
        with suppress(psutil.Error):
            return sum(self.usage.cpu_times()[:2]) if self.usage else 0.0
        return 0.0

    @property
    def usable(self) -> bool:
        """Whether it may read another file."""
        return self.process.poll() is None and self._rss() < LARGE

    def end(self) -> None:
        """End the process."""
        if self.usage is not None:
            with suppress(psutil.Error):
                self.usage.kill()
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]


_turn = threading.Condition()
_reading: list[str] = []
_idle: list[Child] = []


def call(name: str, *, who: str = "", limits: Limits | None = None, **arguments: Any) -> Any:
    """Read a file in a process of its own.

    Parameters
    ----------
    name : str
        Key of ``messages.FUNCTIONS``.
    who : str
        Person for whom it is read; each person has one turn at a time.
    limits : Limits, optional
        Of the reading.
    **arguments
        Of the function; ``path`` gives the file its name in sentences.

    Returns
    -------
    object
        What the function returns.

    Raises
    ------
    InputError
        The function refuses the file, or it takes more than the limits.
    FailedError
        The file cannot be opened, no turn is free, or no process can be started.
    """
    limits = limits or Limits()
    file = Path(str(arguments.get("path", "The file"))).name
    request = {
        "function": name,
        "name": file,
        "arguments": {key: _plain(value) for key, value in arguments.items()},
        "decoded": limits.decoded,
        "memory": limits.memory,
        "seconds": limits.seconds,
    }
    with _one_turn(who, file):
        child = _take()
        try:
            message, arrays = child.ask(request, limits)
        finally:
            _put_back(child)
    if "error" in message:
        raise _error(message, file, limits)
    return messages.result(messages.function(name), message["value"], arrays)


def get_ready() -> None:
    """Have a process waiting, so that the first file is read at once."""
    with _turn:
        if _idle:
            return
    try:
        child = Child()
        child.ready()
    except (OSError, FailedError):
        return
    _put_back(child)


def _plain(value: Any) -> Any:
    stored = messages.encoded(value, "", {})
    return str(stored) if isinstance(stored, Path) else stored


@contextmanager
def _one_turn(who: str, file: str) -> Iterator[None]:
    """Wait for a turn: at most :data:`AT_ONCE` at a time, and one per person."""
    with _turn:
        free = _turn.wait_for(
            lambda: len(_reading) < AT_ONCE and not (who and who in _reading), PATIENCE
        )
        if not free:
            raise FailedError(
                f"{file} was not read: other files are being read for {PATIENCE:.0f} s. Try again."
            )
        _reading.append(who)
    try:
        yield
    finally:
        with _turn:
            _reading.remove(who)
            _turn.notify_all()


def _take() -> Child:
    with _turn:
        while _idle:
            child = _idle.pop()
            if child.usable:
                return child
            child.end()
    try:
        return Child()
    except OSError as error:
        raise FailedError(f"No process to read files could be started ({error}).") from None


def _put_back(child: Child) -> None:
    with _turn:
        if child.usable and not _idle:
            _idle.append(child)
            return
    child.end()


def _error(message: dict, file: str, limits: Limits) -> Exception:
    """The error that a process reports, or why it was ended."""
    kind = message["error"]
    if kind == "time":
        return InputError(
            f"{file} takes longer to read than {limits.seconds:.0f} s. Split it, or read it on the "
            "command line."
        )
    if kind == "ended":
        return DamagedError(
            f"{file} ended the process that read it, as a damaged file can, or one that takes more "
            f"than {limits.memory / 1e6:,.0f} MB of memory. Get it again, or export the echo as "
            "CSV."
        )
    if kind == "memory":
        return InputError(
            f"{file} takes more than {limits.memory / 1e6:,.0f} MB of memory to read. Split it, or "
            "read it on the command line."
        )
    classes = {"damaged": DamagedError, "FailedError": FailedError}
    return classes.get(kind, InputError)(message["text"])


def end_all() -> None:
    """End the processes that wait."""
    while _idle:
        _idle.pop().end()


atexit.register(end_all)
