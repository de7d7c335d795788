"""How an echo changes along one parameter: its signal as a map, its height and width as lines."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette
from nmr_core.simulator.shape import EchoShape

MAX_COLUMNS = 500
MAX_CELLS = 85_000
"""Cells of a map, less than 0.5 MB of JSON."""


def sweep_figure(
    time: np.ndarray,
    values: np.ndarray,
    magnitude: np.ndarray,
    label: str,
    palette: Palette,
    height: int = 440,
) -> go.Figure:
    """Draw |M| over time (µs) and the swept parameter, as colours from 0 to 1/2.

    Parameters
    ----------
    time : array, (n_times,)
        µs; every k-th point is drawn, at most 500, fewer for more than 170 values.
    values : array, (n_values,)
        The parameter.
    magnitude : array, (n_values, n_times)
        |M| per spin, NaN where a record has ended.
    label : str
        Symbol and unit of the parameter, such as "β₂ (°)".
    palette : Palette
        Colours of the theme.
    height : int
        Height of the figure in pixels.
    """
    n_columns = max(1, min(MAX_COLUMNS, MAX_CELLS // len(values)))
    keep = slice(None, None, -(-len(time) // n_columns))
    cells = {
        "type": "heatmap",
        "x": np.float32(time[keep]),
        "y": np.float32(values),
        "z": np.float32(magnitude[:, keep]),
        "zmin": 0,
        "zmax": 0.5,
        "colorscale": "Viridis",
        "colorbar": {"title": {"text": "|M|", "side": "right"}, "thickness": 14, "outlinewidth": 0},
        "hovertemplate": "t = %{x:.4g} µs<br>"
        + label
        + " %{y:.4g}<br>|M| = %{z:.4f}<extra></extra>",
    }
    x = axis("time t (µs)", palette, showgrid=False)
    y = axis(label, palette, showgrid=False)
    return figure([cells], palette, x, y, height=height)


def sweep_lines_figure(
    values: np.ndarray, shapes: EchoShape, label: str, palette: Palette, height: int = 330
) -> go.Figure:
    """Draw the height |M| and the width (µs) of the echo against the parameter, side by side.

    Parameters
    ----------
    values : array, (n_values,)
        Values of the swept parameter.
    shapes : EchoShape
        Of arrays (n_values,); a width that is not defined (NaN) leaves a gap.
    label : str
        Symbol and unit of the parameter.
    palette : Palette
        Colours of the theme.
    height : int
        Height of the figure in pixels.
    """
    hover = f"{label} %{{x:.4g}}<br>"
    heights = _points(values, shapes.height, palette.series[0], f"{hover}|M| = %{{y:.4f}}")
    widths = _points(values, shapes.width, palette.series[3], f"{hover}%{{y:.4g}} µs")
    widths |= {"xaxis": "x2", "yaxis": "y2"}
    return figure(
        [heights, widths],
        palette,
        axis(label, palette, domain=[0, 0.43]),
        axis("echo height |M|", palette, rangemode="tozero"),
        height=height,
        showlegend=False,
        xaxis2=axis(label, palette, domain=[0.57, 1], anchor="y2"),
        yaxis2=axis("width at half height (µs)", palette, anchor="x2", rangemode="tozero"),
    )


def _points(x: np.ndarray, y: np.ndarray, colour: str, hover: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.float32(x),
        "y": np.float32(y),
        "line": {"color": colour, "width": 2},
        "marker": {"size": 5},
        "connectgaps": False,
        "hovertemplate": f"{hover}<extra></extra>",
    }
