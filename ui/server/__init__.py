"""What surrounds the pages on their way to the browser. Loads before the server answers: nothing
heavy here.
"""

from starlette.middleware import Middleware

from ui.server.documents import Documents
from ui.server.lifespan import lifespan
from ui.server.private import Private

MIDDLEWARE = (Middleware(Private), Middleware(Documents))
"""From the outermost to the innermost."""

__all__ = ["MIDDLEWARE", "lifespan"]
