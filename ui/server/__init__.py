"""What surrounds the pages on their way to the browser. Loads before the server answers: nothing
heavy here.
"""

from starlette.middleware import Middleware

from ui.server.browser import opened_in_browser
from ui.server.documents import Documents
from ui.server.private import Private

MIDDLEWARE = (Middleware(Private), Middleware(Documents))
"""From the outermost to the innermost."""

__all__ = ["MIDDLEWARE", "opened_in_browser"]
