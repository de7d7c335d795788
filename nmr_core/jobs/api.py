"""Public functions of jobs; ``folder`` is the data folder, by default ``$NMR_DATA``.

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
from nmr_core.storage import catalogue
from nmr_core.storage.files import check_space, failure
from nmr_core.storage.kinds import KINDS
from nmr_core.storage.spaces import limits, maintenance, rights
from nmr_core.storage.spaces.person import acting, owner_now
from nmr_core.storage.workspace import data_folder, in_workspace

QUEUE_LIMIT = limits.Limits.queued_jobs
"""Queued jobs of one owner, unless the server says otherwise."""
RESULTS = {
    "calibrate": "calibration",
    "robustness": "robustness",
    "explain": "explanation",
    "posterior": "posterior",
}
"""Kind of job -> kind of the result of a run that it replaces."""
_PARAMS_SIZE = 1_000_000  # characters of JSON


def submit(
    kind: str,
    params: dict,
    title: str = "",
    owner: str = "",
    folder: Path | str | None = None,
    *,
    seconds: float = 0.0,
) -> Job:
    """Queue a job, and start a supervisor if none runs.

    Parameters
    ----------
    kind : str
        A key of :data:`nmr_core.jobs.handlers.HANDLERS`.
    params : dict
        Arguments of the job; numbers, texts, lists and dicts.
    title, owner : str
        Display text, and whose job it is; on a server that is who acts.
    folder : Path or str, optional
        Data folder.
    seconds : float
        How long it takes, about; 0 if unknown.

    Raises
    ------
    InputError
        An unknown kind, params that are not JSON, too many queued jobs, maintenance of the server,
        or work that the person may not do here, or that exceeds a limit of the server.
    FailedError
        The disk is too full for any work, or the table of jobs cannot be used.
    """
    handler(kind)
    text = _as_json(params)
    with in_workspace(data_folder() if folder is None else folder):
        owner = owner_now(owner)
        rights.check("create", None, f"the job {title!r}", kind="job", id=kind)
        maintenance.check()
        check_results(kind, params)
        check_space(data_folder())
        limits.check_disk(owner=owner)
        limits.check_length(seconds)
        most = limits.current().queued_jobs
        job = _store(None).submit(kind, text, title, owner, int(most))
        ensure_supervisor()
    return job


def check_results(kind: str, params: dict) -> None:
    """Refuse a job that would replace another person's result of a run.

    Raises
    ------
    RefusedError
        Who acts may not delete the present result.
    """
    result = KINDS.get(RESULTS.get(kind, ""))
    run = params.get("run")
    if result is None or not isinstance(run, str):
        return
    owner = catalogue.owner_of(result, run)
    if owner is not None and not rights.may("delete", owner):
        raise rights.RefusedError(
            f"The {result.label} of this run is another person's and would be replaced. Ask them, "
            "or copy the run into a workspace of your own."
        )


def get(job_id: str, folder: Path | str | None = None) -> Job:
    """Current state of a job; :class:`InputError` if there is none."""
    return _store(folder).get(job_id)


def list_jobs(
    owner: str | None = None, limit: int = 50, folder: Path | str | None = None
) -> list[Job]:
    """Jobs of one owner, or of all (None), the newest first."""
    return _store(folder).list(owner, limit)


def cancel(job_id: str, folder: Path | str | None = None, *, reason: str | None = None) -> Job:
    """Stop a job: a queued one at once, a running one within seconds; a finished one is unchanged.

    Parameters
    ----------
    job_id : str
        Id of the job.
    folder : Path or str, optional
        Data folder.
    reason : str, optional
        One sentence that the job's card shows: who cancelled it, or why. On a server it is needed
        for the job of another person.

    Raises
    ------
    RefusedError
        Who acts may not cancel it.
    """
    job = _store(folder).get(job_id)
    with in_workspace(data_folder() if folder is None else folder), rights.because(reason or ""):
        thing = f'the job "{job.title or job.kind}"'
        rights.check("cancel", job.owner, thing, kind="job", id=job.id)
    job = _store(folder).request_cancel(job_id, _signed(reason, job))
    if job.live:
        ensure_supervisor(folder)
    return job


def _signed(reason: str | None, job: Job) -> str | None:
    """A reason with the name of the person who gives it for another one's job."""
    person = acting()
    if person is None or person.id == job.owner or not reason:
        return reason
    return f"Cancelled by {person.name}: {reason}"


def resubmit(job_id: str, folder: Path | str | None = None) -> Job:
    """Queue a new job with the same parameters. A data set that they name is resumed.

    Raises
    ------
    InputError
        The job has not ended, or took longer than a job may take now.
    """
    job = get(job_id, folder)
    if job.live:
        raise InputError(
            f"The job {job_id} is still {job.status}. Wait for its end or cancel it, then run it "
            "again."
        )
    seconds = job.finished - job.started if job.started and job.finished else 0.0
    return submit(job.kind, job.params, job.title, job.owner, folder, seconds=seconds)


def wait(
    job_id: str,
    timeout: float | None = None,
    progress: Progress = silent,
    folder: Path | str | None = None,
) -> Job:
    """Wait for the end of a job, at most ``timeout`` seconds, and report its progress."""
    until = None if timeout is None else time.monotonic() + timeout
    while (job := get(job_id, folder)).live and (until is None or time.monotonic() < until):
        ensure_supervisor(folder)
        progress(job.done, job.total, job.message)
        time.sleep(0.2)
    return job


def queue_position(job_id: str, folder: Path | str | None = None) -> int | None:
    """Position in the queue, 1 for the job that starts next; None if it is not queued."""
    return _store(folder).position(job_id)


def queue(folder: Path | str | None = None) -> list[str]:
    """Ids of the queued jobs, the next one first."""
    return _store(folder).queue()


def busy(folder: Path | str | None = None) -> bool:
    """Whether any job waits or runs."""
    store = _store(folder)
    return store.path.exists() and store.busy()


def dismiss(job_id: str, folder: Path | str | None = None) -> None:
    """Close the card of a job on all pages; the job itself is unchanged.

    Raises
    ------
    FailedError
        The data folder cannot be written.
    """
    job = get(job_id, folder)
    if not rights.may("cancel", job.owner):
        raise rights.RefusedError(f"The job {job_id} is another person's. Close your own cards.")
    path = _store(folder).dismissal(job.id)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        raise failure(error, path) from error


def dismissed(folder: Path | str | None = None) -> set[str]:
    """Ids of the jobs whose cards were closed."""
    return {path.stem for path in (_store(folder).folder / "jobs").glob("*.dismissed")}


def log_tail(job_id: str, n_bytes: int = 8000, folder: Path | str | None = None) -> str:
    """Last lines of output of the job's worker; empty if there are none."""
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
    """Live data of a job, name -> value, also after its end.

    See :func:`nmr_core.progress.publish`.

    A list that is too long for the file is thinned; ``"_lengths"`` then holds its length.
    """
    store = _store(folder)
    if store.workspace:
        store.get(job_id)
    return read_live(store.live_path(job_id))


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
            f"params must have at most {_PARAMS_SIZE} characters, got {len(text)}. Store data, and "
            "pass its id."
        )
    return text
