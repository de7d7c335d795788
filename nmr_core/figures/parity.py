"""Predicted against true, and what is left between them."""

from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from nmr_core.figures.layout import axis, figure
from nmr_core.figures.palette import Palette, faded

CROWDED = 5000


def parity_figure(true: np.ndarray, predicted: np.ndarray, target: dict, r2: float, palette: Palette, colour: str,
                  title: str = "", samples: np.ndarray | None = None) -> go.Figure:
    """Predicted against true for one target, the identity line, R² in the title; a density map when crowded.

    target : label, low and high of the prior, as a run's manifest holds them
    """
    low, high = _range(target, predicted)
    if len(true) > CROWDED:
        counts, x, y = np.histogram2d(true, predicted, bins=80, range=[[low, high], [low, high]])
        points = {"type": "heatmap", "x": x, "y": y, "z": np.log10(counts.T + 1), "showscale": False,
                  "colorscale": [[0, "rgba(0,0,0,0)"], [1, colour]], "hoverinfo": "skip"}
    else:
        points = {"type": "scatter", "mode": "markers", "x": np.float32(true), "y": np.float32(predicted),
                  "customdata": samples, "marker": {"size": 4, "color": faded(colour, 0.55)},
                  "hovertemplate": "curve %{customdata}<br>true %{x:.4g}<br>predicted %{y:.4g}<extra></extra>"}
    identity = {"type": "scatter", "mode": "lines", "x": [low, high], "y": [low, high], "hoverinfo": "skip",
                "line": {"color": palette.ink, "width": 1, "dash": "dash"}}
    return figure([points, identity], palette, axis(f"true {target['label']}", palette, range=[low, high]),
                  axis(f"predicted {target['label']}", palette, range=[low, high]),
                  title=f"{title}  R² = {r2:.3f}".strip(), height=330, showlegend=False)


def residual_figure(true: np.ndarray, predicted: np.ndarray, target: dict, palette: Palette, colour: str,
                    title: str = "", n_bins: int = 12) -> go.Figure:
    """Predicted minus true against true, with the 5, 50 and 95 % quantiles in equal bins of the truth."""
    residual, (low, high) = predicted - true, (target["low"], target["high"])
    shown = np.linspace(0, len(true) - 1, min(len(true), CROWDED)).astype(int)
    traces = [{"type": "scatter", "mode": "markers", "x": np.float32(true[shown]), "y": np.float32(residual[shown]),
               "marker": {"size": 3.5, "color": faded(colour, 0.35)}, "hoverinfo": "skip", "name": "curves"}]
    edges = np.linspace(low, high, n_bins + 1)
    groups = [residual[(true >= a) & (true <= b)] for a, b in pairwise(edges)]
    filled = [k for k, group in enumerate(groups) if len(group) >= 5]
    for level, name, width in ((5, "5 %", 1), (50, "median", 2.4), (95, "95 %", 1)):
        traces.append({"type": "scatter", "mode": "lines", "x": (edges[:-1] + edges[1:])[filled] / 2,
                       "y": np.array([np.percentile(groups[k], level) for k in filled]), "name": name,
                       "line": {"color": palette.ink, "width": width}})
    largest = max(1e-12, float(np.percentile(np.abs(residual), 99.5)))
    return figure(traces, palette, axis(f"true {target['label']}", palette, range=[low, high]),
                  axis(f"predicted − true {target['label']}", palette, range=[-largest, largest], zeroline=True,
                       zerolinecolor=palette.faint), title=title, height=330, showlegend=False)


def _range(target: dict, predicted: np.ndarray) -> tuple[float, float]:
    """The prior's range, widened by 5 % (outliers beyond it are still counted in the score table)."""
    margin = 0.05 * (target["high"] - target["low"])
    return target["low"] - margin, target["high"] + margin
