"""Predicted against true, and the echo of a clicked point.

A click redraws only this part of the page.
"""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.learning import Run
from nmr_core.plots import DARK, Panel, parity_grid_figure, signal_figure
from ui.compare import cached
from ui.data_sets.explore import picked
from ui.shared import address, boot, inputs
from ui.shared.figure import palette, show
from ui.shared.text import quoted

COLUMNS = 4
"""Parameters beside each other."""
ECHO = "echo"
"""Key of the clicked echo in the address, as "run:sample"."""
CLICKED = "_clicked"
"""In the session: id of the run and number of the sample of the last click."""
VIEWS = {"one": "One run", "all": "All runs, one parameter"}


def title(run: Run) -> str:
    """Return the name of a run in lists."""
    return f"{run.manifest.title} · {run.id[-4:].lstrip('-')}"


@st.fragment
def parity(runs: Sequence[Run], colours: dict[str, str]) -> None:
    """Show all parameters of one run, or one parameter of all runs (best first)."""
    with boot.worded():
        by_id = {run.id: run for run in runs}
        _read_link(by_id)
        head, view_column, choice_column = st.columns([2.6, 1.7, 1.7], vertical_alignment="bottom")
        with head:
            st.markdown(
                "**Predicted against true** :small[· test echoes only; click a point for its echo]"
            )
        with view_column:
            view = "one" if len(runs) == 1 else inputs.tabs(VIEWS, "parity")
        with choice_column:
            if view == "one":
                titles = {id: title(run) for id, run in by_id.items()}
                id = inputs.choice("Run", titles, "look", link=True, label_visibility="collapsed")
            else:
                symbols = {
                    name: spec["symbol"]
                    for run in runs
                    for name, spec in run.manifest.targets.items()
                }
                name = inputs.choice("Parameter", symbols, "look-at", label_visibility="collapsed")
        if view == "one":
            _one_run(by_id[id], colours[id])
        else:
            _one_parameter([run for run in runs if name in run.targets], name, colours)
        _clicked_echo(by_id)


def _read_link(by_id: dict[str, Run]) -> None:
    """Show the echo that a link names."""
    for value in address.new(ECHO):
        id, _, sample = value.rpartition(":")
        if id in by_id and sample.isascii() and sample.isdigit() and len(sample) < 10:
            st.session_state[CLICKED] = (id, int(sample))


def _one_run(run: Run, colour: str) -> None:
    names = run.targets
    for start in range(0, len(names), COLUMNS):
        columns = st.columns(min(COLUMNS, len(names)))
        for name, column in zip(names[start : start + COLUMNS], columns, strict=False):
            key = f"parity-{run.id}-{name}"
            with column:
                show(
                    cached.parity(
                        run.id, run.manifest.created, name, colour, palette() is DARK, _marked(run)
                    ),
                    key=key,
                    selection_mode="points",
                    on_select=lambda key=key: remember_click(key, [run.id]),
                    alt=f"Predicted against true {name}: R² = {run.scores.loc[name, 'r2']:.3f}.",
                )


def _one_parameter(runs: list[Run], name: str, colours: dict[str, str]) -> None:
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
    target = runs[0].manifest.targets[name]
    show(
        parity_grid_figure(panels, target, palette(), marked=_marked(runs[0])),
        key=key,
        selection_mode="points",
        # Two traces per panel: points and identity
        on_select=lambda: remember_click(key, [run.id for run in runs for _ in range(2)]),
        alt=f"Predicted against true {name} of {len(runs)} runs.",
    )


def _marked(run: Run) -> int | None:
    """The clicked sample, if this run was tested on it."""
    _, sample = st.session_state.get(CLICKED, ("", None))
    if sample is None or not (run.predictions["sample"] == sample).any():
        return None
    return sample


def remember_click(key: str, run_of_trace: list[str]) -> None:
    """Keep the clicked sample of the chart ``key``, and the run whose trace it belongs to."""
    event = st.session_state.get(key)
    sample = picked(event)
    if sample is None:
        return
    number = event["selection"]["points"][0].get("curve_number", 0)
    if not isinstance(number, int) or number >= len(run_of_trace):
        number = 0
    st.session_state[CLICKED] = (run_of_trace[number], sample)


def _clicked_echo(by_id: dict[str, Run]) -> None:
    """The echo of the last click, with the true values and those that its run predicts."""
    id, sample = st.session_state.get(CLICKED, ("", -1))
    predictions = by_id[id].predictions if id in by_id else pd.DataFrame({"sample": []})
    row = predictions[predictions["sample"] == sample]
    address.write(ECHO, [] if row.empty else f"{id}:{sample}")
    if row.empty:
        return
    run = by_id[id]
    left, right = st.columns([3, 2])
    with left:
        dataset = cached.opened(run)
        if dataset is None:
            st.caption(
                "The data set of this run is no longer there, so its echoes cannot be shown."
            )
        else:
            signals = cached.signals(dataset.manifest.id, dataset.manifest.created, sample)
            show(
                signal_figure(dataset.time, signals, palette(), f"Echo {sample}"),
                key="clicked-echo",
                alt=f"Echo {sample}.",
            )
    with right:
        st.markdown(f"**Echo {sample}** :small[predicted by {quoted(run.manifest.title)}]")
        st.dataframe(pd.DataFrame(_values(run, row)), hide_index=True)


def _values(run: Run, row: pd.DataFrame) -> list[dict]:
    """One line per parameter of a predicted sample."""
    lines = []
    for name, spec in run.manifest.targets.items():
        true = float(row[f"true_{name}"].iloc[0])
        predicted = float(row[f"predicted_{name}"].iloc[0])
        width = spec["high"] - spec["low"]
        lines.append(
            {
                "parameter": spec["label"],
                "true": f"{true:.4g}",
                "predicted": f"{predicted:.4g}",
                "off by": f"{predicted - true:+.3g}",
                "% of range": f"{100 * (predicted - true) / width:+.1f}",
            }
        )
    return lines
