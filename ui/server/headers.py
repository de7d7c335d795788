"""Headers of every answer: what a browser may do with it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.policy import policy

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), "
        "hid=(), midi=(), display-capture=()"
    ),
    "Content-Security-Policy": policy(),
}
"""An answer may bring stricter ones; documents bring a policy that names their scripts, see
:mod:`ui.server.documents`.
"""
FOR_OTHER_SITES = (
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
)
"""Streamlit lets pages of other sites read files; no page of another site needs any."""


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
        self.app, self.private = app, private
        self.headers = dict(ALWAYS)
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name in FOR_OTHER_SITES:
                    del headers[name]
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if self.private:
                    _keep_private(headers, scope["path"])
            await send(message)

        await self.app(scope, receive, completed if scope["type"] == "http" else send)


def _keep_private(headers: MutableHeaders, path: str) -> None:
    """Let only the browser itself keep an answer, and only what can be asked for again."""
    kept = headers.get("Cache-Control", "no-cache" if "ETag" in headers else "no-store")
    if "immutable" not in kept or "/static/" not in path:
        # Streamlit's own files have the hash of their content in their name: a browser that has one
        # needs no other after the next login
        headers.add_vary_header("Cookie")
    parts = [part.strip() for part in kept.split(",") if part.strip() != "public"]
    if not {"no-store", "private"} & set(parts):
        parts.insert(0, "private")
    headers["Cache-Control"] = ", ".join(parts)
