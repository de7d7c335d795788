"""What the app, the command line and notebooks call; ``folder`` is the data folder, by default ``$NMR_DATA``.

job = submit("generate", {...}, title="1000 echoes")
get(job.id).status
"""

import json
import time
from pathlib import Path

from nmr_core.errors import InputError
from nmr_core.jobs.handlers import handler
from nmr_core.jobs.job import Job
from nmr_core.jobs.live_data import read_live
from nmr_core.jobs.presence import ensure_supervisor
from nmr_core.jobs.store import JobStore
from nmr_core.progress import Progress, silent
from nmr_core.storage.workspace import data_folder

QUEUE_LIMIT = 5
"""Jobs that one owner may have waiting."""
_PARAMS_SIZE = 1_000_000  # characters of JSON


def submit(
    kind: str, params: dict, title: str = "", owner: str = "", folder: Path | str | None = None
) -> Job:
    """Queue a job and start a supervisor if none runs; raises :class:`InputError` if the request is wrong."""
    handler(kind)
    job = _store(folder).submit(kind, _as_json(params), title, owner, QUEUE_LIMIT)
    ensure_supervisor(folder)
    return job


def get(job_id: str, folder: Path | str | None = None) -> Job:
    """The job as it is now."""
    return _store(folder).get(job_id)


def list_jobs(
    owner: str | None = None, limit: int = 50, folder: Path | str | None = None
) -> list[Job]:
    """The newest jobs first, of one owner or (``None``) of all."""
    return _store(folder).list(owner, limit)


def cancel(job_id: str, folder: Path | str | None = None) -> Job:
    """Stop a job: a queued one at once, a running one within seconds; a finished one stays as it is."""
    job = _store(folder).request_cancel(job_id)
    if job.live:
        ensure_supervisor(folder)
    return job


def resubmit(job_id: str, folder: Path | str | None = None) -> Job:
    """Run again: a new job with the same parameters. A data set that they name is resumed, not begun anew."""
    job = get(job_id, folder)
    if job.live:
        raise InputError(
            f"The job {job_id} is still {job.status}. Wait for its end or cancel it, then run it again."
        )
    return submit(job.kind, job.params, job.title, job.owner, folder)


def wait(
    job_id: str,
    timeout: float | None = None,
    progress: Progress = silent,
    folder: Path | str | None = None,
) -> Job:
    """Return the job when it has ended, or after ``timeout`` seconds; tells ``progress`` how far it is."""
    until = None if timeout is None else time.monotonic() + timeout
    while (job := get(job_id, folder)).live and (until is None or time.monotonic() < until):
        ensure_supervisor(folder)
        progress(job.done, job.total, job.message)
        time.sleep(0.2)
    return job


def queue_position(job_id: str, folder: Path | str | None = None) -> int | None:
    """1 for the queued job that starts next; ``None`` if the job is not queued."""
    return _store(folder).position(job_id)


def log_tail(job_id: str, n_bytes: int = 8000, folder: Path | str | None = None) -> str:
    """The last lines that the job's worker printed; empty if there are none."""
    store = _store(folder)
    try:
        with store.log_path(store.get(job_id).id).open("rb") as log:
            size = log.seek(0, 2)
            log.seek(max(0, size - max(0, n_bytes)))
            text = log.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
    return text if size <= n_bytes else text.partition("\n")[2] or text


def live(job_id: str, folder: Path | str | None = None) -> dict:
    """What the job showed last (see :func:`nmr_core.progress.publish`): name -> value, also after its end; empty if it shows
    nothing. A list too long for the file is thinned; ``"_lengths"`` then says how long it was."""
    return read_live(_store(folder).live_path(job_id))


def _store(folder: Path | str | None) -> JobStore:
    return JobStore(data_folder() if folder is None else folder)


def _as_json(params: dict) -> str:
    if not isinstance(params, dict):
        raise InputError(f"params must be a dict, got {type(params).__name__}.")
    try:
        text = json.dumps(params, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(
            f"params must be plain numbers, texts, lists and dicts: {error}."
        ) from None
    if len(text) > _PARAMS_SIZE:
        raise InputError(
            f"params take {len(text)} characters, at most {_PARAMS_SIZE}. Store data, name it by its id."
        )
    return text
