"""The jobs as pages see them: a table that cannot be read is no reason for an empty page."""

from nmr_core.errors import FailedError
from nmr_core.jobs import Job, api


def jobs(limit: int = 50, owner: str | None = None) -> list[Job]:
    """The newest jobs of one owner, or of all (None); none where the table cannot be read.

    The sidebar then says why, see :func:`ui.shared.job_card.live_jobs`.
    """
    try:
        return api.list_jobs(owner, limit)
    except FailedError:
        return []


def writing() -> set[str]:
    """Ids of the data sets that a job writes now, or will."""
    return {
        job.params.get("dataset", "")
        for job in jobs()
        if job.live and job.kind in ("generate", "effects", "join")
    }


def users(id: str) -> list[Job]:
    """Live jobs that read or write the thing with an id: their parameters name it."""
    return [job for job in jobs(limit=500) if job.live and id in _texts(job.params)]


def _texts(value: object) -> set[str]:
    """All texts in a value of JSON."""
    if isinstance(value, dict):
        return set().union(*map(_texts, value.values()))
    if isinstance(value, list):
        return set().union(*map(_texts, value))
    return {value} if isinstance(value, str) else set()
