"""The main job in three clicks: generate, train, compare (or predict at once). Where one stands is read from the disk, never
remembered."""

import streamlit as st

from nmr_core.jobs import Job, api
from nmr_core.storage.workspace import new_id
from ui.shared import job_card, state

N_CURVES = 2000
MODELS = {"Ridge regression": {"model": "ridge"}, "Neural network": {"recipe": "standard"}}
"""Title -> what is trained."""


def _jobs() -> list[Job]:
    """This visitor's guided jobs, newest first."""
    return [
        job
        for job in api.list_jobs(owner=state.owner(), limit=50)
        if job.params.get("title", "").startswith("Guided")
    ]


def steps() -> None:
    """Three steps side by side; the next one to take is the primary button."""
    jobs = _jobs()
    made = [job for job in jobs if job.kind == "generate"]
    data = made[0] if made else None
    dataset = (
        data.params["dataset"]
        if data and data.status == "done" and data.params["dataset"] in state.datasets()
        else None
    )
    trained = [job for job in jobs if job.kind == "train" and job.params["dataset"] == dataset]
    ready = [
        job.params["run"]
        for job in trained
        if job.status == "done" and job.params["run"] in state.runs()
    ]
    busy = any(job.live for job in jobs)
    first, second, third = st.columns(3, border=True)
    with first:
        st.markdown(
            f"**1  Generate** {_tick(dataset)}  \n{N_CURVES:,} echoes of the 2020 challenge, with known parameters."
        )
        if st.button(
            "Generate",
            key="guide-generate",
            type=_type(not dataset),
            disabled=busy,
            icon=":material/play_arrow:",
        ):
            title = f"Guided: {N_CURVES:,} echoes"
            job_card.submit(
                "generate",
                {
                    "dataset": new_id("ds"),
                    "preset": "ml4sci_2020",
                    "n_samples": N_CURVES,
                    "seed": 0,
                    "title": title,
                },
                title,
            )
            st.rerun()
    with second:
        st.markdown(
            f"**2  Train** {_tick(ready)}  \nA linear model and a neural network read the parameters back."
        )
        if st.button(
            "Train both",
            key="guide-train",
            type=_type(dataset and not ready),
            disabled=busy or not dataset,
            icon=":material/play_arrow:",
        ):
            for label, way in MODELS.items():
                title = f"Guided: {label.lower()}"
                job_card.submit(
                    "train", {"dataset": dataset, "run": new_id("run"), "title": title} | way, title
                )
            st.rerun()
    with third:
        st.markdown(
            "**3  Compare**  \nPredicted against true, for every parameter, beside the baseline."
        )
        if st.button(
            "Compare",
            key="guide-compare",
            type=_type(ready),
            disabled=not ready,
            icon=":material/leaderboard:",
        ):
            st.switch_page("pages/compare.py", query_params={"runs": ready})
    st.page_link(
        "pages/predict.py",
        label="Or read echoes back at once, with a trained model that ships with the app",
        icon=":material/troubleshoot:",
    )
    if jobs and (busy or jobs[0].status != "done"):
        job_card.cards(limit=2)


def _tick(finished) -> str:
    return ":green[:material/check_circle:]" if finished else ""


def _type(next_step) -> str:
    return "primary" if next_step else "secondary"
