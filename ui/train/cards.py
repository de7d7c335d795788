"""Job cards of the Train page: the learning curve while a model trains, its scores and the next step when it is done."""

import streamlit as st

from nmr_core.jobs import Job, api
from nmr_core.learning.run import Run
from nmr_core.plots.training import live_curve, live_figure
from ui.shared import job_card, state
from ui.shared.palette import palette, show
from ui.shared.text import quoted

KINDS = ("train", "study", "join")


def cards() -> None:
    """The newest jobs that this page can start."""
    job_card.cards(KINDS, limit=6, inside=_inside)


def _inside(job: Job) -> None:
    if job.kind == "train":
        _learning(job)
    if job.status == "done" and job.kind == "train":
        entry = state.runs().get(job.params["run"])
        with st.container(horizontal=True, vertical_alignment="center"):
            if entry:
                st.markdown(result_line(entry.run), width="stretch")
            st.page_link(
                "pages/compare.py",
                label="Compare this run",
                icon=":material/leaderboard:",
                query_params={"runs": [job.params["run"]]},
            )
    elif job.status == "done" and job.kind == "study":
        st.page_link(
            "pages/studies.py",
            label="Open the study",
            icon=":material/query_stats:",
            query_params={"study": job.params["study"]},
        )


def result_line(run: Run) -> str:
    """Scores of a finished run as Markdown: R² per target, or F1, on how many test curves."""
    test = f":small[{run.manifest.n_test:,} test curves]"
    if run.task == "classification":
        value, low, high = run.f1_weighted()
        return (
            f"**F1 {value:.3f}** [{low:.3f}, {high:.3f}], baseline {run.baseline_f1:.3f} · {test}"
        )
    scores = []
    for name, r2 in run.scores["r2"].items():
        symbol = quoted(run.manifest.targets[name]["symbol"])
        hidden = name in run.manifest.unidentifiable
        scores.append(f"{symbol} cannot be identified" if hidden else f"{symbol} **{r2:.3f}**")
    return f"R²: {' · '.join(scores)} · {test}"


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
