"""A web process of several: ``streamlit run`` for connections that the front hands over.

The program is a file of its own, started by its path: ``python process.py run app.py --option=...``
"""

import asyncio
import os
import socket
import sys
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from nmr_core.serving.front.process import CHANNEL

END_WITHIN = 10
"""Seconds in which answers are finished when the process is to end."""
LINE_EVERY = 10
"""Ticks of uvicorn, .1 s each, between two lines to the front."""


class OneAnswer:
    """ASGI middleware: a connection ends after one answer, see :mod:`nmr_core.serving.front`.

    Parameters
    ----------
    app : ASGI application
        Answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def ended(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"connection", b"close")]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, ended if scope["type"] == "http" else send)


class Server(uvicorn.Server):
    """uvicorn's server, without a port: connections come through a channel.

    Parameters
    ----------
    config : uvicorn.Config
        Its configuration.
    channel : socket
        This process's end.
    """

    def __init__(self, config: uvicorn.Config, channel: socket.socket) -> None:
        super().__init__(config)
        self._channel = channel
        self._tasks: set[asyncio.Task] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        self._channel.setblocking(False)
        asyncio.get_running_loop().add_reader(self._channel, self._take)

    async def on_tick(self, counter: int) -> bool:
        if counter % LINE_EVERY == 0:
            try:
                self._channel.send(b"%d\n" % len(self.server_state.connections))
            except BlockingIOError:
                pass
            except OSError:  # the front has died
                self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().remove_reader(self._channel)
        self._channel.close()
        await super().shutdown(sockets=sockets)

    def _take(self) -> None:
        try:
            byte, files, _, _ = socket.recv_fds(self._channel, 1, 1)
        except BlockingIOError:
            return
        except OSError:
            byte, files = b"", []
        if not byte:
            self.should_exit = True
            asyncio.get_running_loop().remove_reader(self._channel)
        for file in files:
            os.set_inheritable(file, False)
            task = asyncio.create_task(self._connect(socket.socket(fileno=file)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _connect(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(self._protocol, connection, ssl=self.config.ssl)
        except OSError:  # the visitor has left
            connection.close()

    def _protocol(self) -> asyncio.Protocol:
        make: Any = self.config.http_protocol_class
        return make(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


class Runner:
    """Takes the place of Streamlit's runner, which would listen on a port.

    Parameters
    ----------
    app : str
        The application as ``module:name``.
    """

    def __init__(self, app: str) -> None:
        self._app = app

    def run(self) -> None:
        """Serve until the end of the process."""
        from streamlit.web.server.starlette import starlette_server
        from uvicorn.importer import import_from_string

        options = starlette_server._get_uvicorn_config_kwargs()
        config = uvicorn.Config(
            OneAnswer(import_from_string(self._app)),
            timeout_graceful_shutdown=END_WITHIN,
            **options,
        )
        with socket.socket(fileno=int(os.environ[CHANNEL])) as channel:
            Server(config, channel).run(sockets=[])


def main() -> None:
    """Run Streamlit's command line with :class:`Runner`."""
    from streamlit.web import cli
    from streamlit.web.server.starlette import starlette_server

    for name in ("UvicornRunner", "_get_uvicorn_config_kwargs"):
        if not hasattr(starlette_server, name):
            sys.exit("error: This version of Streamlit serves by one process. Set processes = 1.")
    starlette_server.UvicornRunner = Runner  # type: ignore[assignment,misc]
    cli.main()


if __name__ == "__main__":
    main()
