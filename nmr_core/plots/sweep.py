"""How an echo changes along one parameter: every curve as a map, and its shape as two lines."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette
from nmr_core.simulator.shape import EchoShape

MAX_COLUMNS = 500
MAX_CELLS = 85_000
"""Less than 0.5 MB of JSON."""


def sweep_figure(
    time: np.ndarray,
    values: np.ndarray,
    magnitude: np.ndarray,
    label: str,
    palette: Palette,
    height: int = 440,
) -> go.Figure:
    """|M| over time and the swept parameter, with one fixed colour scale so that sweeps can be compared.

    time      : µs, (n_times,); thinned to at most 500 columns (every k-th sample), fewer for more than 170 values
    values    : the parameter, (n_values,); magnitude : |M|, (n_values, n_times), NaN where a record has ended
    label     : the parameter's symbol and unit, such as "β₂ (°)"
    """
    columns = max(1, min(MAX_COLUMNS, MAX_CELLS // len(values)))
    thin = slice(None, None, -(-len(time) // columns))
    cells = {
        "type": "heatmap",
        "x": np.float32(time[thin]),
        "y": np.float32(values),
        "z": np.float32(magnitude[:, thin]),
        "zmin": 0,
        "zmax": 0.5,
        "colorscale": "Viridis",
        "colorbar": {"title": {"text": "|M|", "side": "right"}, "thickness": 14, "outlinewidth": 0},
        "hovertemplate": f"t = %{{x:.4g}} µs<br>{label} %{{y:.4g}}<br>|M| = %{{z:.4f}}<extra></extra>",
    }
    return figure(
        [cells],
        palette,
        axis("time t (µs)", palette, showgrid=False),
        axis(label, palette, showgrid=False),
        height=height,
    )


def sweep_lines_figure(
    values: np.ndarray, shapes: EchoShape, label: str, palette: Palette, height: int = 330
) -> go.Figure:
    """Height and width of the echo against the parameter, side by side; a width that is not defined (NaN) leaves a gap.

    values : (n_values,); shapes : an EchoShape of arrays (n_values,)
    """
    traces = [
        _line(values, shapes.height, palette.series[0], f"{label} %{{x:.4g}}<br>|M| = %{{y:.4f}}"),
        _line(values, shapes.width, palette.series[3], f"{label} %{{x:.4g}}<br>%{{y:.4g}} µs")
        | {"xaxis": "x2", "yaxis": "y2"},
    ]
    right = {
        "xaxis2": axis(label, palette, domain=[0.57, 1], anchor="y2"),
        "yaxis2": axis("width at half height (µs)", palette, anchor="x2", rangemode="tozero"),
    }
    return figure(
        traces,
        palette,
        axis(label, palette, domain=[0, 0.43]),
        axis("echo height |M|", palette, rangemode="tozero"),
        height=height,
        showlegend=False,
        **right,
    )


def _line(x: np.ndarray, y: np.ndarray, colour: str, hover: str) -> dict:
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
