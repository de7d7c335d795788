"""Which live jobs read or write a stored thing, so that nothing is deleted under them.

A job's parameters name what it reads and writes by id. A job that names a run also reads the data
set that the run was trained on.
"""

from contextlib import suppress
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs.api import list_jobs
from nmr_core.jobs.job import Job
from nmr_core.storage.kinds import RUN
from nmr_core.storage.spaces import people
from nmr_core.storage.trash_entries import entry_of
from nmr_core.storage.workspace import SHIPPED, checked_id, data_folder

JOBS_READ = 500


def users(id: str, folder: Path | str | None = None) -> list[Job]:
    """Live jobs that read or write the thing with an id, newest first."""
    place = data_folder() if folder is None else Path(folder)
    jobs = [job for job in list_jobs(limit=JOBS_READ, folder=place) if job.live]
    return [job for job in jobs if id in _used(job, place)]


def is_used(id: str, folder: Path) -> bool:
    """Whether a live job reads or writes a thing, or with the id "" is in the folder at all."""
    if id:
        return bool(users(id, folder))
    return any(job.live for job in list_jobs(limit=JOBS_READ, folder=folder))


def check_unused(id: str, label: str, folder: Path | str | None = None) -> None:
    """Raise :class:`InputError` if a live job reads or writes a thing.

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
        job = using[0]
        owner = people.name_of(job.owner)
        of_whom = f" of {owner}" if owner else ""
        raise InputError(
            f'The {label} {id} is in use by the job "{job.title or job.kind}"{of_whom}. Cancel '
            "that job or wait for its end, then delete it."
        )


def _used(job: Job, folder: Path) -> set[str]:
    """Everything that a job names, and the data sets of the runs among it."""
    texts = _texts(job.params)
    return texts | {_dataset_of(text, folder) for text in texts}


def _dataset_of(run: str, folder: Path) -> str:
    """Id of the data set of a run; "" if there is no such run."""
    with suppress(InputError):
        for root in (folder, *SHIPPED):
            place = root / RUN.place(checked_id(run))
            if place.is_dir():
                return entry_of(RUN, place, place, "", 0.0).dataset
    return ""


def _texts(value: object) -> set[str]:
    """All texts in a value of JSON."""
    if isinstance(value, dict):
        return set().union(*map(_texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(_texts, value))
    return {value} if isinstance(value, str) else set()
