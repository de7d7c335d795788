"""The server of one user: no login, this computer only, and what the server keeps to itself."""

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from nmr_core.errors import InputError
from nmr_core.serving import profiles
from ui.server.paths import HEALTH, METRICS


class Private:
    """ASGI middleware that refuses other computers, answers 404 for what is private, and serves the
    routes of health.

    A server such as uvicorn has options of its own for the address on which it listens, so each
    request is looked at.

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
        if scope["type"] != "lifespan" and (refusal := _refusal(scope)):
            await refusal(scope, receive, send)
            return
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if path.endswith(METRICS):
            await PlainTextResponse("Not Found", 404)(scope, receive, send)
        elif path in HEALTH:
            await self.health(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _refusal(scope: Scope) -> Response | None:
    """The answer to a request that came in at an address that other computers reach."""
    address = (scope.get("server") or ("",))[0]
    try:
        profiles.check_reached(address, profiles.is_insecure())
    except InputError as error:
        return PlainTextResponse(str(error), 403)
    return None
