"""Experiment design: the error of every parameter with the default and the proposed design."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.parameters import Parameter
from nmr_core.plots.design_axes import rows_axis
from nmr_core.plots.layout import figure, plain
from nmr_core.plots.logarithmic import log_axis
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import note, vertical

DESIGNS = {"present": "default", "proposed": "proposed"}
"""Column of a table of errors -> words of the legend."""


def gains_figure(errors: pd.DataFrame, specs: Sequence[Parameter], palette: Palette) -> go.Figure:
    """Draw the error of every parameter with the default and the proposed design, joined by a line.

    Parameters
    ----------
    errors : DataFrame
        One row per parameter, in fractions of its range: name, prior, present (or default),
        proposed, and optionally worst_present and worst_proposed, the worst tenth of the prior.
    specs : sequence of Parameter
        Symbols of the parameters.
    palette : Palette
        Colours of the theme.
    """
    errors = errors.rename(columns={"default": "present"})
    symbols = {spec.name: plain(spec.symbol) for spec in specs}
    names = [symbols[name] for name in errors["name"]]
    values = {
        name: 100 * errors[name].to_numpy(float) for name in errors.select_dtypes("number").columns
    }
    joined = np.stack([values["present"], values["proposed"]], axis=1)
    traces = [
        _joined(pair, name, palette.series[0] if pair[1] < pair[0] else palette.series[3])
        for pair, name in zip(joined, names, strict=True)
    ]
    first = {"size": 12, "color": palette.ink, "symbol": "circle-open", "line": {"width": 2}}
    last = {"size": 12, "color": palette.series[0], "symbol": "circle"}
    for (column, words), marker in zip(DESIGNS.items(), (first, last), strict=True):
        traces.append(_errors(values[column], names, words, marker))
        if f"worst_{column}" in values:
            tick = {"size": 13, "symbol": "line-ns", "color": marker["color"]}
            tick |= {"line": {"width": 2, "color": marker["color"]}}
            worst = f"{words}, worst tenth of the prior"
            traces.append(_errors(values[f"worst_{column}"], names, worst, tick))
    prior = float(np.median(values["prior"]))
    at: dict[str, Any] = {"x": float(np.log10(prior)), "y": 1, "yref": "paper"}
    shown = ("prior", "present", "proposed", "worst_present", "worst_proposed")
    drawn = np.concatenate([values[name] for name in shown if name in values])
    return figure(
        traces,
        palette,
        log_axis("standard error (% of the range)", palette, drawn),
        rows_axis(names, palette) | {"tickfont": {"size": 15}},
        height=140 + 38 * len(names),
        margin={"l": 60, "r": 16, "t": 72, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"},
        shapes=[vertical(prior, palette.ink, "dot")],
        annotations=[note("the prior alone", palette.ink, yanchor="bottom", **at)],
    )


def _joined(pair: np.ndarray, name: str, colour: str) -> dict[str, Any]:
    """The line from the default to the proposal, in another colour where the error grows."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": pair,
        "y": [name, name],
        "line": {"color": faded(colour, 0.45), "width": 5},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _errors(values: np.ndarray, names: list[str], words: str, marker: dict) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": names,
        "name": words,
        "marker": marker,
        "hovertemplate": f"%{{y}}: %{{x:.3g}} % of its range<extra>{words}</extra>",
    }
