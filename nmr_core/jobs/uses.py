"""Which live jobs read or write a stored thing, so that nothing is deleted under them."""

from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.api import list_jobs
from nmr_core.jobs.job import Job

JOBS_READ = 500


def users(id: str, folder: Path | str | None = None) -> list[Job]:
    """Live jobs whose parameters name the thing with an id, newest first."""
    jobs = list_jobs(limit=JOBS_READ, folder=folder)
    return [job for job in jobs if job.live and id in _texts(job.params)]


def check_unused(id: str, label: str, folder: Path | str | None = None) -> None:
    """Raise :class:`InputError` if a live job names a thing.

    Parameters
    ----------
    id, label : str
        Of the thing; the label is its noun.
    folder : Path or str, optional
        Data folder.

    Notes
    -----
    Where the table of jobs cannot be read, nothing is refused: on a full disk deleting is what
    helps.
    """
    try:
        using = users(id, folder)
    except FailedError:
        return
    if using:
        raise InputError(
            f"The {label} {id} is in use by the job {using[0].title or using[0].id}. Cancel that "
            "job or wait for its end, then delete it."
        )


def _texts(value: object) -> set[str]:
    """All texts in a value of JSON."""
    if isinstance(value, dict):
        return set().union(*map(_texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(_texts, value))
    return {value} if isinstance(value, str) else set()
