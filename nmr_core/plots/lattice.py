"""The spins on their lattice: a movie of one component, or site against time for a chain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nmr_core.errors import InputError
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import LIGHT, Palette

LEVELS = 250
"""Shades of the colour scale: one byte a spin, never 255, which base64 escapes to 8 bytes."""
MAX_FILM = 1_100_000
MAX_CHAIN = 500_000
"""Numbers in a figure, at most about 3 MB of JSON: bytes of a movie, float32 of a chain."""
DURATION = 80  # ms a frame


@dataclass(frozen=True)
class SpinComponent:
    """One component of every spin.

    Attributes
    ----------
    function : callable
        (m = m_x + i m_y, m_z) -> real array of the same shape.
    low, high : float
        Fixed range of the colours, in ``unit``.
    scale : str or None
        Plotly colour scale; None for the diverging one of the palette.
    """

    function: Callable[[np.ndarray, np.ndarray], np.ndarray]
    low: float
    high: float
    unit: str = ""
    scale: str | None = None


COMPONENTS_OF_SPIN: dict[str, SpinComponent] = {
    "m_x": SpinComponent(lambda m, mz: m.real, -0.5, 0.5),
    "m_y": SpinComponent(lambda m, mz: m.imag, -0.5, 0.5),
    "m_z": SpinComponent(lambda m, mz: mz, -0.5, 0.5),
    "|m_xy|": SpinComponent(lambda m, mz: np.abs(m), 0.0, 0.5, scale="Viridis"),
    "phase": SpinComponent(lambda m, mz: np.angle(m, deg=True), -180.0, 180.0, "°", "Phase"),
}


def lattice_figure(movie: Any, component: str, palette: Palette, height: int = 520) -> go.Figure:
    """Draw one component of every spin, with Play, Pause and a time slider (µs).

    A chain is drawn as site against time (µs). Movies of more than 1.1 million spins (128 × 128 in
    67 frames) show every second site, or fewer, and say so in the title.

    Parameters
    ----------
    movie : Movie
        time, µs, (n_frames,); m = m_x + i m_y, complex (n_frames, n_x, n_y); mz, the same shape.
    component : str
        Name of :data:`COMPONENTS_OF_SPIN`.
    palette : Palette
        Colours of the theme.
    height : int
        Height of the figure in pixels.

    Raises
    ------
    InputError
        For an unknown component.
    """
    if component not in COMPONENTS_OF_SPIN:
        raise InputError(
            f"component must be one of {', '.join(COMPONENTS_OF_SPIN)}; got "
            f"{str(component)[:40]!r}."
        )
    spec = COMPONENTS_OF_SPIN[component]
    chain = 1 in movie.m.shape[1:]
    every = int(np.ceil(movie.m.size / MAX_CHAIN if chain else np.sqrt(movie.m.size / MAX_FILM)))
    values = spec.function(movie.m[:, ::every, ::every], movie.mz[:, ::every, ::every])
    look = {
        "title": f"One site in {every if chain else f'{every} × {every}'} is drawn."
        if every > 1
        else "",
        "height": height,
    }
    if chain:
        trace = _colours(component, spec, palette, spec.low, spec.high)
        return _chain(movie.time, values, trace, every, palette, look)
    shades = np.rint(
        (values - spec.low).clip(0, spec.high - spec.low) / (spec.high - spec.low) * LEVELS
    )
    return _movie(
        movie.time,
        shades.astype(np.uint8),
        _colours(component, spec, palette, 0, LEVELS),
        every,
        palette,
        look,
    )


def _movie(
    time: np.ndarray, shades: np.ndarray, trace: dict, every: int, palette: Palette, look: dict
) -> go.Figure:
    """Arrays are [x, y]; a plotly heat map is [row, column]."""
    cells = np.ascontiguousarray(shades.transpose(0, 2, 1))
    frames = [{"name": str(k), "data": [{"type": "heatmap", "z": z}]} for k, z in enumerate(cells)]
    sites = {
        "x0": 0,
        "dx": every,
        "y0": 0,
        "dy": every,
        "hovertemplate": "site (%{x}, %{y})<extra></extra>",
    }
    movie = figure(
        [trace | sites | {"z": cells[0]}],
        palette,
        axis("site along a₁", palette, showgrid=False, constrain="domain"),
        axis("site along a₂", palette, showgrid=False, constrain="domain", scaleanchor="x"),
        sliders=[_slider(time, palette)],
        updatemenus=[_buttons()],
        margin={"l": 60, "r": 16, "t": 40 if look["title"] else 16, "b": 130},
        **look,
    )
    movie.frames = frames
    return movie


def _chain(
    time: np.ndarray, values: np.ndarray, trace: dict, every: int, palette: Palette, look: dict
) -> go.Figure:
    direction = "a₁" if values.shape[2] == 1 else "a₂"
    cells = {
        "x": np.float32(time),
        "y0": 0,
        "dy": every,
        "z": np.float32(values.reshape(len(values), -1).T),
    }
    return figure(
        [trace | cells],
        palette,
        axis("time t (µs)", palette, showgrid=False),
        axis(f"site along {direction}", palette, showgrid=False),
        **look,
    )


def _colours(
    component: str, spec: SpinComponent, palette: Palette, low: float, high: float
) -> dict:
    """A heat map of values from ``low`` to ``high``, with a colour bar in the component's units."""
    dark, middle, bright = palette.diverging
    ticks = [
        f"{tick:g}{spec.unit}".replace("-", "−") for tick in np.linspace(spec.low, spec.high, 5)
    ]
    return {
        "type": "heatmap",
        "zmin": low,
        "zmax": high,
        "colorscale": spec.scale or [[0, dark], [0.5, middle], [1, bright]],
        "colorbar": {
            "title": {"text": component, "side": "right"},
            "thickness": 14,
            "outlinewidth": 0,
            "tickvals": np.linspace(low, high, 5),
            "ticktext": ticks,
        },
        "hovertemplate": f"t = %{{x:.4g}} µs<br>site %{{y}}<br>{component} = "
        f"%{{z:.3g}}{spec.unit}<extra></extra>",
    }


def _animate(duration: int, *, redraw: bool = True) -> dict:
    """Without ``redraw`` plotly moves lines only; a heat map would stand still."""
    return {
        "mode": "immediate",
        "fromcurrent": True,
        "transition": {"duration": 0},
        "frame": {"duration": duration, "redraw": redraw},
    }


def _slider(time: np.ndarray, palette: Palette) -> dict:
    steps = [
        {"method": "animate", "label": f"{t:.1f}", "args": [[str(k)], _animate(0)]}
        for k, t in enumerate(time)
    ]
    return {
        "steps": steps,
        "x": 0.34,
        "len": 0.66,
        "y": -0.18,
        "pad": {"t": 12},
        "bgcolor": palette.series[0],
        "bordercolor": palette.faint,
        "tickcolor": palette.ink,
        "font": {"color": palette.ink},
        "currentvalue": {"prefix": "t = ", "suffix": " µs", "xanchor": "left"},
    }


def _buttons() -> dict:
    """Plotly draws the button under the pointer nearly white on every page, so its text is dark."""
    buttons = [
        {"label": "Play", "method": "animate", "args": [None, _animate(DURATION)]},
        {"label": "Pause", "method": "animate", "args": [[None], _animate(0, redraw=False)]},
    ]
    return {
        "type": "buttons",
        "direction": "left",
        "buttons": buttons,
        "showactive": False,
        "x": 0,
        "xanchor": "left",
        "y": -0.18,
        "yanchor": "top",
        "pad": {"t": 24},
        "bgcolor": LIGHT.faint,
        "bordercolor": LIGHT.faint,
        "font": {"color": LIGHT.ink},
    }
