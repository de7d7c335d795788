"""What the server keeps to itself."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

METRICS = "/_stcore/metrics"
"""Where Streamlit lists its caches, functions and sessions to every visitor."""


class Private:
    """ASGI middleware that answers 404 for what is private.

    Parameters
    ----------
    app : ASGI application
        Answers all else.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_private = scope["type"] == "http" and scope["path"].rstrip("/").endswith(METRICS)
        answer = PlainTextResponse("Not Found", 404) if is_private else self.app
        await answer(scope, receive, send)
