"""Figures of lab 1: the fit through its points, and the training error per epoch."""

from collections.abc import Mapping

import plotly.graph_objects as go

from nmr_core.labs.overfit import OverfitResult
from nmr_core.plots.labs.axes import (
    LEGEND,
    distance_axis,
    energy_axis,
    log_axis,
    markers,
    outside_shade,
    potential_line,
    thinned,
)
from nmr_core.plots.layout import figure
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import line


def figures(results: Mapping[str, OverfitResult], palette: Palette) -> dict[str, go.Figure]:
    """Fit and training error of the present result and the pinned ones."""
    return {"fit": _fit(results, palette), "loss": _loss(results, palette)}


def _fit(results: Mapping[str, OverfitResult], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    traces = [potential_line(palette)]
    for i, (label, result) in enumerate(results.items()):
        colour = palette.series[i % len(palette.series)]
        hover = "%{x:.2f} σ: %{y:.3f} ε<extra></extra>"
        traces.append(line(result.grid, result.fit, label, colour, 2.4, hover=hover))
    traces.append(markers(present.r, present.v, "training points", palette.series[0]))
    return figure(
        traces,
        palette,
        distance_axis(palette),
        energy_axis(palette),
        height=420,
        shapes=outside_shade(present.r.min(), present.r.max(), palette),
        legend=LEGEND,
    )


def _loss(results: Mapping[str, OverfitResult], palette: Palette) -> go.Figure:
    traces = []
    for i, (label, result) in enumerate(results.items()):
        epochs, values = thinned(result.losses)
        colour = palette.series[i % len(palette.series)]
        traces.append(line(epochs, values, label, colour, hover="epoch %{x:.0f}: %{y:.2g} ε"))
    return figure(
        traces,
        palette,
        log_axis("epoch", palette),
        log_axis("error at the points (ε)", palette),
        height=260,
        showlegend=len(results) > 1,
    )
