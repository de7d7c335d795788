"""Whether the server is alive, whether it can work, and numbers for a monitor."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from nmr_core.jobs import metrics, readiness
from nmr_core.jobs.readiness import Check
from nmr_core.serving import ReadyConfig
from ui.server import page_runs, process_numbers


def routes(folder: Path, limits: ReadyConfig | None = None) -> list[Route]:
    """/healthz: the process answers. /readyz: it can read and write. /metrics: numbers.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    limits : ReadyConfig, optional
        When it can work.
    """

    async def alive(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        return await run_in_threadpool(_ready, folder, limits)

    async def numbers(request: Request) -> Response:
        document = await run_in_threadpool(_numbers, folder)
        return Response(document, media_type=metrics.CONTENT_TYPE)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", numbers)]


def checks(folder: Path, limits: ReadyConfig | None = None) -> list[Check]:
    """What the server needs, as /readyz looks at it."""
    limits = limits or ReadyConfig()
    return readiness.checks(
        folder, least_free=1e6 * limits.free_megabytes, silent=limits.supervisor_seconds
    )


def _ready(folder: Path, limits: ReadyConfig | None) -> Response:
    """Names and outcomes only: anyone may ask."""
    outcomes = {check.name: check.ok for check in checks(folder, limits)}
    is_ready = all(outcomes.values())
    content = {"ready": is_ready, **outcomes, "maintenance": readiness.is_maintained(folder)}
    return JSONResponse(content, 200 if is_ready else 503)


def _numbers(folder: Path) -> str:
    own = [*page_runs.families(), *process_numbers.families()]
    return metrics.text([*metrics.families(folder), *own])
