"""Figures of lab 2: the fits of both models, and the functions of r that they see."""

from collections.abc import Mapping

import plotly.graph_objects as go

from nmr_core.labs.descriptors import DescriptorsResult
from nmr_core.plots.labs.axes import (
    coloured,
    distance_axis,
    energy_axis,
    fit_line,
    markers,
    outside_shade,
    potential_line,
)
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import line


def figures(results: Mapping[str, DescriptorsResult], palette: Palette) -> dict[str, go.Figure]:
    """Fits and descriptors of the present result and the pinned ones."""
    return {
        "fit": _fit(results, palette),
        "linear": _linear(results, palette),
        "descriptor": _functions(results, palette),
    }


def _fit(results: Mapping[str, DescriptorsResult], palette: Palette) -> go.Figure:
    """The network only: the linear model answers the question."""
    traces = [
        fit_line(result.grid, result.fit, label, colour)
        for label, result, colour in coloured(results, palette)
    ]
    return _energies(traces, results, palette, 420)


def _linear(results: Mapping[str, DescriptorsResult], palette: Palette) -> go.Figure:
    """The linear models, drawn over the present network."""
    present = next(iter(results.values()))
    wide = faded(palette.series[0], 0.4)
    traces = [fit_line(present.grid, present.fit, "network", wide, 7)]
    for label, result, colour in coloured(results, palette):
        name = "linear model" if len(results) == 1 else f"{label}: linear model"
        colour = palette.series[1] if len(results) == 1 else colour
        traces.append(line(result.grid, result.line, name, colour, 2))
    return _energies(traces, results, palette, 330)


def _energies(
    fits: list[dict], results: Mapping[str, DescriptorsResult], palette: Palette, height: int
) -> go.Figure:
    """Fits between the potential and the training points."""
    present = next(iter(results.values()))
    points = markers(present.r, present.v, "training points", palette.ink)
    return figure(
        [potential_line(palette), *fits, points],
        palette,
        distance_axis(palette),
        energy_axis(palette),
        height=height,
        shapes=outside_shade(present.r.min(), present.r.max(), palette),
    )


def _functions(results: Mapping[str, DescriptorsResult], palette: Palette) -> go.Figure:
    traces = []
    for label, result, colour in coloured(results, palette):
        for k, values in enumerate(result.functions.T):
            trace = line(result.grid, values, label, colour, 1.4)
            traces.append(trace | {"showlegend": k == 0 and len(results) > 1})
    y = axis("descriptor", palette, range=[-0.1, 1.3])
    return figure(traces, palette, distance_axis(palette), y, height=330)
