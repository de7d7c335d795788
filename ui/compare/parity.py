"""Predicted against true, and the curve behind a point. A fragment: a click redraws this part of the page only."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.learning import Run
from nmr_core.plots import DARK, Panel, parity_grid_figure, signal_figure
from ui.compare import compared
from ui.data_sets.explore import picked
from ui.shared import boot, inputs
from ui.shared.palette import palette, show
from ui.shared.text import quoted

ROW = 4
"""Parameters beside each other."""
BEHIND = "_behind"


def title(run: Run) -> str:
    """What a list of runs shows."""
    return f"{run.manifest.title} · {run.id[-4:]}"


@st.fragment
def parity(chosen: Sequence[Run], colours: dict[str, str]) -> None:
    """All parameters of one run, or one parameter of all runs; chosen are sorted, the best first."""
    with boot.worded():
        by_id = {run.id: run for run in chosen}
        symbols = {
            name: spec["symbol"] for run in chosen for name, spec in run.manifest.targets.items()
        }
        head, what, which = st.columns([2, 2, 2], vertical_alignment="bottom")
        with head:
            st.markdown(
                "**Predicted against true** :small[· test curves only; a click shows the curve]"
            )
        with what:
            view = (
                "one"
                if len(chosen) == 1
                else inputs.tabs({"one": "One run", "all": "All runs, one parameter"}, "parity")
            )
        with which:
            if view == "one":
                run = by_id[
                    inputs.choice(
                        "Run",
                        {id: title(run) for id, run in by_id.items()},
                        "look",
                        link=True,
                        label_visibility="collapsed",
                    )
                ]
            else:
                name = inputs.choice("Parameter", symbols, "look-at", label_visibility="collapsed")
        if view == "one":
            _one(run, colours[run.id])
        else:
            _all([run for run in chosen if name in run.targets], name, colours)
        _behind(by_id)


def _one(run: Run, colour: str) -> None:
    names, m = run.targets, run.manifest
    for start in range(0, len(names), ROW):
        for name, column in zip(
            names[start : start + ROW], st.columns(min(ROW, len(names))), strict=False
        ):
            key = f"parity-{run.id}-{name}"
            with column:
                show(
                    compared.parity(run.id, m.created, name, colour, palette() is DARK),
                    key=key,
                    selection_mode="points",
                    on_select=lambda key=key: _clicked(key, [run.id]),
                    alt=f"Predicted against true for {name}: R² = {run.scores.loc[name, 'r2']:.3f}.",
                )


def _all(runs: list[Run], name: str, colours: dict[str, str]) -> None:
    panels = [
        Panel(
            run.manifest.title,
            run.true[name].to_numpy(),
            run.predicted[name].to_numpy(),
            run.scores.loc[name, "r2"],
            colours[run.id],
            run.predictions["sample"].to_numpy(),
        )
        for run in runs
    ]
    key = f"parity-all-{name}"
    show(
        parity_grid_figure(panels, runs[0].manifest.targets[name], palette()),
        key=key,
        selection_mode="points",
        on_select=lambda: _clicked(key, [run.id for run in runs for _ in range(2)]),
        alt=f"Predicted against true for {name} of {len(runs)} runs.",
    )


def _clicked(key: str, of_trace: list[str]) -> None:
    """Remember the sample that was clicked, and whose prediction it was."""
    event = st.session_state.get(key)
    sample = picked(event)
    if sample is None:
        return
    number = event["selection"]["points"][0].get("curve_number", 0)
    st.session_state[BEHIND] = (
        of_trace[number] if isinstance(number, int) and number < len(of_trace) else of_trace[0],
        sample,
    )


def _behind(by_id: dict[str, Run]) -> None:
    """The curve of the sample that was clicked last, with its truth and what every run predicts of it."""
    id, sample = st.session_state.get(BEHIND, ("", -1))
    if id not in by_id:
        return
    run = by_id[id]
    row = run.predictions[run.predictions["sample"] == sample]
    if row.empty:
        return
    left, right = st.columns([3, 2])
    with left:
        dataset = compared.opened(run)
        if dataset is None:
            st.caption(
                "The data set of this run is not there any more, so its curves cannot be shown."
            )
        else:
            signals = compared.curve(dataset.manifest.id, dataset.manifest.created, sample)
            show(
                signal_figure(dataset.time, signals, palette(), f"Curve {sample}"),
                key="behind",
                alt=f"Curve {sample}.",
            )
    with right:
        st.markdown(f"**Curve {sample}** :small[as {quoted(run.manifest.title)} reads it]")
        st.dataframe(pd.DataFrame(_read(run, row)), hide_index=True)


def _read(run: Run, row: pd.DataFrame) -> list[dict]:
    lines = []
    for name, spec in run.manifest.targets.items():
        true, predicted = (
            float(row[f"true_{name}"].iloc[0]),
            float(row[f"predicted_{name}"].iloc[0]),
        )
        lines.append(
            {
                "parameter": spec["label"],
                "true": f"{true:.4g}",
                "predicted": f"{predicted:.4g}",
                "off by": f"{predicted - true:+.3g}",
                "% of the range": f"{100 * (predicted - true) / (spec['high'] - spec['low']):+.1f}",
            }
        )
    return lines
