"""The HTML document of every page: it names the server's address, notices a session's end, and
brings a policy that names its scripts.
"""

from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.policy import hashes_in, policy

HEAD = b"<head>"
SERVER = b"""<script>
      window.__streamlit = {BACKEND_BASE_URL: new URL(".", location.href).href}
    </script>"""
"""Without it, Streamlit's client looks for the server below the page's own path first, and the
browser writes the two refusals to its console. Pages have no path below another, so the folder of a
page's address is the server's, behind any proxy.
"""
SESSION = b"""<script>
      window.WebSocket = class extends window.WebSocket {
        constructor(...options) {
          super(...options);
          const session = new URL("session", window.__streamlit.BACKEND_BASE_URL);
          this.addEventListener("close", async () => {
            const answer = await fetch(session, {cache: "no-store"}).catch(() => null);
            if (answer && answer.status === 401) location.reload();
          });
        }
      };
    </script>"""
"""On a server for a team: when a websocket was closed because the session has ended, the page is
loaded again, and the gate leads to the login and back.
"""


class Documents:
    """ASGI middleware that completes documents.

    Parameters
    ----------
    app : ASGI application
        Serves the pages.
    *parts : bytes
        HTML that is added to the head of pages.
    scripts : iterable of str
        HTML with the scripts that a page adds while it is shown.
    """

    def __init__(self, app: ASGIApp, *parts: bytes, scripts: Iterable[str] = ()) -> None:
        self.app = app
        self.added = b"".join(b"\n    " + part for part in (SERVER, *parts))
        self.hashes = [hash for html in scripts for hash in hashes_in(html.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not (is_page(scope) or _is_file(scope)):
            await self.app(scope, receive, send)
            return
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        plain = {**scope, "headers": headers, "extensions": {}}
        added, hashes = (self.added, self.hashes) if is_page(scope) else (b"", [])
        await self.app(plain, receive, _Completed(send, added, hashes))


def is_page(scope: Scope) -> bool:
    """Whether this asks for a page: no file, whose name would have a dot."""
    return _is_read(scope) and "." not in scope["path"].rpartition("/")[2]


def _is_file(scope: Scope) -> bool:
    """Whether this asks for a file of HTML, as of the documentation."""
    return _is_read(scope) and scope["path"].endswith(".html")


def _is_read(scope: Scope) -> bool:
    return scope["type"] == "http" and scope["method"] == "GET"


class _Completed:
    """Send an answer; if it is a document, with what it lacks."""

    def __init__(self, send: Send, added: bytes, hashes: list[str]) -> None:
        self.send, self.added, self.hashes = send, added, hashes
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_document(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._complete(self.start)

    async def _complete(self, start: Message) -> None:
        body = self.body.replace(HEAD, HEAD + self.added, 1)
        headers = MutableHeaders(raw=start["headers"])
        headers["Content-Length"] = str(len(body))
        headers["Content-Security-Policy"] = policy([*hashes_in(body), *self.hashes])
        for name in ("ETag", "Last-Modified"):  # of the file, which is not what is sent
            del headers[name]
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})


def _is_document(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("Content-Type", "")
    return start["status"] == 200 and kind.startswith("text/html")
