"""Figures of lab 9: the path on the landscape (or the fit), and the loss per step."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.optimisers import VIEWS, Walk
from nmr_core.plots.labs.axes import LEGEND, distance_axis, energy_axis, log_axis, potential_line
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal, line

LOWEST, HIGHEST = -6, 2
"""Range of the losses, as powers of ten."""


def figures(results: Mapping[str, Walk], palette: Palette) -> dict[str, go.Figure]:
    """Path and loss of the present run and of the pinned ones on the same landscape."""
    present = next(iter(results.values()))
    shown = _path(results, palette) if present.y.size else _fit(results, palette)
    return {"path": shown, "loss": _loss(results, palette)}


def _path(results: Mapping[str, Walk], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    x_low, x_high, y_low, y_high = VIEWS[present.landscape]
    traces = [_contours(present, palette)]
    for i, (label, walk) in enumerate(results.items()):
        if walk.landscape == present.landscape:
            traces += _steps(walk, label, palette.series[i % len(palette.series)], palette)
    return figure(
        traces,
        palette,
        axis("parameter x", palette, range=[x_low, x_high]),
        axis("parameter y", palette, range=[y_low, y_high]),
        height=420,
        legend=LEGEND,
        showlegend=len(results) > 1,
    )


def _contours(walk: Walk, palette: Palette) -> dict:
    """Lines of equal loss, evenly spaced in the root of the loss."""
    return {
        "type": "contour",
        "x": np.float32(walk.x),
        "y": np.float32(walk.y),
        "z": np.float32(np.sqrt(np.maximum(walk.surface, 0))),
        "zmin": 0,
        "zmax": 4 if walk.surface.max() > 50 else 2,
        "customdata": np.float32(walk.surface),
        "ncontours": 24,
        "colorscale": [[0, palette.series[0]], [0.5, palette.faint], [1, palette.faint]],
        "opacity": 0.5,
        "line": {"width": 0.7, "color": faded(palette.muted, 0.6)},
        "showscale": False,
        "hovertemplate": "x %{x:.2f}, y %{y:.2f}: loss %{customdata:.3g}<extra></extra>",
    }


def _steps(walk: Walk, label: str, colour: str, palette: Palette) -> list[dict]:
    """The whole run, with its start and its end; the step of its arrival is not marked."""
    x, y = walk.path.T
    hover = "step %{customdata}<extra></extra>"
    path = line(x, y, label, colour, 1.4, hover=hover)
    path |= {"mode": "lines+markers", "marker": {"size": 4}, "customdata": np.arange(len(x))}
    finite = np.flatnonzero(np.isfinite(x))
    ends = {
        "type": "scatter",
        "mode": "markers",
        "x": np.float32(x[[0, finite[-1]]]),
        "y": np.float32(y[[0, finite[-1]]]),
        "hovertext": ["start", "end"],
        "hoverinfo": "text",
        "showlegend": False,
        "marker": {
            "size": [11, 15],
            "symbol": ["circle", "star"],
            "color": colour,
            "line": {"width": 1.2, "color": palette.ink},
        },
    }
    return [path, ends]


def _fit(results: Mapping[str, Walk], palette: Palette) -> go.Figure:
    traces = [potential_line(palette)]
    for i, (label, walk) in enumerate(results.items()):
        if not walk.y.size:
            colour = palette.series[i % len(palette.series)]
            hover = "%{x:.2f} σ: %{y:.3f} ε<extra></extra>"
            traces.append(line(walk.x, walk.surface[1], label, colour, 2.4, hover=hover))
    return figure(
        traces, palette, distance_axis(palette), energy_axis(palette), height=420, legend=LEGEND
    )


def _loss(results: Mapping[str, Walk], palette: Palette) -> go.Figure:
    traces, shapes = [], []
    for i, (label, walk) in enumerate(results.items()):
        colour = palette.series[i % len(palette.series)]
        losses = np.where(walk.losses > 10.0**LOWEST, walk.losses, np.nan)
        hover = "step %{x}: %{y:.3g}<extra></extra>"
        traces.append(line(np.arange(len(losses)), losses, label, colour, 1.8, hover=hover))
        shapes.append(horizontal(walk.goal, palette.muted, "dash", 1))
    return figure(
        traces,
        palette,
        axis("step", palette),
        log_axis("loss", palette, exponentformat="power", range=[LOWEST, HIGHEST]),
        height=280,
        margin={"l": 72, "r": 16, "t": 24, "b": 48},
        showlegend=len(results) > 1,
        shapes=shapes,
    )
