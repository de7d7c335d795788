"""One echo against time, with its pulses."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.figures.layout import axis, figure
from nmr_core.figures.palette import Palette
from nmr_core.simulator.echo import Echo

COMPONENTS = {"|M|": (np.abs, 2.4), "Re M": (np.real, 1.4), "Im M": (np.imag, 1.4)}


def echo_figure(echo: Echo, palette: Palette, components: tuple[str, ...] = tuple(COMPONENTS),
                uncoupled: np.ndarray | None = None, height: int = 440) -> go.Figure:
    """M(t) with fixed axes (so that curves can be compared while a slider moves), pulse and echo marks.

    uncoupled : |M| of the same experiment without interaction, drawn dashed
    """
    traces = [_line(echo.time, function(echo.signal), name, palette.series[k], width)
              for k, (name, (function, width)) in enumerate(COMPONENTS.items()) if name in components]
    if uncoupled is not None:
        traces.append(_line(echo.time, uncoupled, "|M| without coupling", palette.ink, 1.2, "dot"))
    low = 0.0 if components == ("|M|",) else -0.52
    return _marked(traces, echo, palette, "polarisation M per spin", low, height)


def overlay_figure(echoes: dict[str, Echo], palette: Palette, height: int = 330) -> go.Figure:
    """|M(t)| of several echoes of one protocol, by label."""
    traces = [_line(echo.time, np.abs(echo.signal), label, palette.series[k % len(palette.series)], 2)
              for k, (label, echo) in enumerate(echoes.items())]
    return _marked(traces, next(iter(echoes.values())), palette, "|M| per spin", 0.0, height)


def _marked(traces: list[dict], echo: Echo, palette: Palette, ylabel: str, low: float, height: int) -> go.Figure:
    """Fixed axes, and a dashed line at each pulse and at the echo time."""
    protocol = echo.experiment.protocol
    marks = [(protocol.pulse_times[0], f"{protocol.angle_1:g}°"), (protocol.pulse_times[1], f"{protocol.angle_2:g}°"),
             (protocol.echo_time, "2τ")]
    dashed = {"type": "line", "y0": low, "y1": 0.5, "line": {"color": palette.ink, "width": 1, "dash": "dash"}, "opacity": 0.5}
    return figure(
        traces, palette, axis("time t (µs)", palette, range=[-0.01 * echo.time[-1], echo.time[-1]]),
        axis(ylabel, palette, range=[low, 0.56]), height=height, hovermode="x unified",
        shapes=[dashed | {"x0": t, "x1": t} for t, _ in marks],
        annotations=[{"x": t, "y": 0.5, "yanchor": "bottom", "text": text, "showarrow": False} for t, text in marks])


def _line(x, y, name: str, colour: str, width: float, dash: str = "solid") -> dict:
    return {"type": "scatter", "mode": "lines", "x": np.float32(x), "y": np.float32(y), "name": name,
            "line": {"color": colour, "width": width, "dash": dash, "simplify": False}, "hovertemplate": "%{y:.4f}"}
