"""A server for a team: its configuration and its people, one object per process."""

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import Scope

from nmr_core.errors import InputError
from nmr_core.people import (
    Accounts,
    Administration,
    Audit,
    Invitations,
    Lifetime,
    PendingLogins,
    Person,
    Register,
    Session,
    Sessions,
    Throttle,
    Tokens,
    people_file,
)
from nmr_core.serving import TEAM, WORKSHOP, ServerConfig, read
from nmr_core.serving.profiles import CONFIG, PROFILE
from nmr_core.storage.audit import Rotation
from nmr_core.storage.workspace import environment_folder
from nmr_core.workshop import Rooms


class Team:
    """What the gate, the login pages and the app need to know.

    Parameters
    ----------
    config : ServerConfig
        The configuration.
    folder : Path
        The server's data folder.

    Attributes
    ----------
    is_workshop : bool
        Whether most people come in by the code of a room.
    """

    def __init__(self, config: ServerConfig, folder: Path) -> None:
        self.config, self.folder = config, folder
        self.is_workshop = os.environ.get(PROFILE) == WORKSHOP
        file = people_file(folder)
        lifetime = Lifetime(config.sessions.idle_hours * 3600, config.sessions.days * 86400)
        self.register = Register(file)
        self.sessions = Sessions(file, lifetime)
        self.accounts = Accounts(file)
        self.invitations = Invitations(file)
        self.throttle = Throttle(file)
        self.tokens = Tokens(file)
        self.pending = PendingLogins(file)
        self.rooms = Rooms(folder)
        rotation = Rotation(1e6 * config.audit.megabytes, config.audit.files)
        self.audit = Audit(folder, rotation)
        self.cookie = config.cookie
        self.login_cookie = config.cookie.replace("session", "login")

    def session(self, connection: HTTPConnection) -> Session | None:
        """The live session of a request; may wait for the disk, so not for the event loop."""
        return self.sessions.find(connection.cookies.get(self.cookie, ""))

    async def live_session(self, connection: HTTPConnection) -> Session | None:
        """The live session of a request, for the event loop: only the disk's part is elsewhere."""
        secret = connection.cookies.get(self.cookie, "")
        if not secret:
            return None
        return self.sessions.remembered(secret) or await run_in_threadpool(
            self.sessions.find, secret
        )

    def administration(self, by: Person, address: str) -> Administration:
        """The changes of an administrator, which are recorded."""
        return Administration(self.folder, by, address=address, audit=self.audit)

    def inside(self, scope: Scope) -> Scope:
        """A request as if the app stood at the root of its host.

        A proxy may remove the path of ``url``, or keep it. What is checked and what is served is
        the same path.
        """
        root, path = scope.get("root_path", ""), scope["path"]
        for base in (root, self.config.base):
            if base and path.startswith(f"{base}/"):
                path = path.removeprefix(base)
        if not root and path == scope["path"]:
            return scope
        return {**scope, "path": path, "raw_path": quote(path).encode(), "root_path": ""}

    def link(self, path: str) -> str:
        """Path of the app -> path in the browser."""
        return f"{self.config.base}{path}"


def current() -> Team | None:
    """The team of this process; None in the local profile."""
    profile = os.environ.get(PROFILE)
    if profile not in (TEAM, WORKSHOP):
        return None
    if not os.environ.get(CONFIG):
        raise InputError(
            f"{CONFIG} must name the configuration where {PROFILE} is {profile}. "
            f"Start the server with: spin-echo-lab serve --profile {profile} --config server.toml"
        )
    return _team(os.environ[CONFIG], environment_folder())


@lru_cache(maxsize=4)
def _team(config: str, folder: Path) -> Team:
    return Team(read(config), folder)


def address(connection: HTTPConnection) -> str:
    """Network address of a request; uvicorn has believed trusted proxies already."""
    return connection.client.host if connection.client else ""


def form_token(secret: str) -> str:
    """The token of a form: whoever sends it has read a page of ours, with this cookie."""
    return hashlib.sha256(f"form {secret}".encode()).hexdigest()
