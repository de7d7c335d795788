"""Priors beside the sampling densities that the samples are drawn from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nmr_core.parameters import Parameter
from nmr_core.plots.layout import axis, figure, key_note
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import line

NAMES = ("prior", "sampling density")
N_GRID = 400
HIGHEST = 6.0
"""Largest density that is shown, in units of the prior's largest; a power diverges at its end."""


def density_figure(specs: Sequence[Parameter], palette: Palette) -> go.Figure:
    """Draw prior and sampling density of parameters, in units of the prior's largest density.

    Parameters
    ----------
    specs : sequence of Parameter
        With their priors and sampling densities; one panel each.
    palette : Palette
        Colours of the theme.
    """
    colours = palette.muted, palette.series[0]
    gap = 0.06
    width = (1 - gap * (len(specs) - 1)) / len(specs)
    traces: list[dict] = []
    axes: dict[str, Any] = {}
    for k, spec in enumerate(specs):
        n = str(k + 1) if k else ""
        x, prior, sampling = _densities(spec)
        for y, name, colour in zip((prior, sampling), NAMES, colours, strict=True):
            hover = f"%{{y:.3g}}<extra>{name}</extra>"
            curve = line(x, y, name, colour, 2, hover=hover)
            traces.append(curve | {"xaxis": f"x{n}", "yaxis": f"y{n}"})
        left = k * (width + gap)
        axes[f"xaxis{n}"] = axis(
            spec.label,
            palette,
            domain=[left, left + width],
            anchor=f"y{n}",
            nticks=5,
            **({"type": "log", "dtick": 1} if spec.scale == "log" else {}),
        )
        top = min(HIGHEST, 1.1 * max(prior.max(), sampling.max()))
        axes[f"yaxis{n}"] = axis(
            "" if k else "density", palette, anchor=f"x{n}", range=[0, top], nticks=4
        )
    first = {"x": axes.pop("xaxis"), "y": axes.pop("yaxis")}
    note = key_note(list(zip(NAMES, colours, strict=True)))
    return figure(
        traces,
        palette,
        first["x"],
        first["y"],
        height=220,
        showlegend=False,
        annotations=[note],
        **axes,
    )


def _densities(spec: Parameter) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, and both densities per unit of their axis in units of the prior's largest."""
    u = (np.arange(N_GRID) + 0.5) / N_GRID
    x = np.array([spec.quantile(rank) for rank in u**2])
    coordinate = np.log(x) if spec.scale == "log" else x
    prior = np.gradient(spec.rank(x), coordinate)
    prior /= prior.max()
    return x, prior, prior / spec.weight(x)
