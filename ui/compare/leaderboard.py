"""The leaderboard of the compared runs: one measure beside the baseline and published results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.evaluation.compare import standings
from nmr_core.evaluation.published import Published, comparable
from nmr_core.glossary import change_text
from nmr_core.learning import Run
from nmr_core.plots import leaderboard_figure
from nmr_core.plots.leaderboard import Reference
from ui.compare import cached, reference
from ui.shared import boot, figure_code, inputs, once
from ui.shared.figure import palette, show

if TYPE_CHECKING:
    import plotly.graph_objects as go

LINES = 3
"""Published results drawn beside the runs; more would hide them."""
HIGHER_IS_BETTER = ("r2", "f1_weighted")
SHORT = {"f1_weighted": "f1", "mse_w2": "mse"}
"""Metric -> its name in the address, where that is another one."""


@dataclass(frozen=True)
class Measure:
    """A measure of the leaderboard.

    Attributes
    ----------
    name : str
        In the list of measures.
    label : str
        Title of the axis.
    metric, target : str
        Arguments of :func:`nmr_core.evaluation.compare.standings`.
    """

    name: str
    label: str
    metric: str
    target: str = ""

    @property
    def key(self) -> str:
        """In the address."""
        return f"{SHORT.get(self.metric, self.metric)}-{self.target}".strip("-")


def ranked(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of one task, best first."""
    by_id = {run.id: run for run in runs}
    metric = "f1_weighted" if runs[0].task == "classification" else "error"
    ids = once.table(
        lambda: standings(runs, metric)["run"].tolist(), "standings", cached.versions(runs), metric
    )
    return [by_id[id] for id in ids]


@st.fragment
def leaderboard(runs: Sequence[Run], colours: dict[str, str], base: Run | None) -> None:
    """Show one measure of all runs, chosen by the visitor, with the best published results.

    With a reference run its value is a line, and the error of each run stands beside the change.
    """
    with boot.part("leaderboard"):
        measures = _measures(runs)
        left, middle, right = st.columns([2.4, 1, 1], vertical_alignment="bottom")
        with right:
            reference.box(runs, base)
        with middle:
            names = {key: measure.name for key, measure in measures.items()}
            key = inputs.choice("Measure", names, "measure", link=True)
        with left:
            _head(runs, measures[key])
        _show(runs, colours, measures[key], base)


def _head(runs: Sequence[Run], measure: Measure) -> None:
    side = "right" if measure.metric in HIGHER_IS_BETTER else "left"
    dotted = "; dotted: published, on other echoes" if _published(runs, measure) else ""
    st.markdown(f"**Leaderboard** :small[· further {side} is better, with 95 % intervals{dotted}]")


def _show(runs: Sequence[Run], colours: dict[str, str], measure: Measure, base: Run | None) -> None:
    shades = tuple(colours[run.id] for run in runs)
    key = cached.versions(runs), measure.label, measure.metric, measure.target
    figure = once.figure(
        lambda: _figure(runs, colours, measure, base),
        *("leaderboard", *key, shades, reference.version(base)),
    )
    alt = once.table(lambda: _description(runs, measure), "leaderboard", *key)
    code = _code(runs, measure, shades, base)
    name = f"compare-leaderboard-{measure.key}"
    show(figure, key="leaderboard", alt=alt, name=name, code=code)


def _code(runs: Sequence[Run], measure: Measure, shades: tuple[str, ...], base: Run | None) -> str:
    higher = measure.metric in HIGHER_IS_BETTER
    best = f"[-{LINES}:][::-1]" if higher else f"[:{LINES}]"
    arguments = f"runs, {measure.metric!r}, {measure.target!r}"
    imports, compared = _reference_code(measure, base)
    return figure_code.lines(
        "leaderboard_figure\nfrom nmr_core.evaluation.compare import standings\n"
        f"from nmr_core.evaluation.published import comparable{imports}",
        figure_code.runs_line(runs),
        f"colours = dict(zip((run.id for run in runs), {list(shades)!r}))",
        f"table = standings({arguments})",
        f"published = comparable({arguments}){best}",
        f"label = {measure.label!r}",
        *compared,
        f"figure = leaderboard_figure(table, colours, LIGHT, label, published, {higher}"
        f"{', reference' if compared else ''})",
    )


def _reference_code(measure: Measure, base: Run | None) -> tuple[str, list[str]]:
    """Imports, and the statements that make the variable ``reference``; none without a run."""
    if base is None:
        return "", []
    imports = "\nfrom nmr_core.plots.leaderboard import Reference"
    statements = [
        figure_code.run_line(base, "base"),
        f"own = standings([base], {measure.metric!r}, {measure.target!r})",
        "value = float(own['value'].iloc[0]) if len(own) else float('nan')",
    ]
    if measure.metric != "error":
        return imports, [*statements, "reference = Reference(value, {})"]
    imports += (
        "\nfrom nmr_core.evaluation.reference import error_change"
        "\nfrom nmr_core.glossary import change_text"
    )
    return imports, [
        *statements,
        "changes = {run.id: error_change(run, base) for run in runs if run.id != base.id}",
        "texts = {id: change_text(*change) for id, change in changes.items() if change.known}",
        "reference = Reference(value, texts)",
    ]


def _published(runs: Sequence[Run], measure: Measure) -> list[Published]:
    """The best published results of a measure, the best first."""
    results = comparable(runs, measure.metric, measure.target)
    return results[-LINES:][::-1] if measure.metric in HIGHER_IS_BETTER else results[:LINES]


def _figure(
    runs: Sequence[Run], colours: dict[str, str], measure: Measure, base: Run | None
) -> "go.Figure":
    return leaderboard_figure(
        standings(runs, measure.metric, measure.target),
        colours,
        palette(),
        measure.label,
        _published(runs, measure),
        measure.metric in HIGHER_IS_BETTER,
        _reference(runs, measure, base),
    )


def _description(runs: Sequence[Run], measure: Measure) -> str:
    table = standings(runs, measure.metric, measure.target)
    best = f"the best is {table['title'].iloc[0]} with {table['value'].iloc[0]:.4g}"
    return f"{measure.label} of {len(table)} runs; {best}."


def _reference(runs: Sequence[Run], measure: Measure, base: Run | None) -> Reference | None:
    """The value of the reference run, and the changes of the error."""
    if base is None:
        return None
    own = standings([base], measure.metric, measure.target)
    value = float(own["value"].iloc[0]) if len(own) else float("nan")
    if measure.metric != "error":
        return Reference(value, {})
    changes = {run.id: reference.change(cached.version(run), cached.version(base)) for run in runs}
    texts = {id: change_text(*change) for id, change in changes.items() if change.known}
    return Reference(value, texts)


def _measures(runs: Sequence[Run]) -> dict[str, Measure]:
    """Measures by key, the default first."""
    if all(run.task == "classification" for run in runs):
        return _by_key(Measure("Weighted F1", "weighted F1", "f1_weighted"))
    error = "weighted error Σ MSE/w²"
    partly = any(run.manifest.unidentifiable for run in runs)
    label = f"{error}, identifiable parameters" if partly else error
    measures = [Measure("Error Σ MSE/w²", label, "error")]
    if partly:
        total = f"{error}, all parameters"
        measures.append(Measure("Error, all parameters", total, "error_total"))
    targets = {name: spec for run in runs for name, spec in run.manifest.targets.items()}
    for name, spec in targets.items():
        r2, mse = f"R² of {spec['symbol']}", f"MSE/w² of {spec['symbol']}"
        measures += [Measure(r2, r2, "r2", name), Measure(mse, mse, "mse_w2", name)]
    return _by_key(*measures)


def _by_key(*measures: Measure) -> dict[str, Measure]:
    return {measure.key: measure for measure in measures}
