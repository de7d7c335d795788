"""The main job in three clicks: generate, train, compare. Progress is read from the disk and the
table of jobs.
"""

import os

import streamlit as st

from nmr_core.datasets.estimate import job_seconds
from nmr_core.jobs import Job
from nmr_core.presets import DEFAULT, PRESETS
from nmr_core.storage.workspace import new_id
from ui.shared import adding, compute, job_card, job_list, job_time, pages, state, visitor
from ui.train.cards import result_line

N_CURVES = 2000
GUIDED = "Guided"
"""How the titles of guided jobs begin."""
MODELS = {"Ridge regression": {"model": "ridge"}, "Neural network": {"recipe": "standard"}}
"""Title -> what is trained."""


def _jobs() -> list[Job]:
    """This visitor's guided jobs, newest first."""
    return [
        job
        for job in job_list.jobs()
        if job.owner == visitor.owner() and job.params.get("title", "").startswith(GUIDED)
    ]


def steps() -> None:
    """Three steps side by side, each with its progress and its result; the next one to take is the
    primary button.
    """
    jobs = _jobs()
    generated = [job for job in jobs if job.kind == "generate"][:1]
    dataset = next(
        (
            job.params["dataset"]
            for job in generated
            if job.status == "done" and state.dataset(job.params["dataset"])
        ),
        None,
    )
    trained = [job for job in jobs if job.kind == "train" and job.params["dataset"] == dataset]
    trained = trained[: len(MODELS)]
    runs = state.runs()
    ready = [
        job.params["run"] for job in trained if job.status == "done" and job.params["run"] in runs
    ]
    busy = any(job.live for job in jobs)
    first, second, third = st.columns(3, border=True)
    with first:
        st.markdown(
            f"**1  Generate** {_tick(dataset)}  \n{N_CURVES:,} echoes like those of the 2020 "
            "challenge (secular), with known parameters."
        )
        expected = _expected()
        if _button("Generate", "generate", next_step=not dataset, disabled=busy):
            _generate(expected)
        if not dataset and not generated:
            st.caption(job_time.words(expected))
        _progress(generated)
        if dataset:
            pages.link("data_sets", "Look at the echoes", dataset=dataset)
    with second:
        st.markdown(
            f"**2  Train** {_tick(ready and not busy)}  \nA linear model and a neural network "
            "read the parameters back."
        )
        next_step = bool(dataset and not ready)
        if _button("Train both", "train", next_step=next_step, disabled=busy or not dataset):
            _train(dataset)
        if dataset and not trained:
            st.caption(job_time.words(*map(_training, MODELS.values())))
        _progress(trained)
        for id in ready:
            manifest = runs[id].run.manifest
            title = manifest.title.removeprefix(f"{GUIDED}: ").capitalize()
            st.markdown(f":small[{title} · {result_line(compute.run(id, manifest.created))}]")
    with third:
        st.markdown(
            "**3  Compare**  \nPredicted against true, for every parameter, beside the baseline."
        )
        if _button("Compare", "compare", next_step=bool(ready), disabled=not ready):
            st.switch_page("pages/compare.py", query_params={"runs": ready})
    pages.link("predict", "Or predict parameters at once, with a trained model of the app")


def _button(label: str, step: str, *, next_step: bool, disabled: bool) -> bool:
    make = st.button if step == "compare" else adding.button
    return make(
        label,
        key=f"guide-{step}",
        type="primary" if next_step else "secondary",
        disabled=disabled,
        icon=":material/leaderboard:" if step == "compare" else ":material/play_arrow:",
    )


def _expected() -> job_time.Expected:
    """Time of the first step, from its number of spins and steps alone: the page opens at once."""
    experiment = PRESETS[DEFAULT].experiments()[0]
    seconds = compute.seconds(experiment, N_CURVES) / (os.cpu_count() or 1)
    return job_time.Expected("generate", job_seconds(seconds), GUIDED)


def _generate(expected: job_time.Expected) -> None:
    title = f"{GUIDED}: {N_CURVES:,} echoes"
    params = {
        "dataset": new_id("ds"),
        "preset": PRESETS[DEFAULT].to_dict(),
        "n_samples": N_CURVES,
        "seed": 0,
        "title": title,
        "owner": visitor.owner(),
    }
    if job_card.submit("generate", params, title, expected):
        st.rerun()


def _train(dataset: str | None) -> None:
    for label, way in MODELS.items():
        title = f"{GUIDED}: {label.lower()}"
        params = {"dataset": dataset, "run": new_id("run"), "title": title} | way
        if not job_card.submit("train", params, title, _training(way)):
            return
    st.rerun()


def _training(way: dict) -> job_time.Expected:
    """Time of one of the two trainings, which look at the images under one symmetry too."""
    # scikit-learn comes with the first data set
    from nmr_core.learning.duration import nominal_seconds
    from nmr_core.learning.plan import planned

    plan = planned(way.get("recipe", ""), model=way.get("model", ""))
    return job_time.Expected("train", nominal_seconds(plan, 2 * N_CURVES), f"{GUIDED} {plan.model}")


def _progress(jobs: list[Job]) -> None:
    """The cards of a step's jobs until all of them are done."""
    ids = {job.id for job in jobs if job.status != "done"}
    if ids:
        job_card.cards(limit=len(ids), only=lambda job: job.id in ids)


def _tick(finished: object) -> str:
    return ":green[:material/check_circle:]" if finished else ""
