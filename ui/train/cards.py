"""Trainings, their checks and joined data sets as they go: the live learning curve, and where to look when they are done."""

import streamlit as st

from nmr_core.jobs import Job, api
from nmr_core.plots.training import live_curve, live_figure
from ui.shared import job_card
from ui.shared.palette import palette, show

KINDS = ("train", "study", "join")


def cards() -> None:
    """The newest jobs that this page can start."""
    job_card.cards(KINDS, limit=6, inside=_inside)


def _inside(job: Job) -> None:
    if job.kind == "train":
        _learning(job)
    if job.status == "done" and job.kind == "train":
        st.page_link(
            "pages/compare.py",
            label="Look at the run",
            icon=":material/leaderboard:",
            query_params={"runs": [job.params["run"]]},
        )
    elif job.status == "done" and job.kind == "study":
        st.page_link(
            "pages/studies.py",
            label="Look at the study",
            icon=":material/query_stats:",
            query_params={"study": job.params["study"]},
        )


def _learning(job: Job) -> None:
    """The learning curve of a model that learns in epochs: open while it learns, folded when it is done."""
    shown = api.live(job.id)
    lengths = shown.get("_lengths")
    found = live_curve(
        shown.get("curve"), lengths.get("curve") if isinstance(lengths, dict) else None
    )
    if found is None:
        return
    classes, running = shown.get("task") == "classification", job.status == "running"
    model = job.params.get("model") or job.params.get("recipe", "")
    figure = live_figure(
        *found, palette(), palette().of(model), log_loss=classes, finished=not running
    )
    place = (
        st.container() if running else st.expander("How it learned", icon=":material/show_chart:")
    )
    with place:
        show(
            figure,
            key=f"live-{job.id}",
            alt=f"Training and validation error over {len(found[0])} epochs.",
        )
