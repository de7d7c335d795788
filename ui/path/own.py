"""Which steps of the path this visitor has done."""

from nmr_core.labs.agenda import Agenda
from nmr_core.labs.progress import Progress
from nmr_core.labs.steps import Step
from ui.labs import own as own_labs
from ui.shared import job_list, visitor

JOBS = {"data": "generate", "train": "train", "calibration": "calibrate"}
"""Key of a step -> kind of the job that it takes."""


def done(agenda: Agenda) -> set[str]:
    """Keys of the steps that are done; talks and breaks are never among them."""
    progress, kinds = own_labs.read(), kinds_of_jobs()
    return {
        step.key
        for step in agenda.steps
        if progress.get(step.lab, Progress()).done or JOBS.get(step.key) in kinds
    }


def kinds_of_jobs() -> set[str]:
    """Kinds of the visitor's jobs that are done."""
    jobs = (job for job in job_list.jobs() if job.status == "done")
    return {job.kind for job in jobs if not job.owner or visitor.is_own(job.owner)}


def following(agenda: Agenda, keys: set[str]) -> Step | None:
    """The first step that can be done and is not; None at the end."""
    able = (step for step in agenda.steps if step.lab or step.key in JOBS)
    return next((step for step in able if step.key not in keys), None)
