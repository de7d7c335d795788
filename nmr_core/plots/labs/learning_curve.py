"""Figures of lab 4: fits of several draws, and the errors against the number of points."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.learning_curve import SIZES, LearningCurveResult
from nmr_core.plots.labs.axes import (
    coloured,
    distance_axis,
    energy_axis,
    error_axis,
    fit_line,
    log_axis,
    markers,
    potential_line,
)
from nmr_core.plots.layout import figure
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import band, horizontal, line


def figures(results: Mapping[str, LearningCurveResult], palette: Palette) -> dict[str, go.Figure]:
    """Fits and learning curve of the present result and the pinned ones."""
    return {"fits": _fits(results, palette), "curve": _curve(results, palette)}


def _fits(results: Mapping[str, LearningCurveResult], palette: Palette) -> go.Figure:
    traces = [potential_line(palette)]
    for label, result, colour in coloured(results, palette):
        for i, draw in enumerate(result.draws):
            trace = fit_line(result.grid, draw.fit, label, faded(colour, 0.7), width=1.6)
            traces.append(trace | {"showlegend": i == 0})
        first = result.draws[0]
        if len(results) == 1:
            traces.append(markers(first.r, first.v, "points of the first draw", palette.ink, 6))
    return figure(traces, palette, distance_axis(palette), energy_axis(palette))


def _curve(results: Mapping[str, LearningCurveResult], palette: Palette) -> go.Figure:
    sizes = np.array(SIZES)
    present = next(iter(results.values()))
    traces = []
    for label, result, colour in coloured(results, palette):
        test, training = result.test, result.training
        prefix = "" if len(results) == 1 else f"{label}: "
        hover = "%{x:.0f} points: %{y:.3f} ε<extra></extra>"
        traces += [
            band(sizes, test.min(axis=1), test.max(axis=1), faded(colour, 0.15)),
            line(sizes, test.mean(axis=1), f"{prefix}test", colour, 2.6, hover=hover),
            line(
                sizes, training.mean(axis=1), f"{prefix}training", colour, dash="dot", hover=hover
            ),
        ]
    shapes = [horizontal(present.noise, palette.muted, "dash")] if present.noise else []
    x = log_axis("points", palette, tickvals=list(SIZES), ticktext=list(map(str, SIZES)))
    return figure(traces, palette, x, error_axis(palette), height=330, shapes=shapes)
