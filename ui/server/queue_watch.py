"""What the server does while no page is open, as long as it runs: once a minute it sees to it that
the queue moves, gives rooms the challenges that were made for them, and closes rooms of workshops
that are over; once a day it removes what killed processes left half-written.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import api
from nmr_core.storage.audit.noting import SERVER
from nmr_core.storage.files import sweep_unfinished
from nmr_core.storage.spaces.person import ADMIN, Member, acting_as
from nmr_core.workshop import Rooms, room_challenges
from nmr_core.workshop.ending import tidy

_LOG = logging.getLogger(__name__)
EVERY = 60.0
"""Seconds between two looks."""
SWEEP = 1440
"""Looks between two sweeps."""


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[None]:
    """Look after the queue of a data folder inside.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    """
    watch = asyncio.create_task(_watch(folder))
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch(folder: Path) -> None:
    before = ""
    for n in count():
        if n % SWEEP == 0:
            await run_in_threadpool(sweep, folder)
        await run_in_threadpool(close_rooms, folder)
        await run_in_threadpool(assign_challenges, folder)
        problem = await run_in_threadpool(look, folder)
        if problem and problem != before:
            _LOG.error("The queue of jobs cannot be looked after: %s", problem)
        before = problem
        await asyncio.sleep(EVERY)


def look(folder: Path) -> str:
    """Start a supervisor if jobs wait or run without one; returns why that failed, else ""."""
    try:
        if api.busy(folder):
            api.ensure_supervisor(folder)
    except (FailedError, InputError, OSError) as error:
        return str(error)
    except Exception as error:  # the next look may succeed
        return f"{type(error).__name__}: {error}"
    return ""


def close_rooms(folder: Path) -> None:
    """Close the rooms of workshops that are over; a failure is logged only."""
    try:
        tidy(Rooms(folder))
    except Exception:
        _LOG.exception("The rooms of %s cannot be looked after.", folder)


def assign_challenges(folder: Path) -> None:
    """Give rooms the challenges that were made for them; a failure is logged only."""
    try:
        with acting_as(Member(SERVER, role=ADMIN)):
            room_challenges.assign(Rooms(folder))
    except Exception:
        _LOG.exception("The challenges of %s cannot be given to their rooms.", folder)


def sweep(folder: Path) -> None:
    """Remove what killed processes left half-written; a failure is logged only."""
    try:
        sweep_unfinished(folder)
    except Exception:
        _LOG.exception("Half-written files of %s cannot be removed.", folder)
