"""All web processes: a process that dies is started again."""

import asyncio
import time
from collections.abc import Callable, Sequence

from nmr_core.serving.front.process import Process

STEADY = 30.0
"""Seconds after which the death of a process is no mistake of its start."""
SLOWEST = 30.0
"""Longest pause before a process is started again, s."""
HUNG, LOOK = 60.0, 1.0
"""Seconds of silence after which a process is ended by force, and between two looks."""
PATIENCE = 20.0
"""Seconds in which a process ends in peace: it finishes answers, and closes pages."""


class Crew:
    """The web processes of a server.

    Parameters
    ----------
    command : sequence of str
        What serves.
    n : int
        Number of processes.
    note : callable
        Takes a sentence for the log.
    """

    def __init__(self, command: Sequence[str], n: int, note: Callable[[str], None]) -> None:
        self._command, self._n, self._note = command, n, note
        self._processes: dict[int, Process] = {}
        self._is_ending = False

    @property
    def ready(self) -> dict[int, Process]:
        """Number -> process, of those that serve."""
        return {number: one for number, one in self._processes.items() if one.is_ready}

    async def all_ready(self) -> None:
        """Wait until every process serves."""
        while len(self.ready) < self._n:
            await asyncio.sleep(0.05)

    async def run(self) -> None:
        """Keep the processes alive until :meth:`end`, or until one cannot start at all."""
        keepers = [asyncio.create_task(self._keep(number)) for number in range(self._n)]
        done, pending = await asyncio.wait(keepers, return_when=asyncio.FIRST_COMPLETED)
        for keeper in pending:
            keeper.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for keeper in done:
            keeper.result()

    async def end(self) -> None:
        """End all processes."""
        self._is_ending = True
        await asyncio.gather(*(one.end(PATIENCE) for one in self._processes.values()))

    async def _keep(self, number: int) -> None:
        starts, pause = 0, 0.5
        while not self._is_ending:
            began = time.monotonic()
            served, sentence = await self._serve(number, starts)
            if self._is_ending:
                return
            if not (served or starts):
                self._note(f"Web process {number} {sentence}.")
                return
            lived = time.monotonic() - began
            pause = 0.5 if lived > STEADY else min(SLOWEST, 2 * pause)
            self._note(f"Web process {number} {sentence}; it starts again.")
            starts += 1
            await asyncio.sleep(pause)

    async def _serve(self, number: int, starts: int) -> tuple[bool, str]:
        """One process from start to end: whether it served, and how it ended."""
        try:
            process = await Process.start(self._command, number, starts)
        except OSError as error:
            return False, f"cannot be started ({error})"
        self._processes[number] = process
        watch = asyncio.create_task(self._watch(number, process))
        code = await process.wait()
        watch.cancel()
        return process.has_served, f"ended (code {code})"

    async def _watch(self, number: int, process: Process) -> None:
        """End a process that hangs: its pages go on in another one."""
        while process.silence < HUNG:
            await asyncio.sleep(LOOK)
        self._note(f"Web process {number} has not answered for {process.silence:.0f} s.")
        process.kill()
