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
