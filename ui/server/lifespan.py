"""What happens from the start of the server to its end, beside the answers."""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from starlette.concurrency import run_in_threadpool

from nmr_core import __version__
from nmr_core.serving.front.process import is_first, number
from nmr_core.storage.workspace import server_folder
from ui.server import ahead
from ui.server.browser import opened_in_browser
from ui.server.queue_watch import watched
from ui.server.team import Team

_LOG = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: Any, team: Team | None = None) -> AsyncIterator[None]:
    """Lifespan of the app: the first page is prepared, and opens in a browser; the queue moves.

    Parameters
    ----------
    app : streamlit.App
        The app.
    team : Team, optional
        Whose server it is; None in the local profile.
    """
    if team is None:
        ahead.begin()
    else:
        _begin(team)
        await run_in_threadpool(_prepare)
    watch = watched(server_folder()) if number() == 0 else nullcontext()
    rooms = nullcontext() if team is None else _rooms_watched()
    async with opened_in_browser(app), watch, rooms:
        yield
    if team is not None:
        _LOG.info("The server stops.")


def _rooms_watched() -> AbstractAsyncContextManager[None]:
    from ui.server import room_watch

    return room_watch.watched()


def _begin(team: Team) -> None:
    """Note for whom files are made; give everyone a workspace; invite the first administrator."""
    from streamlit.runtime import get_instance

    from nmr_core.storage.audit import noting
    from nmr_core.storage.spaces import rights
    from nmr_core.workshop.pauses import pauses
    from ui.server import logs
    from ui.server.identity import OWNERSHIP, address, person
    from ui.shared import spaces

    logs.begin(team.config.log)
    _LOG.info("Spin Echo Lab %s serves %s from %s.", __version__, team.config.url, team.folder)
    OWNERSHIP.watch(get_instance().media_file_mgr)
    spaces.begin(person, team.register.list)
    rights.set_pause(pauses(team.rooms))
    noting.configure(team.audit.rotation, address)
    secret = team.invitations.first_admin() if is_first() else None
    if secret:
        link = f"{team.config.url.rstrip('/')}/join#{secret}"
        print(f"There is no administrator yet. Open this within a day: {link}", flush=True)


def _prepare() -> None:
    """Before a server for a team answers: no first page waits for imports."""
    from ui.shared import warm_up

    warm_up.import_pages()
    warm_up.begin()
