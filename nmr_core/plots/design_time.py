"""Experiment design: the error of designs against their measuring time."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.plots.design_axes import ERROR, TIMES, error_bars, time_unit
from nmr_core.plots.layout import figure, plain
from nmr_core.plots.logarithmic import log_axis
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import note, vertical

KINDS = {
    "random": "random designs",
    "longer": "default, measured longer",
    "proposed": "proposed",
    "default": "default",
}
"""Kind of design -> words of the legend, in the order in which they are drawn."""


def pareto_figure(designs: pd.DataFrame, palette: Palette, *, budget: float = 0.0) -> go.Figure:
    """Draw the error of designs against their measuring time, on logarithmic axes.

    Parameters
    ----------
    designs : DataFrame
        label, seconds, error (fraction of the ranges), and kind, a key of ``KINDS``; optionally
        low and high of the interval of the error.
    palette : Palette
        Colours of the theme.
    budget : float
        s, a dotted line; 0: none.
    """
    looks: dict[str, dict[str, Any]] = {
        "random": {"color": faded(palette.muted, 0.55), "size": 6},
        "longer": {"color": palette.series[3], "size": 9, "symbol": "diamond"},
        "proposed": {"color": palette.series[0], "size": 10},
        "default": {"color": palette.ink, "size": 15, "symbol": "star"},
    }
    unit = time_unit(float(designs["seconds"].max()) if len(designs) else 0.0)
    size = TIMES[unit]
    times = designs["seconds"].to_numpy(float) / size
    traces = []
    for kind, words in KINDS.items():
        rows = designs[designs["kind"] == kind].sort_values("seconds")
        if len(rows):
            traces.append(_designs(rows, words, looks[kind], unit, with_line=kind in _CURVES))
    errors = 100 * designs["error"].to_numpy(float)
    drawn = [*times, budget / size] if budget else times
    line = [vertical(budget / size, palette.ink, "dot")] if budget else []
    marks = [_at_budget(budget / size, palette)] if budget else []
    return figure(
        traces,
        palette,
        log_axis(f"measuring time ({unit})", palette, drawn),
        log_axis(ERROR, palette, errors),
        height=430,
        margin={"l": 64, "r": 16, "t": 56, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"},
        shapes=line,
        annotations=marks,
    )


_CURVES = ("longer", "proposed")
"""Kinds of designs that a line joins, from the shortest to the longest."""


def _at_budget(budget: float, palette: Palette) -> dict:
    return note(
        "budget",
        palette.ink,
        x=float(np.log10(budget)),
        y=1,
        yref="paper",
        yanchor="bottom",
    )


def _designs(rows: pd.DataFrame, words: str, marker: dict, unit: str, *, with_line: bool) -> dict:
    """Designs of one kind, from the shortest to the longest."""
    error = 100 * rows["error"].to_numpy(float)
    trace = {
        "type": "scatter",
        "mode": "lines+markers" if with_line else "markers",
        "x": rows["seconds"].to_numpy(float) / TIMES[unit],
        "y": error,
        "name": words,
        "marker": marker,
        "line": {"color": marker["color"], "width": 1.4, "dash": "dot"},
        "text": [plain(str(label)) for label in rows["label"]],
        "hovertemplate": f"%{{text}}<br>%{{x:.3g}} {unit}<br>error %{{y:.3g}} % of the ranges"
        f"<extra>{words}</extra>",
    }
    # Bars would hide the rest of a cloud
    if words == KINDS["random"] or "low" not in rows:
        return trace
    return trace | {
        "error_y": error_bars(rows) | {"color": marker["color"], "thickness": 1.4, "width": 4}
    }
