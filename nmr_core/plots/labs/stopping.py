"""Figures of lab 3: the fit after one epoch, and the errors per epoch."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.stopping import EPOCHS, StoppingResult
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
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import line, vertical


def figures(results: Mapping[str, StoppingResult], palette: Palette) -> dict[str, go.Figure]:
    """Fit and errors of the present result and the pinned ones."""
    return {"fit": _fit(results, palette), "errors": _errors(results, palette)}


def _fit(results: Mapping[str, StoppingResult], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    traces = [potential_line(palette)]
    for label, result, colour in coloured(results, palette):
        name = f"{label}: epoch {result.epoch:,}"
        traces.append(fit_line(result.grid, result.fit, name, colour))
    n = present.n_training
    traces.append(markers(present.r[:n], present.v[:n], "training points", palette.ink))
    traces.append(markers(present.r[n:], present.v[n:], "validation points", palette.series[3]))
    return figure(traces, palette, distance_axis(palette), energy_axis(palette))


def _errors(results: Mapping[str, StoppingResult], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    epochs = np.array(EPOCHS[1:])
    kinds = (("training", "dot", 1.6), ("validation", "dash", 1.6), ("test", "solid", 2.6))
    traces = []
    for label, result, colour in coloured(results, palette):
        for kind, dash, width in kinds:
            values = getattr(result.curves, kind)[1:]
            name = kind if len(results) == 1 else f"{label}: {kind}"
            hover = f"{name}, epoch %{{x:.0f}}: %{{y:.3f}} ε<extra></extra>"
            traces.append(line(epochs, values, name, colour, width, dash=dash, hover=hover))
        best = result.curves.best
        stop = markers(
            np.array([EPOCHS[best]]), result.curves.test[best : best + 1], "stop", colour
        )
        traces.append(stop | {"showlegend": result is present})
    return figure(
        traces,
        palette,
        log_axis("epoch", palette),
        error_axis(palette),
        shapes=[vertical(max(present.epoch, 1), palette.muted, "dot")],
    )
