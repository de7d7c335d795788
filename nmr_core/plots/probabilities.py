"""How sure a classifier is of one curve."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded


def probability_figure(
    classes: Sequence[str], probability: np.ndarray, palette: Palette
) -> go.Figure:
    """A bar a class, (n_classes,); the most probable one is full."""
    best = int(np.argmax(probability))
    colours = [
        palette.series[0] if k == best else faded(palette.series[0], 0.4)
        for k in range(len(classes))
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [plain(name) for name in classes],
        "x": probability,
        "marker": {"color": colours},
        "text": [f"{value:.0%}" for value in probability],
        "textposition": "auto",
        "hovertemplate": "%{y}: %{x:.3f}<extra></extra>",
    }
    return figure(
        [bars],
        palette,
        axis("probability", palette, range=[0, 1]),
        axis("", palette, automargin=True, showgrid=False, autorange="reversed"),
        height=90 + 34 * len(classes),
        showlegend=False,
        bargap=0.3,
    )
