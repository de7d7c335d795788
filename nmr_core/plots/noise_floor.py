"""What disorder changes beside what parameters change."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.curves import thinned
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette


def noise_floor_figure(
    time: np.ndarray, noise: np.ndarray, spread: np.ndarray, palette: Palette, height: int = 300
) -> go.Figure:
    """Standard deviations of M (n_times,) over time: ``spread`` from sample to sample, ``noise`` from seed to seed."""
    keep = thinned(len(time))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.float32(time[keep]),
            "y": np.float32(values[keep]),
            "name": name,
            "line": {"color": colour, "width": 2},
            "hovertemplate": "t = %{x:.4g} µs<br>%{y:.3g}<extra></extra>",
        }
        for values, name, colour in (
            (spread, "what parameters change", palette.series[0]),
            (noise, "what disorder changes", palette.series[3]),
        )
    ]
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=[min(0.0, float(time[0])), float(time[-1])]),
        axis("standard deviation of M", palette, rangemode="tozero"),
        height=height,
    )
