"""Where in time each parameter shows: Pearson's r as a map."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette

MAX_COLUMNS = 600


def correlation_figure(
    time: np.ndarray, r: np.ndarray, symbols: list[str], channel: str, palette: Palette
) -> go.Figure:
    """Pearson's r of every parameter with the signal at every time; one fixed scale from −1 to 1, white (dark) at 0.

    time    : µs, (n_times,); thinned to at most :data:`MAX_COLUMNS`
    r       : (n_parameters, n_times), NaN where nothing varies
    symbols : what the rows are called; channel : what was correlated, such as "|M|"
    """
    thin = slice(None, None, -(-len(time) // MAX_COLUMNS))
    low, middle, high = palette.diverging
    cells = {
        "type": "heatmap",
        "x": np.float32(time[thin]),
        "y": [plain(symbol) for symbol in symbols],
        "z": np.float32(r[:, thin]),
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[0, low], [0.5, middle], [1, high]],
        "colorbar": {
            "title": {"text": f"r with {channel}", "side": "right"},
            "thickness": 14,
            "outlinewidth": 0,
        },
        "ygap": 2,
        "hovertemplate": "%{y}, t = %{x:.4g} µs<br>r = %{z:.3f}<extra></extra>",
        "hoverongaps": False,
    }
    return figure(
        [cells],
        palette,
        axis("time t (µs)", palette, showgrid=False),
        axis("", palette, showgrid=False, autorange="reversed", type="category"),
        height=120 + 44 * max(2, len(symbols)),
        margin={"l": 60, "r": 16, "t": 12, "b": 48},
    )
