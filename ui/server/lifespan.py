"""What happens from the start of the server to its end, beside the answers."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from nmr_core import __version__
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
    ahead.begin()
    if team is not None:
        _begin(team)
    async with opened_in_browser(app), watched(server_folder()):
        yield
    if team is not None:
        _LOG.info("The server stops.")


def _begin(team: Team) -> None:
    """Note for whom files are made; give everyone a workspace; invite the first administrator."""
    from streamlit.runtime import get_instance

    from nmr_core.storage.audit import noting
    from ui.server import logs
    from ui.server.identity import OWNERSHIP, address, person
    from ui.shared import spaces

    logs.begin(team.config.log)
    _LOG.info("Spin Echo Lab %s serves %s from %s.", __version__, team.config.url, team.folder)
    OWNERSHIP.watch(get_instance().media_file_mgr)
    spaces.begin(person, team.register.list)
    noting.configure(team.audit.rotation, address)
    secret = team.invitations.first_admin()
    if secret:
        link = f"{team.config.url.rstrip('/')}/join#{secret}"
        print(f"There is no administrator yet. Open this within a day: {link}", flush=True)
