"""Predicted against true, for one run and for many."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

CROWDED = 5000
FARTHEST = 300
"""Points drawn over a density map: those farthest from the identity, which one wants to click."""
PANEL = 400
"""Points of one small panel."""
UNSELECTED = {"marker": {"opacity": 0.6}}
"""The other points stay readable when one is clicked."""


def parity_figure(
    true: np.ndarray,
    predicted: np.ndarray,
    target: dict,
    r2: float,
    palette: Palette,
    colour: str,
    title: str = "",
    samples: np.ndarray | None = None,
    height: int = 330,
) -> go.Figure:
    """Predicted against true for one target, the identity line, R² in the title; a density map when crowded, with the points
    that are farthest off on top of it.

    target  : label, low and high of the prior, as a run's manifest holds them
    samples : number of each curve, which a click reports
    """
    low, high = _range(target)
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [low, high],
            "y": [low, high],
            "hoverinfo": "skip",
            "line": {"color": palette.ink, "width": 1, "dash": "dash"},
        }
    ]
    shown = np.arange(len(true))
    if len(true) > CROWDED:
        traces.insert(0, _density(true, predicted, low, high, colour, 80))
        shown = np.sort(np.argsort(-np.abs(predicted - true))[:FARTHEST])
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": np.float32(true[shown]),
        "y": np.float32(predicted[shown]),
        "customdata": None if samples is None else np.int32(samples[shown]),
        "marker": {"size": 4, "color": faded(colour, 0.55)},
        "unselected": UNSELECTED,
        "hovertemplate": "curve %{customdata}<br>true %{x:.4g}<br>predicted %{y:.4g}<extra></extra>",
    }
    return figure(
        [points, *traces],
        palette,
        axis(f"true {target['label']}", palette, range=[low, high]),
        axis(f"predicted {target['label']}", palette, range=[low, high]),
        title=f"{title}  R² = {r2:.3f}".strip(),
        height=height,
        showlegend=False,
    )


def _density(
    true: np.ndarray, predicted: np.ndarray, low: float, high: float, colour: str, bins: int
) -> dict:
    counts, x, y = np.histogram2d(true, predicted, bins=bins, range=[[low, high], [low, high]])
    return {
        "type": "heatmap",
        "x": np.float32(x),
        "y": np.float32(y),
        "z": np.float32(np.log10(counts.T + 1)),
        "showscale": False,
        "colorscale": [[0, "rgba(0,0,0,0)"], [1, colour]],
        "hoverinfo": "skip",
    }


@dataclass(frozen=True)
class Panel:
    """One run in a grid of small parity figures. samples: number of each curve."""

    title: str
    true: np.ndarray
    predicted: np.ndarray
    r2: float
    colour: str
    samples: np.ndarray


def parity_grid_figure(
    panels: list[Panel], target: dict, palette: Palette, columns: int = 5
) -> go.Figure:
    """Predicted against true of one target for many runs: small panels with the same axes, at most ``PANEL`` points in each."""
    low, high = _range(target)
    columns = min(columns, max(1, len(panels)))
    rows = -(-len(panels) // columns)
    height = 210 * rows + 50
    gap_x, gap_y = 0.02, 40 / height
    wide, tall = (1 - gap_x * (columns - 1)) / columns, (1 - gap_y * (rows - 1)) / rows
    traces, notes, axes = [], [], {}
    for k, panel in enumerate(panels):
        n, left, top = (
            str(k + 1) if k else "",
            (k % columns) * (wide + gap_x),
            1 - (k // columns) * (tall + gap_y),
        )
        kept = np.linspace(0, len(panel.true) - 1, min(PANEL, len(panel.true))).astype(int)
        here = {"xaxis": f"x{n}", "yaxis": f"y{n}"}
        traces += [
            {
                "type": "scatter",
                "mode": "markers",
                "x": np.float32(panel.true[kept]),
                "y": np.float32(panel.predicted[kept]),
                "customdata": np.int32(panel.samples[kept]),
                "marker": {"size": 3, "color": faded(panel.colour, 0.5)},
                "unselected": UNSELECTED,
                "hovertemplate": "curve %{customdata}<br>true %{x:.4g}<br>predicted %{y:.4g}<extra></extra>",
            }
            | here,
            {
                "type": "scatter",
                "mode": "lines",
                "x": [low, high],
                "y": [low, high],
                "hoverinfo": "skip",
                "line": {"color": palette.ink, "width": 1, "dash": "dash"},
            }
            | here,
        ]
        bottom, first = k + columns >= len(panels), k % columns == 0
        axes[f"xaxis{n}"] = axis(
            "",
            palette,
            domain=[left, left + wide],
            anchor=f"y{n}",
            range=[low, high],
            nticks=4,
            showticklabels=bottom,
        )
        axes[f"yaxis{n}"] = axis(
            "",
            palette,
            domain=[max(0.0, top - tall), top],
            anchor=f"x{n}",
            range=[low, high],
            nticks=4,
            showticklabels=first,
        )
        notes.append(
            {
                "x": left,
                "y": top,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 11},
                "text": f"{_cut(panel.title)}  R² {panel.r2:.3f}",
            }
        )
    for text, place in (
        (f"true {target['label']}", {"x": 0.5, "y": -36 / height, "yanchor": "top"}),
        (
            f"predicted {target['label']}",
            {"x": -0.005, "y": 0.5, "xanchor": "right", "xshift": -38, "textangle": -90},
        ),
    ):
        notes.append({"text": text, "xref": "paper", "yref": "paper", "showarrow": False} | place)
    return figure(
        traces,
        palette,
        axes.pop("xaxis"),
        axes.pop("yaxis"),
        height=height,
        showlegend=False,
        annotations=notes,
        margin={"l": 66, "r": 8, "t": 22, "b": 56},
        **axes,
    )


def _cut(title: str, most: int = 22) -> str:
    return plain(title if len(title) <= most else f"{title[: most - 1]}…")


def _range(target: dict) -> tuple[float, float]:
    """The prior's range, widened by 5 % (outliers beyond it are still counted in the score table)."""
    margin = 0.05 * (target["high"] - target["low"])
    return target["low"] - margin, target["high"] + margin
