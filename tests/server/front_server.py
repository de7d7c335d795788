"""A front with web processes that answer with their number, for test_front.py."""

import os
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

COOKIE = "sel-session-1"


async def answer(request: Request) -> PlainTextResponse:
    body = await request.body()
    return PlainTextResponse(f"{os.getpid()} {len(body)} {request.client.host}")


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(f"{os.getpid()} {text}")


def web_process() -> None:
    """Serve as ui/server/process.py does, without Streamlit."""
    import socket

    import uvicorn

    from nmr_core.serving.front.process import CHANNEL
    from ui.server.process import OneAnswer, Server

    routes = [Route("/", answer, methods=["GET", "POST"]), WebSocketRoute("/echo", echo)]
    config = uvicorn.Config(OneAnswer(Starlette(routes=routes)), access_log=False)
    with socket.socket(fileno=int(os.environ[CHANNEL])) as channel:
        Server(config, channel).run(sockets=[])


if __name__ == "__main__":
    if sys.argv[1] == "web":
        web_process()
    elif sys.argv[1] == "broken":
        sys.exit("error: no")
    else:
        from nmr_core.errors import FailedError
        from nmr_core.serving import front

        command = [sys.executable, __file__, sys.argv[2] if len(sys.argv) > 2 else "web"]
        try:
            front.serve(command, 2, ("127.0.0.1", int(sys.argv[1])), COOKIE, print)
        except FailedError as error:
            sys.exit(f"error: {error}")
