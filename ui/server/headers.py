"""Headers of every answer: what a browser may do with it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' data: blob:; worker-src 'self' blob:; frame-src 'self' blob: data:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
    ),
}
"""Nothing is loaded from another site, whatever a title or a column's name holds, and no other site
shows the app in a frame, where its buttons could be covered. An answer may bring stricter ones.
"""


class SafeHeaders:
    """ASGI middleware that adds the headers.

    Parameters
    ----------
    app : ASGI application
        Answers.
    private : bool
        Whether shared caches must keep nothing.
    secure : bool
        Whether browsers reach the app by https.
    """

    def __init__(self, app: ASGIApp, *, private: bool = False, secure: bool = False) -> None:
        self.app = app
        self.headers = dict(ALWAYS)
        if private:
            self.headers["Vary"] = "Cookie"
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, completed if scope["type"] == "http" else send)
