"""Trainings of this visitor that are followed on Compare: those that run, and those that were seen
running since the page was opened.
"""

from collections.abc import Container, Sequence

import streamlit as st

from nmr_core.jobs import Job
from nmr_core.jobs.curves import job_curve
from nmr_core.learning.curves import TrainingCurve
from nmr_core.plots import Palette
from ui.shared import job_list, state, visitor

FOLLOWED = "_followed-trainings"
"""In the session: ids of the jobs that were seen running."""
MOST = 8
"""Curves of jobs in one figure."""


def any_running() -> bool:
    """Whether a training of this visitor runs now."""
    return any(job.status == "running" for job in _jobs())


def curves(task: str, without: Container[str]) -> list[TrainingCurve]:
    """Curves of the followed trainings.

    Parameters
    ----------
    task : str
        "regression" or "classification".
    without : container of str
        Ids of runs that have a curve of their own.
    """
    own = (job_curve(job) for job in _jobs() if job.params.get("run") not in without)
    return [curve for curve in own if curve is not None and curve.task == task][:MOST]


def shades(followed: Sequence[TrainingCurve], palette: Palette) -> dict[str, str]:
    """Id of a curve -> its colour, in the order of the palette."""
    return {curve.id: palette.series[k % len(palette.series)] for k, curve in enumerate(followed)}


def ended_runs(without: Container[str]) -> list[str]:
    """Ids of the runs of followed trainings that have ended."""
    runs = state.runs()
    ended = [job.params.get("run", "") for job in _jobs() if job.status == "done"]
    return [run for run in ended if run in runs and run not in without]


def _jobs() -> list[Job]:
    """Followed trainings, the newest first."""
    followed: set[str] = st.session_state.setdefault(FOLLOWED, set())
    own = [job for job in job_list.jobs() if job.kind == "train" and _is_own(job)]
    followed |= {job.id for job in own if job.status == "running"}
    return [job for job in own if job.id in followed]


def _is_own(job: Job) -> bool:
    """Whether this visitor, or an unknown one, started a job."""
    return not job.owner or visitor.is_own(job.owner)
