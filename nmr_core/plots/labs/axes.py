"""Axes and traces that the figures of several labs share."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

import numpy as np

from nmr_core.labs import lennard_jones as lj
from nmr_core.plots.layout import axis, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import line

ENERGY_RANGE = (-2.0, 4.0)
"""Of the figures, in epsilon."""
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}

Shown = TypeVar("Shown")


def coloured(results: Mapping[str, Shown], palette: Palette) -> Iterator[tuple[str, Shown, str]]:
    """Label, result and colour of each result."""
    for i, (label, result) in enumerate(results.items()):
        yield label, result, palette.series[i % len(palette.series)]


def distance_axis(palette: Palette) -> dict:
    """Axis of r."""
    return axis("r (σ)", palette, range=[lj.LOW, lj.HIGH])


def energy_axis(palette: Palette) -> dict:
    """Axis of V."""
    return axis("V (ε)", palette, range=list(ENERGY_RANGE))


def log_axis(title: str, palette: Palette, **more) -> dict:
    """Logarithmic axis with a tick per power of ten."""
    return axis(title, palette, type="log", dtick=1, **more)


def error_axis(palette: Palette) -> dict:
    """Logarithmic axis of errors over one or two powers of ten, with three ticks per power."""
    ticks = [step * 10.0**power for power in range(-4, 3) for step in (1, 2, 5)]
    texts = [f"{tick:g}" for tick in ticks]
    return axis("error (ε)", palette, type="log", tickvals=ticks, ticktext=texts)


def potential_line(palette: Palette) -> dict:
    """The potential itself."""
    r = np.linspace(lj.LOW, lj.HIGH, 421)
    return line(r, lj.potential(r), "potential", palette.muted, 1.5, dash="dash")


def fit_line(r: np.ndarray, v: np.ndarray, name: str, colour: str, width: float = 2.4) -> dict:
    """Energies of a fit."""
    return line(r, v, name, colour, width, hover="%{x:.2f} σ: %{y:.3f} ε<extra></extra>")


def markers(x: np.ndarray, y: np.ndarray, name: str, colour: str, size: int = 9) -> dict:
    """Points with a thin edge."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.float32(x),
        "y": np.float32(y),
        "name": plain(name),
        "marker": {"size": size, "color": colour, "line": {"width": 1, "color": "#FFFFFF"}},
        "hovertemplate": "%{x:.3f}, %{y:.3f}<extra></extra>",
    }


def outside_shade(low: float, high: float, palette: Palette) -> list[dict]:
    """Shaded ranges of r on both sides of the training points."""
    return [
        {
            "type": "rect",
            "yref": "paper",
            "x0": x0,
            "x1": x1,
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "layer": "below",
            "fillcolor": faded(palette.series[3], 0.12),
        }
        for x0, x1 in ((lj.LOW, low), (high, lj.HIGH))
        if x1 > x0
    ]


def thinned(values: np.ndarray, most: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Epochs from 1 and values at evenly spaced logarithms of the epoch."""
    steps = np.unique(np.geomspace(1, len(values), min(most, len(values))).round().astype(int))
    return steps, values[steps - 1]
