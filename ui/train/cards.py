"""Job cards of the Train page: training and validation error while a model trains, then scores."""

from contextlib import suppress

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.jobs import Job, api
from nmr_core.learning.run import Run
from nmr_core.plots.training import live_curve, live_figure
from nmr_core.studies import load_study
from ui.shared import job_card, state
from ui.shared.figure import palette, show
from ui.shared.text import quoted

KINDS = ("train", "study", "join")


def cards() -> None:
    """The newest jobs that this page can start."""
    job_card.cards(KINDS, limit=6, inside=_inside)


def _inside(job: Job) -> None:
    if job.kind == "train":
        _progress(job)
    if job.status == "done" and job.kind == "train":
        _run(job.params["run"])
    elif job.status == "done" and job.kind == "study":
        _study(job.params["study"])


def _run(id_: str) -> None:
    """Scores of a finished training, and the way to its comparison."""
    entry = state.runs().get(id_)
    with st.container(horizontal=True, vertical_alignment="center"):
        if entry:
            st.markdown(result_line(entry.run), width="stretch")
        st.page_link(
            "pages/compare.py",
            label="Compare this run",
            icon=":material/leaderboard:",
            query_params={"runs": [id_]},
        )


def _study(id_: str) -> None:
    """The sentence of a finished study, and the way to its figure."""
    with st.container(horizontal=True, vertical_alignment="center"):
        # A deleted study has no sentence; its page offers the trash
        with suppress(InputError, FailedError):
            st.markdown(f":small[{quoted(load_study(id_).sentence)}]", width="stretch")
        st.page_link(
            "pages/studies.py",
            label="Open the study",
            icon=":material/query_stats:",
            query_params={"study": id_},
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


def _progress(job: Job) -> None:
    """Training and validation error per epoch: open while a model trains, folded afterwards."""
    published = api.live(job.id)
    lengths = published.get("_lengths")
    n_epochs = lengths.get("curve") if isinstance(lengths, dict) else None
    errors = live_curve(published.get("curve"), n_epochs)
    if errors is None:
        return
    running = job.status == "running"
    model = job.params.get("model") or job.params.get("recipe", "")
    figure = live_figure(
        *errors,
        palette(),
        palette().of(model),
        log_loss=published.get("task") == "classification",
        finished=not running,
    )
    place = (
        st.container() if running else st.expander("How it learned", icon=":material/show_chart:")
    )
    with place:
        show(
            figure,
            key=f"live-{job.id}",
            alt=f"Training and validation error over {len(errors[0])} epochs.",
        )
