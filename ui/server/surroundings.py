"""What surrounds the app, by profile."""

import os
import sys
from functools import partial
from typing import Any

from starlette.middleware import Middleware
from streamlit import config

from nmr_core.errors import InputError
from nmr_core.serving import logs, profiles
from nmr_core.storage.workspace import data_folder
from ui.server.compressed import Compressed
from ui.server.documents import SESSION, Documents
from ui.server.headers import SafeHeaders
from ui.server.lifespan import lifespan
from ui.server.team import Team, current


def surroundings() -> dict[str, Any]:
    """Options of ``st.App`` in this process's profile.

    Leaves the process with a sentence where the server may not start.
    """
    try:
        team = current()
        if team is None:
            _check_local()
        else:
            _check_team(team)
    except InputError as error:
        logs.refuse(error)
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    middleware = local_middleware() if team is None else team_middleware(team)
    return {"middleware": middleware, "lifespan": partial(lifespan, team=team)}


def _check_local() -> None:
    """Refuse what only a server with a login may do."""
    profiles.checked_profile(os.environ.get(profiles.PROFILE, profiles.LOCAL))
    profiles.check_address(config.get_option("server.address"), profiles.is_insecure())


def _check_team(team: Team) -> None:
    """Refuse a second path beside that of ``url``, of which the gate would not know."""
    path = config.get_option("server.baseUrlPath").strip("/")
    if path:
        raise InputError(
            f"server.baseUrlPath must be empty on a server for a team, got {path!r:.60}. "
            f"Leave it out; a path belongs into url, now {team.config.url}."
        )


def local_middleware() -> list[Middleware]:
    """What surrounds the app of one user, from the outermost to the innermost."""
    from ui.server.health import routes
    from ui.server.local import Private

    return [
        Middleware(SafeHeaders),
        Middleware(Private, routes(data_folder())),
        Middleware(Documents, scripts=_scripts()),
    ]


def team_middleware(team: Team) -> list[Middleware]:
    """What surrounds the app of a team, from the outermost to the innermost.

    Parameters
    ----------
    team : Team
        Whose server it is.
    """
    from ui.server.entrance import entrance
    from ui.server.gate import Gate
    from ui.server.identity import OWNERSHIP
    from ui.server.logs import Requests

    return [
        Middleware(Requests, lines=team.config.log.requests),
        Middleware(SafeHeaders, private=True, secure=team.config.secure),
        Middleware(Gate, team, entrance(team), OWNERSHIP),
        Middleware(Documents, SESSION, scripts=_scripts()),
        Middleware(Compressed),
    ]


def _scripts() -> tuple[str, ...]:
    """HTML with the scripts that pages add while they are shown."""
    from ui.shared import address, look

    return look.ROLES, address.REPLACE
