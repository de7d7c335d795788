"""Training curves of jobs that train."""

from collections.abc import Iterable
from pathlib import Path

from nmr_core.jobs.api import list_jobs, live
from nmr_core.jobs.job import Job
from nmr_core.learning.curves import TrainingCurve, published_curve


def job_curve(job: Job, folder: Path | str | None = None) -> TrainingCurve | None:
    """The training curve that a job has published.

    Parameters
    ----------
    job : Job
        Of any kind.
    folder : Path or str, optional
        Data folder.

    Returns
    -------
    TrainingCurve or None
        None of a job that does not train in epochs, or has not ended the first one.
    """
    if job.kind != "train":
        return None
    running = job.status == "running"
    return published_curve(job.id, job.title, live(job.id, folder), is_running=running)


def running_curves(
    jobs: Iterable[Job] | None = None, folder: Path | str | None = None
) -> list[TrainingCurve]:
    """The training curves of the jobs that run now.

    Parameters
    ----------
    jobs : iterable of Job, optional
        Jobs to choose from; default: the newest ones of the data folder.
    folder : Path or str, optional
        Data folder.
    """
    candidates = list_jobs(folder=folder) if jobs is None else jobs
    curves = (job_curve(job, folder) for job in candidates if job.status == "running")
    return [curve for curve in curves if curve is not None]
