"""How runs learned: errors per epoch of the compared runs and of trainings that go on, as a figure
and as files.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from nmr_core.extras import is_installed
from nmr_core.learning import Run
from nmr_core.learning.curve_files import EXTRA, curves_csv, event_archive
from nmr_core.learning.curves import TrainingCurve, run_curve
from nmr_core.plots import training_curves_figure
from ui.compare import cached, following, room_best
from ui.compare.compared import compare
from ui.compare.downloads import things
from ui.shared import boot, export, figure_code, inputs, job_list, once
from ui.shared.figure import palette, show

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from ui.shared.finished import Finished

STUDIES = Path(__file__).parents[2] / "pages" / "studies.py"
SMOOTHING = {"0": "None", "0.6": "Some", "0.9": "Strong"}
"""Weight of the past epochs -> its name."""


class Options(NamedTuple):
    """How the curves are drawn."""

    smoothing: float
    log_epochs: bool
    training: bool


def view(task: str, runs: Sequence[Run], colours: dict[str, str]) -> None:
    """Show the error per epoch of runs and of this visitor's trainings that go on.

    Parameters
    ----------
    task : str
        "regression" or "classification".
    runs : sequence of Run
        The compared runs of this task.
    colours : dict
        Id of a run -> its colour.
    """
    is_live = following.any_running()
    every = job_list.pause(live=True, own=True) if is_live else None
    st.fragment(_view, run_every=every)(task, runs, colours, is_live)
    if STUDIES.exists():
        st.page_link(
            "pages/studies.py",
            label="Error against the number of echoes: learning curves are on the Studies page",
            icon=":material/trending_down:",
        )


def _view(task: str, runs: Sequence[Run], colours: dict[str, str], was_live: bool) -> None:
    with boot.part("training"):
        if was_live and not following.any_running():
            st.rerun()
        options = _options()
        of_runs = {run.id: curve for run in runs if (curve := run_curve(run.manifest))}
        able = [run for run in runs if run.id in of_runs]
        followed = following.curves(task, without=of_runs)
        best = room_best.curves(task, without=of_runs)
        others = [*followed, *best]
        curves = [*of_runs.values(), *others]
        if others:
            shades = {**colours, **following.shades(followed, palette())}
            shades |= {curve.id: palette().ink for curve in best}
            _show(_drawn(curves, shades, options, dashed=best), len(curves))
        elif curves:
            _show(
                _stored(able, curves, colours, options), len(curves), _code(able, colours, options)
            )
        st.caption(_explanation(curves, len(runs) - len(able), has_best=bool(best)))
        if curves:
            _buttons(runs, curves)


def _options() -> Options:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        smoothing = inputs.tabs(
            SMOOTHING, "smoothing", label="Smoothing", label_visibility="visible", brief=True
        )
        log_epochs = inputs.toggle("Logarithmic epochs", "log-epochs", link=True)
        training = inputs.toggle("Training part", "training-part", default=True, link=True)
    return Options(float(smoothing), log_epochs, training)


def _drawn(
    curves: Sequence[TrainingCurve],
    colours: Mapping[str, str],
    options: Options,
    dashed: Sequence[TrainingCurve] = (),
) -> "go.Figure":
    ids = [curve.id for curve in dashed]
    return training_curves_figure(curves, colours, palette(), **options._asdict(), dashed=ids)


def _stored(
    runs: Sequence[Run],
    curves: Sequence[TrainingCurve],
    colours: Mapping[str, str],
    options: Options,
) -> "Finished":
    """The figure of runs alone, which is drawn once for all visitors."""
    shades = tuple(colours[run.id] for run in runs)
    return once.figure(
        lambda: _drawn(curves, colours, options),
        *("training", cached.versions(runs), shades, tuple(options)),
    )


def _show(figure: "go.Figure | Finished", n_curves: int, code: str = "") -> None:
    show(
        figure,
        key="training",
        name="compare-training",
        code=code,
        alt=f"Error per epoch of {n_curves} runs.",
    )


def _code(runs: Sequence[Run], colours: Mapping[str, str], options: Options) -> str:
    shades = {run.id: colours[run.id] for run in runs}
    chosen = "".join(f", {name}={value!r}" for name, value in options._asdict().items())
    return figure_code.lines(
        "training_curves_figure\nfrom nmr_core.learning.curves import run_curve",
        figure_code.runs_line(runs),
        f"colours = {shades!r}",
        "curves = [run_curve(run.manifest) for run in runs]",
        f"figure = training_curves_figure(curves, colours, LIGHT{chosen})",
    )


def _explanation(curves: Sequence[TrainingCurve], n_other: int, *, has_best: bool) -> str:
    sentences = []
    if curves:
        sentences = [
            "Thick: validation part; dotted: training part; point: the epoch of the model."
        ]
    if any(curve.is_running for curve in curves):
        sentences.append("Ring: still training.")
    if has_best:
        sentences.append("Dashed: the best run trained in epochs that was submitted in the room.")
    if n_other:
        sentences.append(f"Not trained in epochs: {n_other} of the compared runs.")
    return " ".join(sentences)


def _buttons(runs: Sequence[Run], curves: Sequence[TrainingCurve]) -> None:
    """Downloads of the curves, and a button that compares what has ended."""
    with st.container(horizontal=True):
        export.download(
            "Curves (CSV)",
            lambda: curves_csv(curves).encode(),
            "training_curves.csv",
            "text/csv",
            "curves-csv",
            of=things(runs),
        )
        if is_installed(EXTRA):
            export.download(
                "Curves (TensorBoard)",
                lambda: event_archive(curves),
                "training_curves.zip",
                "application/zip",
                "curves-events",
                of=things(runs),
            )
        ended = following.ended_runs(without={run.id for run in runs})
        if ended:
            st.button(
                f"Compare {len(ended)} new " + ("run" if len(ended) == 1 else "runs"),
                key="compare-ended",
                icon=":material/done_all:",
                on_click=compare,
                args=([*ended, *(run.id for run in runs)],),
            )
