"""Classifiers: confusion matrix, F1 by class and along a parameter, and calibration."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from nmr_core.evaluation.regimes import f1_by, matched
from nmr_core.learning import Run
from nmr_core.learning.class_metrics import reliability, score_with_interval, weighted_f1
from nmr_core.plots import calibration_figure, confusion_figure, f1_along_figure, f1_figure
from ui.compare import cached
from ui.compare.cached import titles
from ui.shared import boot, figure_code, inputs, once, tables
from ui.shared.figure import palette, show

if TYPE_CHECKING:
    import plotly.graph_objects as go

FEWEST = 10
"""Matched echoes per class that a score needs."""


@st.fragment
def overview(runs: Sequence[Run], colours: dict[str, str]) -> None:
    """Show the confusion matrix of one run, and F1 by class of all."""
    with boot.part("confusion"):
        by_id = {run.id: run for run in runs}
        left, right = st.columns(2)
        with left:
            head, which = st.columns(2, vertical_alignment="bottom")
            with head:
                st.markdown("**Confusion matrix** :small[· test echoes, % of the true class]")
            with which:
                run = by_id[
                    inputs.choice(
                        "Run",
                        titles(by_id.values()),
                        "look-class",
                        link=True,
                        label_visibility="collapsed",
                    )
                ]
            show(
                once.figure(
                    lambda: confusion_figure(run.confusion, palette(), colours[run.id]),
                    *("confusion", cached.version(run), colours[run.id]),
                ),
                key="confusion",
                name=f"compare-confusion-{run.id}",
                code=figure_code.lines(
                    "confusion_figure",
                    figure_code.run_line(run),
                    f"figure = confusion_figure(run.confusion, LIGHT, {colours[run.id]!r})",
                ),
                alt=_description(run),
            )
        with right:
            st.markdown("**F1 by class** :small[· dashed: the baseline]")
            lines = {run.id: (run.manifest.title, run.scores, colours[run.id]) for run in runs}
            shades = tuple(colours[run.id] for run in runs)
            show(
                once.figure(
                    lambda: f1_figure(lines, palette()), "f1", cached.versions(runs), shades
                ),
                key="f1",
                name="compare-f1",
                code=figure_code.lines(
                    "f1_figure",
                    *_runs_code(runs, colours),
                    "lines = {run.id: (run.manifest.title, run.scores, colours[run.id]) "
                    "for run in runs}",
                    "figure = f1_figure(lines, LIGHT)",
                ),
                alt="F1 of every class and run.",
            )


def _runs_code(runs: Sequence[Run], colours: dict[str, str]) -> list[str]:
    """The statements of the variables ``runs`` and ``colours``."""
    own = {run.id: colours[run.id] for run in runs}
    return [figure_code.runs_line(runs), f"colours = {own!r}"]


def _description(run: Run) -> str:
    right = int((run.true == run.predicted).to_numpy().sum())
    return f"Confusion matrix of {len(run.true)} test echoes: {right} are right."


@st.fragment
def along(runs: Sequence[Run], colours: dict[str, str]) -> None:
    """Show F1 by ranges of W (or another number of the data set), and on echoes matched in it."""
    with boot.part("along"):
        labels = cached.parameters(runs[0])
        able = [run for run in runs if cached.parameters(run).keys() >= labels.keys()]
        if not labels:
            st.caption(
                "The data set is no longer there, so only the classes of the test echoes are "
                "available."
            )
            return
        first = next(
            (name for name in ("W", "W_tot", "omega_p") if name in labels), next(iter(labels))
        )
        across = inputs.choice(
            "Against", labels, "class-across", link=True, index=list(labels).index(first)
        )

        def draw() -> "go.Figure":
            curves = {
                run.id: (run.manifest.title, _by(run, across), colours[run.id]) for run in able
            }
            return f1_along_figure(curves, labels[across], palette())

        versions = cached.versions(able)
        shades = tuple(colours[run.id] for run in able)
        show(
            once.figure(draw, "f1 along", versions, shades, across, labels[across]),
            key="f1-along",
            name=f"compare-f1-{across}",
            code=_along_code(able, colours, across, labels[across]),
            alt=f"Weighted F1 by ranges of {across}.",
        )
        tables.show(once.table(lambda: _all_matched(able, across), "matched", versions, across))
        st.caption(
            f"Matched: equally many test echoes per class with the same {labels[across]}, so "
            "that it cannot give away the "
            "class. A score that falls there relied on it."
        )


def _along_code(runs: Sequence[Run], colours: dict[str, str], across: str, label: str) -> str:
    return figure_code.lines(
        "f1_along_figure\nfrom nmr_core.evaluation.regimes import f1_by",
        *_runs_code(runs, colours),
        "curves = {}",
        "for run in runs:",
        f"    values = {figure_code.column(runs[0], across)}",
        "    (target,) = run.targets",
        "    true, predicted = run.true[target], run.predicted[target]",
        "    table = f1_by(values, true, predicted, weights=run.weights)",
        "    curves[run.id] = (run.manifest.title, table, colours[run.id])",
        f"figure = f1_along_figure(curves, {label!r}, LIGHT)",
    )


def _by(run: Run, across: str) -> pd.DataFrame:
    (name,) = run.targets
    return f1_by(
        cached.values(run, across), run.true[name], run.predicted[name], weights=run.weights
    )


def _all_matched(runs: Sequence[Run], across: str) -> tables.Ready:
    return tables.ready(pd.DataFrame([_matched(run, across) for run in runs]))


def _matched(run: Run, across: str) -> dict:
    (name,) = run.targets
    rows = matched(cached.values(run, across), run.true[name])
    line = {
        "run": run.manifest.title,
        "f1": run.f1_weighted()[0],
        "matched": len(rows),
    }
    if len(rows) < FEWEST * len(run.classes):
        return line | {"f1_matched": None, "f1_low": None, "f1_high": None}
    f1, low, high = score_with_interval(
        run.true[name].iloc[rows],
        run.predicted[name].iloc[rows],
        run.classes,
        weighted_f1,
        run.weights[rows],
    )
    return line | {"f1_matched": f1, "f1_low": low, "f1_high": high}


def _reliability(run: Run) -> "go.Figure":
    truth = run.true[run.targets[0]].astype(str)
    curves = {
        name: reliability(
            (truth == name).to_numpy(), run.probability[name].to_numpy(), weights=run.weights
        )
        for name in run.classes
    }
    return calibration_figure(curves, palette())


@st.fragment
def probabilities(runs: Sequence[Run]) -> None:
    """Show whether predicted probabilities are calibrated."""
    with boot.part("probabilities"):
        able = {run.id: run for run in runs if run.probability is not None}
        if not able:
            st.caption("None of these classifiers predicts probabilities.")
            return
        run = able[inputs.choice("Run", titles(able.values()), "calibrated", link=True)]
        show(
            once.figure(lambda: _reliability(run), "reliability", cached.version(run)),
            key="calibration",
            name=f"compare-probabilities-{run.id}",
            code=figure_code.lines(
                "calibration_figure\nfrom nmr_core.learning.class_metrics import reliability",
                figure_code.run_line(run),
                "true = run.true[run.targets[0]].astype(str)",
                "curves = {",
                "    name: reliability((true == name).to_numpy(), column.to_numpy(), "
                "weights=run.weights)",
                "    for name, column in run.probability[list(run.classes)].items()",
                "}",
                "figure = calibration_figure(curves, LIGHT)",
            ),
            alt="Predicted probability against observed fraction.",
        )
        st.caption(
            "Above the dashed line the classifier is underconfident, below it overconfident. "
            "Bands: 95 % binomial intervals."
        )
