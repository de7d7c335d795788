"""The log of a server: one JSON object per line on standard error.

    {"time": "...", "level": "WARNING", "logger": "ui.server.oidc", "message": "...",
     "request": "3f9a0c21", "person": "p-..."}

People are named by their ids. What looks like the secret of a session or an invitation is blotted
out, wherever it comes from.
"""

import json
import logging
import re
import sys
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from nmr_core.serving.config import LogConfig

REQUEST: ContextVar[str] = ContextVar("request", default="")
"""Id of the request that is answered."""
PERSON: ContextVar[str] = ContextVar("person", default="")
"""Id of who sent it."""
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = ("httpx", "httpcore", "watchdog", "matplotlib", "numba")
"""Libraries of which only warnings are written."""
_SECRET = re.compile(
    r"(?<![\w-])[\w-]{43}(?![\w-])"  # 256 random bits, as in cookies and invitations
    r"|(?<=Bearer )\S+"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]*"  # tokens of login services
    r"|(?<=[?&]code=)[^&\s]+"
    r"|(?<=[?&]state=)[^&\s]+"
)


def without_secrets(text: str) -> str:
    """The text, with dots in place of what looks like a secret."""
    return _SECRET.sub("…", text)


class JsonLines(logging.Formatter):
    """Formats records as JSON.

    Parameters
    ----------
    context : callable, optional
        Returns (id of the request, id of the person) where the context variables are empty.
    """

    def __init__(self, context: Callable[[], tuple[str, str]] | None = None) -> None:
        super().__init__()
        self._context = context

    def format(self, record: logging.LogRecord) -> str:
        """One line without line breaks."""
        request, person = REQUEST.get(), PERSON.get()
        if not request and self._context:
            request, person = self._context()
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            "request": request,
            "person": person,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """Formats records as text, without secrets too."""

    def __init__(self) -> None:
        super().__init__(TEXT)

    def format(self, record: logging.LogRecord) -> str:
        """As :class:`logging.Formatter`."""
        return without_secrets(super().format(record))


def formatter(
    config: LogConfig, context: Callable[[], tuple[str, str]] | None = None
) -> logging.Formatter:
    """The formatter of a configuration."""
    return JsonLines(context) if config.format == "json" else PlainLines()


def install(config: LogConfig, context: Callable[[], tuple[str, str]] | None = None) -> None:
    """Write everything that is logged in this process to standard error.

    Parameters
    ----------
    config : LogConfig
        Form and least level.
    context : callable, optional
        See :class:`JsonLines`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(config, context))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config.level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)


def refuse(error: Exception) -> None:
    """Write why the server does not start, for whatever collects its log.

    A terminal gets the sentence alone, from the command itself.
    """
    if sys.stderr.isatty():
        return
    record = logging.LogRecord("serve", logging.ERROR, "", 0, "%s", (error,), None)
    sys.stderr.write(JsonLines().format(record) + "\n")
