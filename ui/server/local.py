"""The server of one user: no login, and what the server keeps to itself."""

from starlette.responses import PlainTextResponse
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.paths import METRICS


class Private:
    """ASGI middleware that answers 404 for what is private, and serves the routes of health.

    Parameters
    ----------
    app : ASGI application
        Answers all else.
    routes : list of Route
        Health of the server, see :func:`ui.server.health.routes`.
    """

    def __init__(self, app: ASGIApp, routes: list) -> None:
        self.app = app
        self.health = Router(routes, default=app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if path.endswith(METRICS):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif path in ("/healthz", "/readyz"):
            await self.health(scope, receive, send)
        else:
            await self.app(scope, receive, send)
