"""One curve and those that look most like it."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.curves import thinned
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette


def nearest_figure(
    time: np.ndarray,
    chosen: np.ndarray,
    others: np.ndarray,
    names: list[str],
    ylabel: str,
    palette: Palette,
    height: int = 400,
) -> go.Figure:
    """The chosen real curve (n_times,) and its neighbours (k, n_times), which are called ``names``."""
    keep = thinned(len(time))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.float32(time[keep]),
            "y": np.float32(curve[keep]),
            "name": plain(name),
            "line": {"color": colour, "width": width},
            "hovertemplate": f"{plain(name)}<br>t = %{{x:.4g}} µs<br>%{{y:.4f}}<extra></extra>",
        }
        for curve, name, colour, width in _lines(chosen, others, names, palette)
    ]
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=[min(0.0, float(time[0])), float(time[-1])]),
        axis(ylabel, palette),
        height=height,
    )


def _lines(chosen, others, names: list[str], palette: Palette):
    colours = [colour for k, colour in enumerate(palette.series) if k != 3]
    for k, (curve, name) in enumerate(zip(others, names, strict=True)):
        yield curve, name, colours[k % len(colours)], 1.2
    yield chosen, "chosen curve", palette.series[3], 2.4
