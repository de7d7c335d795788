"""The curve behind a point."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.curves import thinned
from nmr_core.plots.echo import COMPONENTS
from nmr_core.plots.layout import axis, figure, key_note
from nmr_core.plots.palette import Palette


def behind_figure(
    time: np.ndarray, signals: np.ndarray, palette: Palette, title: str = ""
) -> go.Figure:
    """|M|, Re M and Im M of one sample; the further settings of a sample are thinner.

    time : µs, (n_times,); signals : complex (n_settings, n_times)
    """
    keep, traces = thinned(len(time)), []
    for number, signal in enumerate(signals[:, keep]):
        for k, (name, (function, width)) in enumerate(COMPONENTS.items()):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": np.float32(time[keep]),
                    "y": np.float32(function(signal)),
                    "name": name,
                    "line": {"color": palette.series[k], "width": width if number == 0 else 0.6},
                    "hovertemplate": "%{x:.4g} µs: %{y:.4f}<extra>" + name + "</extra>",
                }
            )
    key = key_note([(name, palette.series[k]) for k, name in enumerate(COMPONENTS)])
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette),
        axis("polarisation M per spin", palette),
        title=title,
        height=300,
        showlegend=False,
        annotations=[key],
        margin={"l": 60, "r": 16, "t": 48, "b": 48},
    )
