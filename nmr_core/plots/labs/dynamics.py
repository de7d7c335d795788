"""Figures of lab 10: the potentials, the distance in time, and the energy."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.dynamics import Collision
from nmr_core.plots.labs.axes import LEGEND, markers
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import line

TIME = "time (σ √(m/ε))"
ENERGIES = (-1.7, 6.0)
"""Drawn energies, in epsilon."""


def figures(results: Mapping[str, Collision], palette: Palette) -> dict[str, go.Figure]:
    """Potentials, distance in time and energies of the present result and the pinned ones."""
    return {
        "potential": _potential(results, palette),
        "distance": _distance(results, palette),
        "energy": _energy(results, palette),
    }


def _potential(results: Mapping[str, Collision], palette: Palette) -> go.Figure:
    """Potentials, and the training points of the present one."""
    present = next(iter(results.values()))
    traces = [line(present.grid, present.truth, "true", palette.muted, 1.5, dash="dash")]
    hover = "%{x:.2f} σ: %{y:.3f} ε<extra></extra>"
    for i, (label, result) in enumerate(results.items()):
        name = label if len(results) > 1 else "learned"
        colour = palette.series[i % len(palette.series)]
        traces.append(line(result.grid, result.fit, name, colour, 2.4, hover=hover))
    traces.append(markers(present.r, present.v, "training points", palette.series[3]))
    return figure(
        traces,
        palette,
        axis("distance r (σ)", palette, range=[0.7, 3.0]),
        axis("V (ε)", palette, range=list(ENERGIES)),
        height=380,
        legend=LEGEND,
    )


def _distance(results: Mapping[str, Collision], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    true = present.true_path
    traces = [line(true.time, true.r, "true potential", palette.muted, 1.5, dash="dash")]
    hover = "t = %{x:.2f}: %{y:.3f} σ<extra></extra>"
    for i, (label, result) in enumerate(results.items()):
        name = label if len(results) > 1 else "learned potential"
        colour = palette.series[i % len(palette.series)]
        traces.append(line(result.path.time, result.path.r, name, colour, 2.4, hover=hover))
    last = max(float(np.max(true.time[true.r <= 3.2])), 2.0)
    unknown = {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": present.start,
        "line": {"width": 0},
        "layer": "below",
        "fillcolor": faded(palette.series[3], 0.12),
    }
    return figure(
        traces,
        palette,
        axis(TIME, palette, range=[0, last]),
        axis("distance r (σ)", palette, range=[0.6, 3.0]),
        height=380,
        shapes=[unknown],
        legend=LEGEND,
    )


def _energy(results: Mapping[str, Collision], palette: Palette) -> go.Figure:
    traces = []
    for i, (label, result) in enumerate(results.items()):
        colour = palette.series[i % len(palette.series)]
        hover = "t = %{x:.2f}: %{y:.4f} ε<extra></extra>"
        path = result.path
        traces.append(line(path.time, path.energy, label, colour, 2.0, hover=hover))
    present = next(iter(results.values())).path
    middle = float(present.energy[0])
    return figure(
        traces,
        palette,
        axis(TIME, palette),
        axis("energy (ε)", palette, range=[middle - 0.5, middle + 0.5]),
        height=220,
        showlegend=len(results) > 1,
    )
