"""Errors of a model: residuals against a parameter, RMSE by range of one parameter and of two."""

from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.evaluation.regimes import quantile_edges
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.parity import CROWDED, Panel
from nmr_core.plots.traces import band, line
from nmr_core.weights import weighted_quantile

FEWEST = 5
"""Echoes that a range must hold for its quantiles to be drawn."""
MAX_BANDS = 4
"""Runs whose bands are drawn; those of more would hide each other."""


def residual_figure(
    panel: Panel,
    target: dict,
    palette: Palette,
    *,
    n_bins: int = 12,
    against: tuple[str, np.ndarray] | None = None,
) -> go.Figure:
    """Draw predicted minus true, in the target's unit, with the 5, 50 and 95 % quantiles in ranges.

    Parameters
    ----------
    panel : Panel
        Values, title and colour.
    target : dict
        Label, low and high of the prior.
    palette : Palette
        Colours of the theme.
    n_bins : int
        Ranges: equally wide in the true value, or with equally many echoes of ``against``.
    against : tuple of (label, array), optional
        Another parameter to plot against, (n_test,). Default: the true value.
    """
    true = panel.true
    residual = panel.predicted - true
    label, x = against or (f"true {target['label']}", true)
    if against:
        edges = quantile_edges(x, n_bins)
        margin = 0.03 * (edges[-1] - edges[0]) or 1.0
        low, high = float(edges[0] - margin), float(edges[-1] + margin)
    else:
        low, high = target["low"], target["high"]
        edges = np.linspace(low, high, n_bins + 1)
    traces = [
        _points(x, residual, panel.samples, panel.colour),
        *_quantiles(x, residual, edges, palette, panel.weights),
    ]
    reach = max(1e-12, float(np.percentile(np.abs(residual), 99.5)))
    return figure(
        traces,
        palette,
        axis(label, palette, range=[low, high]),
        axis(
            f"predicted − true {target['label']}",
            palette,
            range=[-reach, reach],
            zeroline=True,
            zerolinecolor=palette.faint,
        )
        | {
            "title": {
                "text": f"predicted − true {target['label']}",
                "standoff": 12,
                "font": {"color": palette.ink},
            },
            "automargin": True,
        },
        title=panel.title,
        height=330,
        showlegend=False,
    )


def _points(x: np.ndarray, residual: np.ndarray, samples: np.ndarray | None, colour: str) -> dict:
    rows = np.linspace(0, len(x) - 1, min(len(x), CROWDED)).astype(int)
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": np.float32(x[rows]),
        "y": np.float32(residual[rows]),
        "marker": {"size": 3.5, "color": faded(colour, 0.35)},
        "name": "echoes",
    }
    if samples is None:
        return points | {"hoverinfo": "skip"}
    hover = "echo %{customdata}<extra></extra>"
    return points | {"customdata": np.int32(samples[rows]), "hovertemplate": hover}


def _quantiles(
    x: np.ndarray,
    residual: np.ndarray,
    edges: np.ndarray,
    palette: Palette,
    weights: np.ndarray | None,
) -> list:
    groups = [(x >= low) & (x <= high) for low, high in pairwise(edges)]
    w = np.ones(len(x)) if weights is None else weights
    filled = [k for k, group in enumerate(groups) if group.sum() >= FEWEST]
    centres = (edges[:-1] + edges[1:])[filled] / 2
    return [
        line(
            centres,
            np.array([weighted_quantile(residual[groups[k]], q, w[groups[k]]) for k in filled]),
            name,
            palette.ink,
            width,
            hover="%{y:.3g}<extra>" + name + "</extra>",
        )
        for q, name, width in ((0.05, "5 %", 1), (0.5, "median", 2.4), (0.95, "95 %", 1))
    ]


def regime_figure(
    tables: dict[str, tuple[str, pd.DataFrame, str]], label: str, target: dict, palette: Palette
) -> go.Figure:
    """Draw the RMSE of one target, in its unit, by ranges of a parameter.

    One line per run with its 95 % band; the baseline of the first run is dashed.

    Parameters
    ----------
    tables : dict of str to (title, table, colour)
        By run id; tables as returned by :func:`nmr_core.evaluation.regimes.error_by`.
    label : str
        Symbol and unit of the parameter.
    target : dict
        Entry of the run's manifest.
    palette : Palette
        Colours of the theme.
    """
    _, first, _ = next(iter(tables.values()))
    hover = "%{y:.4g}<extra>baseline</extra>"
    baseline = line(first["centre"], first["baseline"], "baseline", palette.ink, 1.2, hover=hover)
    baseline["line"]["dash"] = "dash"
    traces = [baseline]
    for title, table, colour in tables.values():
        x, name = table["centre"].to_numpy(), plain(title)
        if len(tables) <= MAX_BANDS:
            traces.append(band(x, table["rmse_low"], table["rmse_high"], faded(colour, 0.16)))
        hover = f"RMSE %{{y:.4g}}, %{{customdata}} echoes<extra>{name}</extra>"
        curve = line(x, table["rmse"], name, colour, 2.2, hover=hover)
        traces.append(
            curve
            | {
                "mode": "lines+markers",
                "marker": {"size": 6},
                "customdata": table["n"].to_numpy(),
            }
        )
    y = axis(f"RMSE of {target['label']}", palette, rangemode="tozero")
    return figure(traces, palette, axis(label, palette), y, height=380)


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
    """Draw the RMSE of one target, in its unit, over ranges of two parameters.

    Cells with too few echoes for an RMSE are grey.

    Parameters
    ----------
    x_edges, y_edges : array, (n_x + 1,), (n_y + 1,)
        Limits of the ranges.
    rmse, n : array, (n_y, n_x)
        RMSE (NaN = too few echoes) and number of echoes per cell.
    labels : tuple of str
        Symbols and units of the two parameters.
    target : dict
        Label and unit of the target, as in the manifest of a run.
    palette : Palette
        Colours of the theme.
    colour : str
        Colour of the markers or lines, as a CSS value.
    """
    empty = np.where(np.isfinite(rmse), np.nan, 1.0)
    grid = {"type": "heatmap", "x": x_edges, "y": y_edges, "hoverongaps": False, "customdata": n}
    title = {"text": f"RMSE of {target['label']}", "side": "right"}
    cells = grid | {
        "z": rmse,
        "zmin": 0,
        "zmax": float(np.nanmax(rmse)) if np.isfinite(rmse).any() else 1.0,
        "colorscale": [[0, faded(colour, 0.04)], [1, colour]],
        "colorbar": {"title": title, "thickness": 12},
        "hovertemplate": "RMSE %{z:.4g}, %{customdata} echoes<extra></extra>",
    }
    grey = grid | {
        "z": empty,
        "showscale": False,
        "colorscale": [[0, palette.faint], [1, palette.faint]],
        "hovertemplate": "too few: %{customdata} echoes<extra></extra>",
    }
    across, up = axis(labels[0], palette), axis(labels[1], palette)
    return figure([cells, grey], palette, across, up, height=380)
