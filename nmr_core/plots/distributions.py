"""How every parameter of a data set is spread: small histograms side by side."""

from math import ceil

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from pandas.api.types import is_numeric_dtype

from nmr_core.parameters import Parameter
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette, faded

N_BINS = 30
MAX_BARS = 40
ROW = 200
"""Pixels that a row of histograms is high."""


def distributions_figure(
    parameters: pd.DataFrame,
    specs: list[Parameter],
    palette: Palette,
    chosen: int | None = None,
    columns: int = 4,
) -> go.Figure:
    """A histogram a parameter, on its own scale (logarithmic bins where the prior is); the chosen sample is a line.

    parameters : one row a sample; specs : the columns that are drawn, with symbol and unit
    """
    columns = min(columns, len(specs))
    rows = ceil(len(specs) / columns)
    height = ROW * rows + 30
    gap_x, gap_y = 0.045, 68 / height
    width, tall = (1 - gap_x * (columns - 1)) / columns, (1 - gap_y * (rows - 1)) / rows
    traces, shapes, axes = [], [], {}
    for k, spec in enumerate(specs):
        left, top = (k % columns) * (width + gap_x), 1 - (k // columns) * (tall + gap_y)
        n = str(k + 1) if k else ""
        log = spec.scale == "log" and (parameters[spec.name] > 0).all()
        traces.append(
            _bars(parameters[spec.name], log, palette) | {"xaxis": f"x{n}", "yaxis": f"y{n}"}
        )
        axes[f"xaxis{n}"] = axis(
            spec.label,
            palette,
            domain=[left, left + width],
            anchor=f"y{n}",
            showgrid=False,
            nticks=5,
            **(_decades(parameters[spec.name]) if log else {}),
        ) | {"title": {"text": spec.label, "standoff": 2}}
        axes[f"yaxis{n}"] = axis(
            "",
            palette,
            domain=[max(0.0, top - tall), top],
            anchor=f"x{n}",
            showticklabels=False,
            ticks="",
            rangemode="tozero",
        )
        if chosen is not None:
            value = parameters[spec.name].iloc[chosen]
            at = value if is_numeric_dtype(parameters[spec.name]) else str(value)
            shapes.append(
                {
                    "type": "line",
                    "x0": at,
                    "x1": at,
                    "xref": f"x{n}",
                    "y0": 0,
                    "y1": 1,
                    "yref": f"y{n} domain",
                    "line": {"color": palette.series[3], "width": 2},
                }
            )
    first = {"x": axes.pop("xaxis"), "y": axes.pop("yaxis")}
    return figure(
        traces,
        palette,
        first["x"],
        first["y"],
        height=height,
        showlegend=False,
        shapes=shapes,
        bargap=0.05,
        margin={"l": 12, "r": 12, "t": 8, "b": 46},
        **axes,
    )


def _decades(values: pd.Series) -> dict:
    """A logarithmic axis with a label a decade, or with 1, 2 and 5 where there is no more than one."""
    return {"type": "log", "dtick": 1 if values.max() >= 20 * values.min() else "D2"}


def _bars(values: pd.Series, log: bool, palette: Palette) -> dict:
    bar = {"type": "bar", "marker": {"color": faded(palette.series[0], 0.7)}}
    distinct = values.value_counts()
    if not is_numeric_dtype(values) or len(distinct) <= 8:
        shown = distinct.head(MAX_BARS).sort_index()
        if not is_numeric_dtype(values):
            return bar | {
                "x": [str(name) for name in shown.index],
                "y": shown.to_numpy(),
                "hovertemplate": "%{x}: %{y:,}<extra></extra>",
            }
        if not log:
            return bar | {
                "x": shown.index.to_numpy(float),
                "y": shown.to_numpy(),
                "hovertemplate": "%{x}: %{y:,}<extra></extra>",
            }
    numbers = values.to_numpy(float)
    numbers = numbers[np.isfinite(numbers)]
    counts, edges = np.histogram(np.log10(numbers) if log else numbers, N_BINS)
    if log:
        edges = 10**edges
        middles = np.sqrt(edges[1:] * edges[:-1])
    else:
        middles = (edges[1:] + edges[:-1]) / 2
    return bar | {
        "x": middles,
        "y": counts,
        "width": np.diff(edges),
        "hovertemplate": "%{x:.4g}: %{y:,}<extra></extra>",
    }
