"""Figures of lab 6: the band of the members, and band and error per distance."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.ensembles import Band
from nmr_core.plots.labs.axes import (
    LEGEND,
    distance_axis,
    energy_axis,
    log_axis,
    markers,
    outside_shade,
    potential_line,
)
from nmr_core.plots.layout import figure
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import band, line

HOVER = "%{x:.2f} σ: %{y:.3f} ε<extra></extra>"
ENERGIES = (-1.7, 0.9)
"""Drawn energies, in epsilon."""
SMALLEST = 1e-4
"""Smaller errors and widths are drawn here, in epsilon."""


def figures(results: Mapping[str, Band], palette: Palette) -> dict[str, go.Figure]:
    """Bands of the present result and the pinned ones, and what they miss."""
    return {"band": _band(results, palette), "width": _width(results, palette)}


def _band(results: Mapping[str, Band], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    traces = []
    for i, (label, result) in enumerate(results.items()):
        colour = palette.series[i % len(palette.series)]
        low, high = result.mean - result.half, result.mean + result.half
        traces.append(band(result.grid, low, high, faded(colour, 0.25)))
        name = label if len(results) > 1 else "mean of the networks"
        traces.append(line(result.grid, result.mean, name, colour, 2.4, hover=HOVER))
    traces.append(_members(present, palette))
    traces.append(potential_line(palette))
    traces.append(markers(present.r, present.v, "training points", palette.series[3]))
    return figure(
        traces,
        palette,
        distance_axis(palette),
        energy_axis(palette) | {"range": list(ENERGIES)},
        height=420,
        shapes=outside_shade(present.r.min(), present.r.max(), palette),
        legend=LEGEND,
    )


def _members(result: Band, palette: Palette) -> dict:
    """All networks as one thin broken line."""
    gaps = np.full((len(result.members), 1), np.nan)
    values = np.hstack([result.members, gaps]).ravel()
    r = np.tile(np.append(result.grid, np.nan), len(result.members))
    return line(r, values, "networks", faded(palette.series[0], 0.6), 0.7)


def _width(results: Mapping[str, Band], palette: Palette) -> go.Figure:
    """Half width of each band, and the error of the present mean (dotted), between the points."""
    traces = []
    for i, (label, result) in enumerate(results.items()):
        colour = palette.series[i % len(palette.series)]
        suffix = f", {label}" if len(results) > 1 else ""
        r = result.grid[result.inside]
        half = np.maximum(result.half, SMALLEST)[result.inside]
        traces.append(line(r, half, f"half width{suffix}", colour, 2.4, hover=HOVER))
    present = next(iter(results.values()))
    error = np.abs(present.mean - present.truth)[present.inside]
    traces.append(
        line(
            present.grid[present.inside],
            np.maximum(error, SMALLEST),
            "error of the mean",
            palette.series[0],
            1.6,
            dash="dot",
            hover=HOVER,
        )
    )
    return figure(
        traces,
        palette,
        distance_axis(palette),
        log_axis("half width, error (ε)", palette),
        height=280,
        margin={"l": 72, "r": 16, "t": 24, "b": 48},
        legend=LEGEND,
    )
