"""Where the compared runs fail, and in what they differ.

Each view is a fragment.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.evaluation.compare import differences
from nmr_core.learning import Run
from nmr_core.plots import (
    Panel,
    regime_figure,
    regime_map_figure,
    residual_figure,
)
from ui.compare import cached
from ui.compare.cached import titles
from ui.shared import boot, figure_code, inputs, once
from ui.shared.figure import palette, show

if TYPE_CHECKING:
    import plotly.graph_objects as go


def _targets(runs: Sequence[Run]) -> dict[str, str]:
    return {name: spec["symbol"] for run in runs for name, spec in run.manifest.targets.items()}


def _shared_parameters(runs: Sequence[Run]) -> dict[str, str]:
    """Name -> label of the numbers of the test echoes that all these runs have."""
    first, *others = (cached.parameters(run) for run in runs)
    return {name: label for name, label in first.items() if all(name in other for other in others)}


def _note_missing_dataset(run: Run) -> None:
    if cached.opened(run) is None:
        st.caption(
            "The data set is no longer there, so only the predicted parameters of the test "
            "echoes are available."
        )


@st.fragment
def residuals(runs: Sequence[Run], colours: dict[str, str]) -> None:
    """Show predicted minus true of one run against any parameter of the data set."""
    with boot.part("residuals"):
        first, second, third = st.columns(3)
        with first:
            target = inputs.choice("Residuals of", _targets(runs), "residual-of", link=True)
        able = {run.id: run for run in runs if target in run.targets}
        with third:
            run = able[inputs.choice("Run", titles(able.values()), "residual-run", link=True)]
        labels = cached.parameters(run)
        with second:
            name = inputs.choice("Against", labels, "residual-against", link=True)

        def draw() -> "go.Figure":
            against = None if name == target else (labels[name], cached.values(run, name))
            return residual_figure(
                Panel.of(run, target, colours[run.id]),
                run.manifest.targets[target],
                palette(),
                against=against,
            )

        key = (cached.version(run), target, colours[run.id], name, labels[name])
        show(
            once.figure(draw, "residuals", *key),
            key="residuals",
            name=f"compare-residuals-{target}-{run.id}",
            code=_residual_code(run, target, name, labels[name], colours[run.id]),
            alt=f"Predicted minus true {target} against {name}.",
        )
        st.caption(
            "Lines are the 5, 50 and 95 % quantiles: the median shows a bias, the distance of "
            "the others the spread."
        )
        _note_missing_dataset(run)


@st.fragment
def regimes(runs: Sequence[Run], colours: dict[str, str]) -> None:
    """Show the error of all runs by ranges of one parameter, and that of one run over two."""
    with boot.part("regimes"):
        first, second, third, fourth = st.columns(4)
        with first:
            target = inputs.choice("Error of", _targets(runs), "regime-of", link=True)
        able = {run.id: run for run in runs if target in run.targets}
        labels = _shared_parameters(list(able.values()))
        with second:
            across = inputs.choice("Across", labels, "regime-across", link=True)
        with third:
            up = inputs.choice(
                "Map: up", labels, "regime-up", link=True, index=min(1, len(labels) - 1)
            )
        with fourth:
            run = able[inputs.choice("Map of", titles(able.values()), "regime-run", link=True)]
        spec = run.manifest.targets[target]
        left, right = st.columns(2)

        def draw_errors() -> "go.Figure":
            tables = {
                id: (one.manifest.title, cached.by(one, target, across), colours[id])
                for id, one in able.items()
            }
            return regime_figure(tables, labels[across], spec, palette())

        def draw_map() -> "go.Figure":
            errors = cached.over(run, target, across, up)
            axes = (labels[across], labels[up])
            return regime_map_figure(*errors, axes, spec, palette(), colours[run.id])

        key = (target, across, labels[across])
        with left:
            shades = tuple(colours[id] for id in able)
            show(
                once.figure(
                    draw_errors, "errors", cached.versions(list(able.values())), shades, *key
                ),
                key="regimes",
                name=f"compare-error-{target}-by-{across}",
                code=_regime_code(list(able.values()), target, across, labels[across], colours),
                alt=f"Error of {target} by {across}.",
            )
        with right:
            show(
                once.figure(
                    draw_map,
                    *("map", cached.version(run), colours[run.id], *key, up, labels[up]),
                ),
                key="regime-map",
                name=f"compare-error-{target}-map-{run.id}",
                code=_map_code(run, target, {across: labels[across], up: labels[up]}, colours),
                alt=f"Error of {target} over {across} and {up}.",
            )
        st.caption(
            "Ranges hold equally many test echoes. Bands: 95 % (bootstrap); dashed: the baseline "
            "in the same range. "
            "Map: cells with fewer than 3 echoes are grey."
        )
        _note_missing_dataset(run)


def _residual_code(run: Run, target: str, name: str, label: str, colour: str) -> str:
    against = f"({label!r}, {figure_code.column(run, name)})"
    return figure_code.lines(
        "Panel, residual_figure",
        figure_code.run_line(run),
        f"panel = {figure_code.panel('run', target, colour)}",
        f"against = {None if name == target else against}",
        f"target = run.manifest.targets[{target!r}]",
        "figure = residual_figure(panel, target, LIGHT, against=against)",
    )


def _regime_code(
    runs: Sequence[Run], target: str, across: str, label: str, colours: dict[str, str]
) -> str:
    return figure_code.lines(
        "regime_figure\nfrom nmr_core.evaluation.regimes import error_by",
        figure_code.runs_line(runs),
        f"colours = {[colours[run.id] for run in runs]!r}",
        "tables = {}",
        "for run, colour in zip(runs, colours):",
        f"    true, predicted = (t[{target!r}].to_numpy() for t in (run.true, run.predicted))",
        f"    baseline = run.manifest.train_mean[{target!r}] - true",
        f"    across = {figure_code.column(runs[0], across)}",
        "    error = predicted - true",
        "    table = error_by(across, error, baseline, weights=run.weights)",
        "    tables[run.id] = run.manifest.title, table, colour",
        f"target = runs[0].manifest.targets[{target!r}]",
        f"figure = regime_figure(tables, {label!r}, target, LIGHT)",
    )


def _map_code(run: Run, target: str, labels: dict[str, str], colours: dict[str, str]) -> str:
    # One name stands for both axes where the visitor chose it twice
    across, up = [*labels, *labels][:2]
    return figure_code.lines(
        "regime_map_figure\nfrom nmr_core.evaluation.regimes import error_map",
        figure_code.run_line(run),
        f"x = {figure_code.column(run, across)}",
        f"y = {figure_code.column(run, up)}",
        f"error = (run.predicted[{target!r}] - run.true[{target!r}]).to_numpy()",
        f"axes = {(labels[across], labels[up])!r}",
        f"target = run.manifest.targets[{target!r}]",
        "errors = error_map(x, y, error, weights=run.weights)",
        f"figure = regime_map_figure(*errors, axes, target, LIGHT, {colours[run.id]!r})",
    )


@st.fragment
def differing(runs: Sequence[Run], base: Run | None) -> None:
    """Show in what two runs differ, one of them at first the reference run."""
    with boot.part("differences"):
        if len(runs) < 2:
            st.caption("Choose a second run to see in what it differs.")
            return
        names = titles(runs)
        first, second = st.columns(2)
        with first:
            first_run = list(names).index(base.id) if base and base.id in names else 0
            a = inputs.choice("One run", names, "differ-a", link=True, index=first_run)
        with second:
            other = next(k for k, id in enumerate(names) if id != (base.id if base else a))
            b = inputs.choice("and another", names, "differ-b", link=True, index=other)
        by_id = {run.id: run for run in runs}
        table = differences(by_id[a], by_id[b])
        if table.empty:
            same = "These are the same run."
            equal = "These runs were made in the same way; only their ids and times differ."
            st.caption(same if a == b else equal)
            return
        names = {"label": "choice", "first": names[a], "second": names[b]}
        st.dataframe(table.drop(columns="entry").rename(columns=names), hide_index=True)
