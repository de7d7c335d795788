"""How runs compare, and how an iterative model learned."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.figures.layout import axis, figure, plain
from nmr_core.figures.palette import Palette


def leaderboard_figure(table: pd.DataFrame, colours: dict[str, str], palette: Palette, null: float | None = None) -> go.Figure:
    """Weighted error (without what cannot be known) of each run with its 95 % interval; shorter is better.
    ``null``, if it is the same for all, is marked by a dashed line."""
    line = {"type": "line", "x0": null, "x1": null, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": palette.ink, "dash": "dash", "width": 1.2}}
    note = {"x": null, "y": 1, "yref": "paper", "yanchor": "bottom", "text": "null", "showarrow": False}
    marks = {"shapes": [line], "annotations": [note]} if null is not None else {}
    table = table.iloc[::-1]
    several = table["title"].duplicated(keep=False)
    names = [plain(row.title) + (f"  ·  {row.run[-4:]}" if several[row.Index] else "") for row in table.itertuples()]
    bars = {"type": "bar", "orientation": "h", "y": names, "x": table["error"].to_numpy(),
            "marker": {"color": [colours[run] for run in table["run"]]},
            "error_x": {"type": "data", "symmetric": False, "array": (table["error_high"] - table["error"]).to_numpy(),
                        "arrayminus": (table["error"] - table["error_low"]).to_numpy(), "color": palette.ink, "thickness": 1.2},
            "hovertemplate": "%{y}<br>Σ MSE/w² = %{x:.4f}<extra></extra>"}
    return figure([bars], palette, axis("weighted error Σ MSE/w²  (shorter is better)", palette, rangemode="tozero"),
                  axis("", palette, automargin=True, showgrid=False), height=110 + 34 * len(table), showlegend=False, **marks)


def training_figure(curve: np.ndarray, palette: Palette, colour: str) -> go.Figure:
    """Training loss and validation error per epoch, the epoch that was kept marked. ``curve`` : (n_epochs, 2)."""
    epoch, best = np.arange(1, len(curve) + 1), int(np.argmin(curve[:, 1]))
    traces = [{"type": "scatter", "mode": "lines", "x": epoch, "y": 2 * curve[:, 0], "name": "training",
               "line": {"color": palette.ink, "width": 1.4}},
              {"type": "scatter", "mode": "lines", "x": epoch, "y": curve[:, 1], "name": "validation",
               "line": {"color": colour, "width": 2.2}},
              {"type": "scatter", "mode": "markers", "x": [best + 1], "y": [curve[best, 1]], "name": "kept",
               "marker": {"size": 11, "color": colour, "line": {"color": palette.ink, "width": 1}}}]
    return figure(traces, palette, axis("epoch", palette), axis("mean square (1 = null)", palette, type="log"), height=330)
