"""Figures of lab 5: errors against the number of weights and against the decay, and the fit."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.size import DECAYS, WEIGHTS, WIDTHS, SizeResult
from nmr_core.plots.labs.axes import (
    coloured,
    distance_axis,
    energy_axis,
    fit_line,
    log_axis,
    markers,
    potential_line,
)
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import line


def figures(results: Mapping[str, SizeResult], palette: Palette) -> dict[str, go.Figure]:
    """Errors against both controls, and the fit."""
    return {
        "weights": _by_weights(results, palette),
        "decay": _by_decay(results, palette),
        "fit": _fit(results, palette),
    }


def _by_weights(results: Mapping[str, SizeResult], palette: Palette) -> go.Figure:
    traces = _pairs(results, palette, np.array(WEIGHTS), "by_width")
    for _, result, colour in coloured(results, palette):
        i = WIDTHS.index(result.width)
        traces.append(_here(WEIGHTS[i], result.by_width[i, 1], colour))
    ticks = {"tickvals": list(WEIGHTS), "ticktext": [f"{n:,}" for n in WEIGHTS]}
    return figure(traces, palette, log_axis("weights", palette, **ticks), _error_axis(palette))


def _by_decay(results: Mapping[str, SizeResult], palette: Palette) -> go.Figure:
    places = np.arange(len(DECAYS))
    traces = _pairs(results, palette, places, "by_decay")
    for _, result, colour in coloured(results, palette):
        i = DECAYS.index(result.decay)
        traces.append(_here(i, result.by_decay[i, 1], colour))
    labels = [f"{decay:g}" for decay in DECAYS]
    x = axis("weight decay", palette, tickvals=list(places), ticktext=labels)
    return figure(traces, palette, x, _error_axis(palette), height=300)


def _pairs(
    results: Mapping[str, SizeResult], palette: Palette, x: np.ndarray, errors: str
) -> list[dict]:
    """Training errors dotted, test errors solid."""
    traces = []
    for label, result, colour in coloured(results, palette):
        prefix = "" if len(results) == 1 else f"{label}: "
        training, test = getattr(result, errors).T
        hover = "%{y:.3f} ε<extra></extra>"
        traces.append(line(x, test, f"{prefix}test", colour, 2.6, hover=hover))
        traces.append(line(x, training, f"{prefix}training", colour, 1.6, dash="dot", hover=hover))
    return traces


def _here(x: float, y: float, colour: str) -> dict:
    return markers(np.array([x]), np.array([y]), "here", colour) | {"showlegend": False}


def _error_axis(palette: Palette) -> dict:
    return axis("error (ε)", palette, rangemode="tozero")


def _fit(results: Mapping[str, SizeResult], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    traces = [potential_line(palette)]
    for label, result, colour in coloured(results, palette):
        traces.append(fit_line(result.grid, result.fit, label, colour))
    traces.append(markers(present.r, present.v, "points of the first draw", palette.ink))
    return figure(traces, palette, distance_axis(palette), energy_axis(palette))
