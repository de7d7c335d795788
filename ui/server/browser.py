"""Open the app in a browser; Streamlit does so for a script, not for an application with a server
of its own.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from streamlit import cli_util, config
from streamlit.web.server import server_util

LOOK_EVERY = 0.05
"""Seconds between two looks whether the server answers."""


@asynccontextmanager
async def opened_in_browser(app: object) -> AsyncIterator[None]:
    """Lifespan of the app: its first page opens in a browser unless the server is headless."""
    opening = None
    if not config.get_option("server.headless"):
        opening = asyncio.create_task(_open())
    yield
    if opening:
        opening.cancel()


async def _open() -> None:
    server = server_util.get_display_address(config.get_option("server.address") or "localhost")
    while not await _answers(server, config.get_option("server.port")):
        await asyncio.sleep(LOOK_EVERY)
    if config.is_manually_set("browser.serverAddress"):
        server = config.get_option("browser.serverAddress")
    cli_util.open_browser(server_util.get_url(server))


async def _answers(host: str, port: int) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection(host, port)
        writer.close()
        return True
    return False
