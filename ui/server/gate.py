"""The one gate of a server for a team: nothing behind it answers a request without a session.

It surrounds the whole app, so that pages, websockets, uploads, downloads, files and routes that are
added later are all behind it. Open are only the login pages, which another application serves, the
paths for programs, which look at a personal token, and the question whether the server is alive.
"""

import hmac
import logging
import os
from functools import partial
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from nmr_core.errors import FailedError
from nmr_core.people import Session
from nmr_core.serving.logs import PERSON
from ui.server import html
from ui.server.ownership import Ownership
from ui.server.paths import (
    HEALTH,
    MEDIA,
    METRICS,
    STREAMLIT_HEALTH,
    UPLOAD,
    is_entrance,
    is_for_programs,
)
from ui.server.sockets import Sockets
from ui.server.team import Team, address

_LOG = logging.getLogger(__name__)
SAFE = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing."""


class Gate:
    """ASGI middleware that lets people with a session pass.

    Parameters
    ----------
    app : ASGI application
        What is behind the gate.
    team : Team
        Whose server it is.
    entrance : ASGI application
        The open pages, see :mod:`ui.server.entrance`.
    ownership : Ownership
        Whose sessions and files of Streamlit are.
    """

    def __init__(self, app: ASGIApp, team: Team, entrance: ASGIApp, ownership: Ownership) -> None:
        self.app, self.team, self.entrance = app, team, entrance
        self.ownership = ownership
        self.sockets = Sockets(team.sessions)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = self.team.inside(scope)
            answer = await self._answer(HTTPConnection(scope))
            await answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(self.team.inside(scope), receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, request: HTTPConnection) -> ASGIApp:
        """What answers a request."""
        try:
            return await self._checked(request)
        except FailedError as error:
            _LOG.error("%s", error)
            return html.problem(str(error), 503)

    async def _checked(self, request: HTTPConnection) -> ASGIApp:
        path = request.scope["path"]
        if path in HEALTH:
            return self.entrance
        if path == STREAMLIT_HEALTH:
            return self.app
        if refusal := await self._wrong_place(request):
            return refusal
        if path and path == self.team.config.base:  # the page's files lie below its folder
            return RedirectResponse(self.team.link("/"), 307)
        if path.rstrip("/") in METRICS:
            return await self._metrics(request)
        if is_entrance(path) or is_for_programs(path):
            return self.entrance
        session = await self.team.live_session(request)
        if session is None:
            return self._to_login(request, path)
        PERSON.set(session.person.id)
        if not self._owns(path, session):
            return PlainTextResponse("Not Found", 404)
        return self.app

    async def _wrong_place(self, request: HTTPConnection) -> Response | None:
        """The answer to a request that is not meant for this server, or comes from another site."""
        config = self.team.config
        hosts = [host.lower() for host in request.headers.getlist("host")]
        if hosts != [urlsplit(config.url).netloc.lower()]:
            return html.wrong_address(config.url)
        # A browser sends no token by itself, so no other site can use one
        is_safe = request.scope["method"] in SAFE or is_for_programs(request.scope["path"])
        if not is_safe and request.headers.get("origin") != config.origin:
            note = partial(self.team.audit.write, "foreign origin", ok=False)
            await run_in_threadpool(note, address=address(request), path=request.url.path)
            return html.problem("This request came from another site and was refused.", 403)
        return None

    def _to_login(self, request: HTTPConnection, path: str) -> Response:
        is_page = "text/html" in request.headers.get("accept", "")
        if request.scope["method"] != "GET" or not is_page:
            return PlainTextResponse("Log in first.", 401)
        query = request.scope["query_string"].decode("latin-1")
        wanted = path + (f"?{query}" if query else "")
        login = self.team.link("/login?next=" + quote(wanted, safe=""))
        return RedirectResponse(login, 303, {"Cache-Control": "no-store"})

    async def _metrics(self, request: HTTPConnection) -> ASGIApp:
        """Metrics are for administrators, and for a collector with the token."""
        expected = os.environ.get(self.team.config.metrics_token_env or "-", "")
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if expected and hmac.compare_digest(sent.encode(), expected.encode()):
            return self.entrance
        session = await self.team.live_session(request)
        if session and session.person.is_admin:
            return self.entrance
        return PlainTextResponse("Not Found", 404)

    def _owns(self, path: str, session: Session) -> bool:
        """Whether an upload goes to, or a file comes from, a page of this person."""
        if path.startswith(UPLOAD):
            return (
                self.ownership.owner(path.removeprefix(UPLOAD).split("/")[0]) == session.person.id
            )
        if path.startswith(MEDIA):
            return self.ownership.may_read(path.removeprefix(MEDIA), session.person.id)
        return True

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        config = self.team.config
        session = None
        if connection.headers.get("origin") == config.origin:
            try:
                session = await self.team.live_session(connection)
            except FailedError:
                session = None
        if session is None:
            # Before the websocket is accepted: the server answers 403
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        PERSON.set(session.person.id)
        own = self.ownership.without_foreign_session(scope, session.person.id)
        await self.sockets.run(self.app, own, receive, send, session.hash)
