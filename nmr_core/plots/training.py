"""How iterative models learned."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette


def training_figure(curve: np.ndarray, palette: Palette, colour: str) -> go.Figure:
    """Training loss and validation error per epoch, the epoch that was kept marked. ``curve`` : (n_epochs, 2)."""
    epoch, best = np.arange(1, len(curve) + 1), int(np.argmin(curve[:, 1]))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": epoch,
            "y": 2 * curve[:, 0],
            "name": "training",
            "line": {"color": palette.ink, "width": 1.4},
        },
        {
            "type": "scatter",
            "mode": "lines",
            "x": epoch,
            "y": curve[:, 1],
            "name": "validation",
            "line": {"color": colour, "width": 2.2},
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [best + 1],
            "y": [curve[best, 1]],
            "name": "kept",
            "marker": {"size": 11, "color": colour, "line": {"color": palette.ink, "width": 1}},
        },
    ]
    return figure(
        traces,
        palette,
        axis("epoch", palette),
        axis("mean square (1 = baseline)", palette, type="log"),
        height=330,
    )


def training_curves_figure(
    curves: dict[str, tuple[str, np.ndarray, str]], palette: Palette
) -> go.Figure:
    """Several runs together: training error thin, validation error thick, the epoch that was kept as a dot.

    curves : run id -> (title, (n_epochs, 2) training loss and validation error, colour)
    """
    traces = []
    for title, curve, colour in curves.values():
        name, epoch, best = plain(title), np.arange(1, len(curve) + 1), int(np.argmin(curve[:, 1]))
        traces += [
            _line(epoch, 2 * curve[:, 0], colour, 1, name, dash="dot"),
            _line(epoch, curve[:, 1], colour, 2.2, name),
            {
                "type": "scatter",
                "mode": "markers",
                "x": [best + 1],
                "y": [curve[best, 1]],
                "hoverinfo": "skip",
                "showlegend": False,
                "marker": {"size": 9, "color": colour, "line": {"color": palette.ink, "width": 1}},
            },
        ]
    return figure(
        traces,
        palette,
        axis("epoch", palette),
        axis("mean square (1 = baseline)", palette, type="log"),
        height=420,
        legend={"orientation": "v", "x": 1, "y": 1, "xanchor": "right", "bgcolor": "rgba(0,0,0,0)"},
    )


def _line(x, y, colour: str, width: float, name: str, dash: str = "solid") -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": np.float32(y),
        "name": name,
        "showlegend": dash == "solid",
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": f"{'training' if dash == 'dot' else 'validation'} %{{y:.4g}}<extra>{name}</extra>",
    }
