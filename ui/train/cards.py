"""Job cards of the Train page: training and validation error while a model trains, then scores."""

import streamlit as st

from nmr_core.jobs import Job, api
from nmr_core.learning.curves import published_curve
from nmr_core.learning.run import Run
from nmr_core.plots.training import live_figure
from nmr_core.weights import effective_note
from ui.shared import job_card, state
from ui.shared.figure import palette, show
from ui.shared.text import quoted

KINDS = ("train", "study", "join")


def cards() -> None:
    """The newest jobs that this page can start."""
    job_card.cards(KINDS, limit=6, inside=_inside)


def _inside(job: Job) -> None:
    if job.kind != "train":
        return
    _progress(job)
    entry = state.runs().get(job.params.get("run", ""))
    # A job of an earlier version has not stored its scores
    if job.status == "done" and entry and "summary" not in (job.result or {}):
        st.markdown(result_line(entry.run))


def result_line(run: Run) -> str:
    """Scores of a finished run as Markdown: R² per target, or F1, on how many test curves."""
    test = f":small[{run.manifest.n_test:,} test curves{effective_note(run.weights)}]"
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


def _progress(job: Job) -> None:
    """Training and validation error per epoch: open while a model trains, folded afterwards."""
    running = job.status == "running"
    curve = published_curve(job.id, job.title, api.live(job.id), is_running=running)
    if curve is None:
        return
    model = job.params.get("model") or job.params.get("recipe", "")
    figure = live_figure(curve, palette(), palette().of(model))
    place = (
        st.container() if running else st.expander("How it learned", icon=":material/show_chart:")
    )
    with place:
        show(
            figure,
            key=f"live-{job.id}",
            alt=f"Training and validation error over {len(curve.epochs)} epochs.",
        )
