"""Echoes against time, with the pulses that made them."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette
from nmr_core.simulator.echo import Echo

COMPONENTS = {"|M|": (np.abs, 2.4), "Re M": (np.real, 1.4), "Im M": (np.imag, 1.4)}
MAX_LABELS = 8
MAX_KEY = 4
"""Curves that one line above the figure can name."""
TOP = 0.5
"""Where the marks end and their labels stand: no |M| is larger."""


def echo_figure(
    echo: Echo,
    palette: Palette,
    components: tuple[str, ...] = tuple(COMPONENTS),
    uncoupled: np.ndarray | None = None,
    pinned: dict[str, Echo] | None = None,
    height: int = 440,
) -> go.Figure:
    """M(t) with fixed axes (so that curves can be compared while a slider moves), pulse and echo marks.

    uncoupled : |M| of the same experiment without interaction, drawn dotted
    pinned    : up to six earlier echoes by label, of any protocols, drawn as thin |M|; the time axis holds the longest
    """
    traces = [
        _line(echo.time, function(echo.signal), name, palette.series[k], width)
        for k, (name, (function, width)) in enumerate(COMPONENTS.items())
        if name in components
    ]
    if uncoupled is not None:
        traces.append(_line(echo.time, uncoupled, "|M| without coupling", palette.ink, 1.2, "dot"))
    pinned, free = pinned or {}, palette.series[len(COMPONENTS) :]
    styles = [(colour, 1.6, dash) for dash in ("solid", "dash") for colour in free]
    traces += [
        _line(other.time, np.abs(other.signal), plain(label), *styles[k % len(styles)])
        for k, (label, other) in enumerate(pinned.items())
    ]
    low = 0.0 if components == ("|M|",) else -0.52
    return _marked(
        traces,
        [echo],
        _end(echo, *pinned.values()),
        palette,
        "polarisation M per spin",
        low,
        height,
    )


def overlay_figure(echoes: dict[str, Echo], palette: Palette, height: int = 330) -> go.Figure:
    """|M(t)| of several echoes, by label; of pulses and echo times those are marked that all of them share."""
    traces = [
        _line(
            echo.time, np.abs(echo.signal), plain(label), palette.series[k % len(palette.series)], 2
        )
        for k, (label, echo) in enumerate(echoes.items())
    ]
    return _marked(
        traces, list(echoes.values()), _end(*echoes.values()), palette, "|M| per spin", 0.0, height
    )


def _end(*echoes: Echo) -> float:
    return max(float(echo.time[-1]) for echo in echoes)


def _marked(
    traces: list[dict],
    echoes: list[Echo],
    end: float,
    palette: Palette,
    ylabel: str,
    low: float,
    height: int,
) -> go.Figure:
    """Fixed axes, a dashed line at each pulse and a dotted one at each echo time."""
    protocols = [echo.experiment.protocol for echo in echoes]
    pulses = _shared(
        [
            [(t, f"{pulse.angle:g}°") for t, pulse in zip(p.pulse_times, p.pulses, strict=True)]
            for p in protocols
        ]
    )
    refocused = _shared([[(t, "echo") for t in p.echo_times] for p in protocols])
    few = pulses if len(pulses) <= MAX_LABELS else [*pulses[:2], pulses[-1]]
    notes: dict[float, str] = {}
    for t, text in few + refocused[:MAX_LABELS]:
        notes[t] = f"{notes[t]} {text}" if t in notes else text
    labels = [
        {"x": t, "y": TOP, "yanchor": "bottom", "text": text, "showarrow": False}
        for t, text in notes.items()
    ]
    short = len(traces) <= MAX_KEY
    key = [key_note([(trace["name"], trace["line"]["color"]) for trace in traces])] if short else []
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=[-0.01 * end, end]),
        axis(ylabel, palette, range=[low, 0.56]),
        height=height,
        hovermode="x unified",
        showlegend=not short,
        annotations=labels + key,
        shapes=[
            _lines(marks, low, palette, dash)
            for marks, dash in ((pulses, "dash"), (refocused, "dot"))
            if marks
        ],
    )


def _shared(marks: list[list[tuple[float, str]]]) -> list[tuple[float, str]]:
    """The marks of the first protocol that all the others have too."""
    common = set.intersection(*map(set, marks))
    return [mark for mark in marks[0] if mark in common]


def _lines(marks: list[tuple[float, str]], low: float, palette: Palette, dash: str) -> dict:
    """One path for all the marks: a shape for each of a hundred pulses would cost more than the curves."""
    return {
        "type": "path",
        "path": " ".join(f"M{t:.6g},{low:g}V{TOP:g}" for t, _ in marks),
        "opacity": 0.5,
        "line": {"color": palette.ink, "width": 1, "dash": dash},
    }


def _line(x, y, name: str, colour: str, width: float, dash: str = "solid") -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.float32(x),
        "y": np.float32(y),
        "name": name,
        "line": {"color": colour, "width": width, "dash": dash, "simplify": False},
        "hovertemplate": "%{y:.4f}",
    }
