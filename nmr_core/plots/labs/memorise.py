"""Figures of lab 0: the fit, and the training error with and without a bug."""

from collections.abc import Mapping

import plotly.graph_objects as go

from nmr_core.labs.memorise import ENOUGH, MemoriseResult
from nmr_core.plots.labs.axes import (
    coloured,
    distance_axis,
    energy_axis,
    fit_line,
    log_axis,
    markers,
    potential_line,
    thinned,
)
from nmr_core.plots.layout import figure
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import horizontal, line


def figures(results: Mapping[str, MemoriseResult], palette: Palette) -> dict[str, go.Figure]:
    """Fit and training error of the present result and the pinned ones."""
    return {"fit": _fit(results, palette), "loss": _loss(results, palette)}


def _fit(results: Mapping[str, MemoriseResult], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    traces = [potential_line(palette)]
    for label, result, colour in coloured(results, palette):
        traces.append(fit_line(result.grid, result.fit, label, colour))
    traces.append(markers(present.r, present.v, "training points", palette.ink))
    return figure(traces, palette, distance_axis(palette), energy_axis(palette))


def _loss(results: Mapping[str, MemoriseResult], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    correct = thinned(present.correct)
    traces = [line(*correct, "without a bug", palette.muted, 1.5, dash="dash")]
    for label, result, colour in coloured(results, palette):
        hover = "epoch %{x:.0f}: %{y:.2g} ε<extra></extra>"
        traces.append(line(*thinned(result.losses), label, colour, 2.4, hover=hover))
    return figure(
        traces,
        palette,
        log_axis("epoch", palette),
        log_axis("error at the points (ε)", palette),
        shapes=[horizontal(ENOUGH, palette.ink, "dot")],
    )
