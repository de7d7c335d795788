"""Whether the server is alive, whether it can work, and numbers for a monitor."""

import shutil
import time
from collections import Counter
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from nmr_core.errors import FailedError
from nmr_core.jobs import api
from nmr_core.people import Sessions, people_file

LEAST_FREE = 200e6
"""Bytes of the disk below which the server is not ready: jobs would fail."""


def routes(folder: Path) -> list[Route]:
    """/healthz: the process answers. /readyz: it can read and write. /metrics: numbers.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    """

    async def alive(request: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(request: Request) -> Response:
        checks = await run_in_threadpool(check, folder)
        is_ready = all(checks.values())
        return JSONResponse({"ready": is_ready, **checks}, 200 if is_ready else 503)

    async def metrics(request: Request) -> Response:
        return PlainTextResponse(await run_in_threadpool(numbers, folder))

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]


def check(folder: Path) -> dict[str, bool]:
    """What a server needs -> whether it is there.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    """
    return {
        "folder": _is_writable(folder),
        "disk": _free(folder) > LEAST_FREE,
        "jobs": _is_readable(folder),
    }


def numbers(folder: Path) -> str:
    """Jobs, sessions and disk in the text format of OpenMetrics.

    Parameters
    ----------
    folder : Path
        The server's data folder.
    """
    values: dict[str, float] = {"disk_free_bytes": _free(folder)}
    try:
        jobs = api.list_jobs(limit=1000, folder=folder)
        count = Counter(job.status for job in jobs)
        for status in ("queued", "running", "done", "failed", "cancelled", "lost"):
            values[f'jobs{{status="{status}"}}'] = count[status]
        waiting = [time.time() - job.created for job in jobs if job.status == "queued"]
        values["longest_wait_seconds"] = max(waiting, default=0.0)
    except FailedError:
        values["jobs_unreadable"] = 1
    if people_file(folder).is_file():
        sessions = Sessions(people_file(folder)).list()
        values["sessions"] = len(sessions)
        values["people_logged_in"] = len({session.person.id for session in sessions})
    lines = [f"spin_echo_lab_{name} {value:.15g}" for name, value in values.items()]
    return "\n".join(lines) + "\n# EOF\n"


def _is_writable(folder: Path) -> bool:
    probe = folder / ".ready"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("ok")
        probe.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _free(folder: Path) -> float:
    try:
        return float(shutil.disk_usage(folder).free)
    except OSError:
        return 0.0


def _is_readable(folder: Path) -> bool:
    try:
        api.busy(folder)
    except FailedError:
        return False
    return True
