"""Errors of a model: residuals against a parameter, RMSE by range of one parameter and of two."""

from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.evaluation.regimes import quantile_edges
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.parity import CROWDED


def residual_figure(
    true: np.ndarray,
    predicted: np.ndarray,
    target: dict,
    palette: Palette,
    colour: str,
    title: str = "",
    n_bins: int = 12,
    against: tuple[str, np.ndarray] | None = None,
    samples: np.ndarray | None = None,
) -> go.Figure:
    """Predicted minus true against true, with the 5, 50 and 95 % quantiles in equal bins of the truth.

    against : label and values (n_test,) of any other parameter to take in place of the truth; its bins hold equally many curves
    """
    residual = predicted - true
    label, x = against or (f"true {target['label']}", true)
    if against:
        edges = quantile_edges(x, n_bins)
        margin = 0.03 * (edges[-1] - edges[0]) or 1.0
        low, high = float(edges[0] - margin), float(edges[-1] + margin)
    else:
        low, high = target["low"], target["high"]
        edges = np.linspace(low, high, n_bins + 1)
    shown = np.linspace(0, len(true) - 1, min(len(true), CROWDED)).astype(int)
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": np.float32(x[shown]),
            "y": np.float32(residual[shown]),
            "marker": {"size": 3.5, "color": faded(colour, 0.35)},
            "name": "curves",
        }
        | (
            {"hoverinfo": "skip"}
            if samples is None
            else {
                "customdata": np.int32(samples[shown]),
                "hovertemplate": "curve %{customdata}<extra></extra>",
            }
        )
    ]
    groups = [residual[(x >= a) & (x <= b)] for a, b in pairwise(edges)]
    filled = [k for k, group in enumerate(groups) if len(group) >= 5]
    for level, name, width in ((5, "5 %", 1), (50, "median", 2.4), (95, "95 %", 1)):
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": (edges[:-1] + edges[1:])[filled] / 2,
                "y": np.array([np.percentile(groups[k], level) for k in filled]),
                "name": name,
                "line": {"color": palette.ink, "width": width},
            }
        )
    largest = max(1e-12, float(np.percentile(np.abs(residual), 99.5)))
    return figure(
        traces,
        palette,
        axis(label, palette, range=[low, high]),
        axis(
            f"predicted − true {target['label']}",
            palette,
            range=[-largest, largest],
            zeroline=True,
            zerolinecolor=palette.faint,
        ),
        title=title,
        height=330,
        showlegend=False,
    )


def regime_figure(
    tables: dict[str, tuple[str, pd.DataFrame, str]], label: str, target: dict, palette: Palette
) -> go.Figure:
    """RMSE of one target by ranges of a parameter, one line per run with its 95 % band; the baseline of the first run is dashed.

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
