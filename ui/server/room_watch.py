"""Open pages of the people of rooms are run again when their room changes: a page to look at, a
pause, the end.

Each web process looks once per second for all its pages, so that no page has to ask.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.concurrency import run_in_threadpool

from nmr_core.workshop import presence
from ui.shared import room_news

_LOG = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two looks."""


@asynccontextmanager
async def watched() -> AsyncIterator[None]:
    """Look after the pages of this process inside."""
    watch = asyncio.create_task(_watch())
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch() -> None:
    is_failing, noted = False, time.monotonic()
    while True:
        await asyncio.sleep(EVERY)
        try:
            sessions = open_sessions()
            await look(sessions)
            if time.monotonic() - noted > presence.REFRESH:
                noted = time.monotonic()
                await run_in_threadpool(presence.are_open, room_news.people(sessions))
            is_failing = False
        except Exception:  # the next look may succeed
            if not is_failing:
                _LOG.exception("The pages of rooms cannot be looked after.")
            is_failing = True


async def look(sessions: dict[str, Any]) -> int:
    """Run the pages again that show what is no longer true; returns how many there were.

    Parameters
    ----------
    sessions : dict
        Id -> session of Streamlit with an open websocket.
    """
    outdated = await run_in_threadpool(room_news.outdated, sessions)
    number = 0
    for id, (person_id, news) in outdated.items():
        session = sessions[id]
        if session._scriptrunner is not None:  # its choices would be lost; at the next look
            continue
        room_news.note_shown(id, person_id, news)
        session.request_rerun(session._client_state)
        number += 1
    return number


def open_sessions() -> dict[str, Any]:
    """Id -> session of Streamlit, of the pages that are open in browsers.

    Streamlit has no public way to run another session's page. In a version whose own functions are
    others, pages learn of a change when they look at the jobs.
    """
    from streamlit.runtime import get_instance

    manager = getattr(get_instance(), "_session_mgr", None)
    sessions = [info.session for info in manager.list_active_sessions()] if manager else []
    needed = ("_scriptrunner", "_client_state", "request_rerun")
    return {
        session.id: session
        for session in sessions
        if all(hasattr(session, name) for name in needed)
    }
