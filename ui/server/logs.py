"""The log of a server for a team: loggers of Streamlit and uvicorn, requests and their ids."""

import hashlib
import logging
import secrets
import time

import streamlit.logger
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from nmr_core.serving import LogConfig, logs
from nmr_core.serving.logs import PERSON, REQUEST
from ui.server.identity import OWNERSHIP

_LOG = logging.getLogger(__name__)
_UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


def begin(config: LogConfig) -> None:
    """Send what Streamlit and uvicorn log the same way as everything else.

    Streamlit gives each of its loggers a handler of its own when it is made.
    """
    logs.install(config, page_context)
    streamlit.logger.setup_formatter = _hand_on
    names = [logger.name for logger in streamlit.logger._loggers.values()]
    for name in (*names, *_UVICORN):
        _hand_on(logging.getLogger(name))
    for name in _UVICORN:  # its lines about requests hold their queries
        logging.getLogger(name).setLevel(logging.WARNING)


def _hand_on(logger: logging.Logger) -> None:
    """Let the handler of the root write what a logger gets."""
    logger.handlers.clear()
    logger.propagate = True


def page_context() -> tuple[str, str]:
    """(name of the open page, id of its person) in the thread of a page; ("", "") elsewhere.

    The name is a digest: with the id of the session itself one could go on with it.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return "", ""
    name = hashlib.sha256(context.session_id.encode()).hexdigest()[:8]
    return f"page-{name}", OWNERSHIP.owner(context.session_id)


class Requests:
    """ASGI middleware that gives each request an id, and writes a line about it.

    Parameters
    ----------
    app : ASGI application
        Answers.
    lines : bool
        Whether lines are written; ids are given in any case.
    """

    def __init__(self, app: ASGIApp, *, lines: bool = False) -> None:
        self.app, self.lines = app, lines

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        REQUEST.set(id := secrets.token_hex(4))
        PERSON.set("")
        start, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message["headers"])["X-Request-ID"] = id
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            if self.lines:
                _write(scope, status, time.perf_counter() - start)


def _write(scope: Scope, status: int, seconds: float) -> None:
    """A line about a request; its query may hold secrets, and is left out."""
    method = scope.get("method", "WEBSOCKET")
    fields = {"method": method, "path": scope["path"], "status": status}
    fields["milliseconds"] = round(1000 * seconds, 1)
    _LOG.info("%s %s %s", method, scope["path"], status, extra={"fields": fields})
