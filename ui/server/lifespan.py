"""What happens from the start of the server to its end, beside the answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ui.server import ahead
from ui.server.browser import opened_in_browser


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Lifespan of the app: the first page is prepared, and opens in a browser."""
    ahead.begin()
    async with opened_in_browser(app):
        yield
