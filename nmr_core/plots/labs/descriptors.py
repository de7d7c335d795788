"""Figures of lab 2: the fits, and the functions of r that the model sees."""

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
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import line


def figures(results: Mapping[str, DescriptorsResult], palette: Palette) -> dict[str, go.Figure]:
    """Fits and descriptors of the present result and the pinned ones."""
    return {"fit": _fit(results, palette), "descriptor": _functions(results, palette)}


def _fit(results: Mapping[str, DescriptorsResult], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    traces = [potential_line(palette)]
    for label, result, colour in coloured(results, palette):
        traces.append(fit_line(result.grid, result.fit, label, colour))
        linear = line(result.grid, result.line, f"{label}: linear model", colour, 1.6, dash="dot")
        traces.append(linear)
    traces.append(markers(present.r, present.v, "training points", palette.ink))
    return figure(
        traces,
        palette,
        distance_axis(palette),
        energy_axis(palette),
        height=420,
        shapes=outside_shade(present.r.min(), present.r.max(), palette),
    )


def _functions(results: Mapping[str, DescriptorsResult], palette: Palette) -> go.Figure:
    traces = []
    for label, result, colour in coloured(results, palette):
        for k, values in enumerate(result.functions.T):
            trace = line(result.grid, values, label, colour, 1.4)
            traces.append(trace | {"showlegend": k == 0 and len(results) > 1})
    y = axis("descriptor", palette, range=[-0.1, 1.3])
    return figure(traces, palette, distance_axis(palette), y, height=260)
