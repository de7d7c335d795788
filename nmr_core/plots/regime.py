"""Where a model fails: its error by ranges of one parameter, and over two."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded


def regime_figure(
    tables: dict[str, tuple[str, pd.DataFrame, str]], label: str, target: dict, palette: Palette
) -> go.Figure:
    """RMSE of one target by ranges of a parameter, a line a run with its 95 % band; the baseline of the first run is dashed.

    tables : run id -> (title, what :func:`nmr_core.evaluation.regimes.error_by` gives, colour)
    """
    traces = []
    for k, (title, table, colour) in enumerate(tables.values()):
        x, name = table["centre"].to_numpy(), plain(title)
        if k == 0:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": x,
                    "y": table["baseline"].to_numpy(),
                    "name": "baseline",
                    "line": {"color": palette.ink, "width": 1.2, "dash": "dash"},
                    "hovertemplate": "%{y:.4g}<extra>baseline</extra>",
                }
            )
        if len(tables) <= 4:
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": np.concatenate([x, x[::-1]]),
                    "fill": "toself",
                    "y": np.concatenate([table["rmse_high"], table["rmse_low"][::-1]]),
                    "fillcolor": faded(colour, 0.16),
                    "line": {"width": 0},
                    "hoverinfo": "skip",
                    "showlegend": False,
                }
            )
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": x,
                "y": table["rmse"].to_numpy(),
                "name": name,
                "line": {"color": colour, "width": 2.2},
                "marker": {"size": 6},
                "customdata": table["n"].to_numpy(),
                "hovertemplate": f"RMSE %{{y:.4g}}, %{{customdata}} curves<extra>{name}</extra>",
            }
        )
    return figure(
        traces,
        palette,
        axis(label, palette),
        axis(f"RMSE of {target['label']}", palette, rangemode="tozero"),
        height=380,
    )


def regime_map_figure(
    x_edges: np.ndarray,
    y_edges: np.ndarray,
    rmse: np.ndarray,
    n: np.ndarray,
    labels: tuple[str, str],
    target: dict,
    palette: Palette,
    colour: str,
) -> go.Figure:
    """RMSE over ranges of two parameters with equally many curves each; empty cells are left out. rmse, n : (n_y, n_x)."""
    cells = {
        "type": "heatmap",
        "x": x_edges,
        "y": y_edges,
        "z": rmse,
        "customdata": n,
        "zmin": 0,
        "zmax": float(np.nanmax(rmse)) if np.isfinite(rmse).any() else 1.0,
        "colorscale": [[0, faded(colour, 0.04)], [1, colour]],
        "hoverongaps": False,
        "colorbar": {
            "title": {"text": f"RMSE of {target['label']}", "side": "right"},
            "thickness": 12,
        },
        "hovertemplate": "RMSE %{z:.4g}, %{customdata} curves<extra></extra>",
    }
    return figure([cells], palette, axis(labels[0], palette), axis(labels[1], palette), height=380)
