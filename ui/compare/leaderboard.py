"""The leaderboard of the compared runs: one measure beside the baseline and published results."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from nmr_core.evaluation.compare import standings
from nmr_core.evaluation.published import Published, comparable
from nmr_core.glossary import change_text
from nmr_core.learning import Run
from nmr_core.plots import DARK, LIGHT, leaderboard_figure
from nmr_core.plots.leaderboard import Reference
from ui.compare import cached, reference
from ui.shared import caches, compute, figure_code, inputs, once
from ui.shared.figure import palette, show

LINES = 3
"""Published results drawn beside the runs; more would hide them."""
HIGHER_IS_BETTER = ("r2", "f1_weighted")


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


def ranked(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of one task, best first."""
    by_id = {run.id: run for run in runs}
    metric = "f1_weighted" if runs[0].task == "classification" else "error"
    return [by_id[id] for id in _order(cached.versions(runs), metric)]


@caches.resource(max_entries=200, show_spinner=False)
def _order(versions: cached.Versions, metric: str) -> tuple[str, ...]:
    runs = [compute.run(*version) for version in versions]
    return tuple(standings(runs, metric)["run"])


def leaderboard(runs: Sequence[Run], colours: dict[str, str], base: Run | None) -> None:
    """Show one measure of all runs, chosen by the visitor, with the best published results.

    With a reference run its value is a line, and the error of each run stands beside the change.
    """
    measures = _measures(runs)
    left, middle, right = st.columns([2.4, 1, 1], vertical_alignment="bottom")
    with right:
        reference.box(runs, base)
    with middle:
        names = {key: measure.name for key, measure in measures.items()}
        key = inputs.choice("Measure", names, "measure", link=True)
    measure = measures[key]
    higher = measure.metric in HIGHER_IS_BETTER
    published = _published(runs, measure)
    with left:
        side = "right" if higher else "left"
        dotted = "; dotted: published, on other echoes" if published else ""
        st.markdown(
            f"**Leaderboard** :small[· further {side} is better, with 95 % intervals{dotted}]"
        )
    shades = tuple(colours[run.id] for run in runs)
    figure, alt = _figure(
        cached.versions(runs), shades, measure, palette() is DARK, reference.version(base)
    )
    code = _code(runs, measure, shades, base)
    show(figure, key="leaderboard", alt=alt, name=f"compare-leaderboard-{key}", code=code)


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


@caches.resource(max_entries=100, show_spinner=False)
def _figure(
    versions: cached.Versions,
    colours: tuple[str, ...],
    measure: Measure,
    dark: bool,
    base: cached.Version,
) -> tuple[go.Figure, str]:
    """The figure and its description, by (id, creation time) of the runs, for all visitors."""
    runs = [compute.run(id, created) for id, created in versions]
    table = standings(runs, measure.metric, measure.target)
    figure = leaderboard_figure(
        table,
        dict(zip((run.id for run in runs), colours, strict=True)),
        DARK if dark else LIGHT,
        measure.label,
        _published(runs, measure),
        measure.metric in HIGHER_IS_BETTER,
        _reference(versions, measure, base),
    )
    best = f"the best is {table['title'].iloc[0]} with {table['value'].iloc[0]:.4g}"
    return once.Finished(figure), f"{measure.label} of {len(table)} runs; {best}."


def _reference(
    versions: cached.Versions, measure: Measure, base: cached.Version
) -> Reference | None:
    """The value of the reference run, and the changes of the error."""
    if not base[0]:
        return None
    own = standings([compute.run(*base)], measure.metric, measure.target)
    value = float(own["value"].iloc[0]) if len(own) else float("nan")
    if measure.metric != "error":
        return Reference(value, {})
    changes = {version[0]: reference.change(version, base) for version in versions}
    texts = {id: change_text(*change) for id, change in changes.items() if change.known}
    return Reference(value, texts)


def _measures(runs: Sequence[Run]) -> dict[str, Measure]:
    """Measures by key, the default first."""
    if all(run.task == "classification" for run in runs):
        return {"f1": Measure("Weighted F1", "weighted F1", "f1_weighted")}
    error = "weighted error Σ MSE/w²"
    partly = any(run.manifest.unidentifiable for run in runs)
    label = f"{error}, identifiable parameters" if partly else error
    measures = {"error": Measure("Error Σ MSE/w²", label, "error")}
    if partly:
        measures["error_total"] = Measure(
            "Error, all parameters", f"{error}, all parameters", "error_total"
        )
    targets = {name: spec for run in runs for name, spec in run.manifest.targets.items()}
    for name, spec in targets.items():
        r2, mse = f"R² of {spec['symbol']}", f"MSE/w² of {spec['symbol']}"
        measures[f"r2-{name}"] = Measure(r2, r2, "r2", name)
        measures[f"mse-{name}"] = Measure(mse, mse, "mse_w2", name)
    return measures
