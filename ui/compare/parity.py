"""Predicted against true, and the echo of a clicked point.

A click redraws only this part of the page.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.learning import Run
from nmr_core.plots import Panel, parity_grid_figure
from ui.compare import cached, echo
from ui.compare.cached import titles
from ui.data_sets.explore import picked
from ui.shared import boot, figure_code, inputs, once
from ui.shared.figure import palette, show

if TYPE_CHECKING:
    import plotly.graph_objects as go

COLUMNS = 4
"""Parameters beside each other."""
VIEWS = {"one": "One run", "all": "All runs, one parameter"}


@st.fragment
def parity(runs: Sequence[Run], colours: dict[str, str], base: Run | None) -> None:
    """Show all parameters of one run, or one parameter of all runs (best first)."""
    with boot.part("parity"):
        by_id = {run.id: run for run in runs}
        echo.read_link(by_id)
        head, view_column, choice_column = st.columns([2.6, 1.7, 1.7], vertical_alignment="bottom")
        with head:
            st.markdown(
                "**Predicted against true** :small[· test echoes only; click a point for its echo]"
            )
        with view_column:
            view = "one" if len(runs) == 1 else inputs.tabs(VIEWS, "parity")
        with choice_column:
            if view == "one":
                names = titles(by_id.values())
                id = inputs.choice("Run", names, "look", link=True, label_visibility="collapsed")
            else:
                symbols = {
                    name: spec["symbol"]
                    for run in runs
                    for name, spec in run.manifest.targets.items()
                }
                name = inputs.choice(
                    "Parameter", symbols, "look-at", link=True, label_visibility="collapsed"
                )
        if view == "one":
            _one_run(by_id[id], colours[id])
        else:
            _one_parameter([run for run in runs if name in run.targets], name, colours)
        run = by_id[id] if view == "one" else by_id[_run_of_click(by_id)]
        echo.table(run)
        echo.show_chosen(by_id, base)


def _one_run(run: Run, colour: str) -> None:
    names = run.targets
    r2 = once.table(lambda: run.scores["r2"].to_dict(), "r2", cached.version(run))
    for start in range(0, len(names), COLUMNS):
        columns = st.columns(min(COLUMNS, len(names)))
        for name, column in zip(names[start : start + COLUMNS], columns, strict=False):
            key = f"parity-{run.id}-{name}"
            with column:
                show(
                    cached.parity(run, name, colour, echo.marked(run)),
                    key=key,
                    selection_mode="points",
                    on_select=lambda key=key: remember_click(key, [run.id]),
                    alt=f"Predicted against true {name}: R² = {r2[name]:.3f}.",
                    name=f"compare-parity-{name}-{run.id}",
                    code=_code_of_one(run, name, colour),
                )


def _one_parameter(runs: list[Run], name: str, colours: dict[str, str]) -> None:
    key = f"parity-all-{name}"
    marked = echo.marked(runs[0])
    shades = tuple(colours[run.id] for run in runs)

    def draw() -> "go.Figure":
        panels = [
            Panel.of(run, name, colour, run.manifest.title)
            for run, colour in zip(runs, shades, strict=True)
        ]
        target = runs[0].manifest.targets[name]
        return parity_grid_figure(panels, target, palette(), marked=marked)

    show(
        once.figure(draw, "parities", cached.versions(runs), name, shades, marked),
        key=key,
        selection_mode="points",
        # Two traces per panel: points and identity
        on_select=lambda: remember_click(key, [run.id for run in runs for _ in range(2)]),
        alt=f"Predicted against true {name} of {len(runs)} runs.",
        name=f"compare-parity-{name}",
        code=figure_code.lines(
            "Panel, parity_grid_figure",
            figure_code.runs_line(runs),
            f"colours = {list(shades)!r}",
            "panels = [",
            f"    Panel.of(run, {name!r}, colour, run.manifest.title)",
            "    for run, colour in zip(runs, colours)",
            "]",
            f"target = runs[0].manifest.targets[{name!r}]",
            f"figure = parity_grid_figure(panels, target, LIGHT, marked={marked})",
        ),
    )


def _code_of_one(run: Run, name: str, colour: str) -> str:
    symbol = run.manifest.targets[name]["symbol"]
    return figure_code.lines(
        "Panel, parity_figure",
        figure_code.run_line(run),
        f"panel = {figure_code.panel('run', name, colour, symbol)}",
        f"target = run.manifest.targets[{name!r}]",
        f"figure = parity_figure(panel, target, LIGHT, marked={echo.marked(run)})",
    )


def _run_of_click(by_id: dict[str, Run]) -> str:
    """The run of the chosen echo, else the best one."""
    id, _ = st.session_state.get(echo.CHOSEN, ("", None))
    return id if id in by_id else next(iter(by_id))


def remember_click(key: str, run_of_trace: list[str]) -> None:
    """Keep the clicked sample of the chart ``key``, and the run whose trace it belongs to."""
    event = st.session_state.get(key)
    sample = picked(event)
    if sample is None:
        return
    number = event["selection"]["points"][0].get("curve_number", 0)
    if not isinstance(number, int) or number >= len(run_of_trace):
        number = 0
    echo.choose(run_of_trace[number], sample)
