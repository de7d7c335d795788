"""Echoes against time with their pulses, the signal of one sample, and spectra."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.dataset import thinned
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


def behind_figure(
    time: np.ndarray, signals: np.ndarray, palette: Palette, title: str = ""
) -> go.Figure:
    """|M|, Re M and Im M of one sample; the further settings of a sample are thinner.

    time : µs, (n_times,); signals : complex (n_settings, n_times)
    """
    keep, traces = thinned(len(time)), []
    for number, signal in enumerate(signals[:, keep]):
        for k, (name, (function, width)) in enumerate(COMPONENTS.items()):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": np.float32(time[keep]),
                    "y": np.float32(function(signal)),
                    "name": name,
                    "line": {"color": palette.series[k], "width": width if number == 0 else 0.6},
                    "hovertemplate": "%{x:.4g} µs: %{y:.4f}<extra>" + name + "</extra>",
                }
            )
    key = key_note([(name, palette.series[k]) for k, name in enumerate(COMPONENTS)])
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette),
        axis("polarisation M per spin", palette),
        title=title,
        height=300,
        showlegend=False,
        annotations=[key],
        margin={"l": 60, "r": 16, "t": 48, "b": 48},
    )


WIDEST = 0.3
"""MHz: farther out there is nothing but the noise of the time window."""


def spectrum_figure(
    spectra: dict[str, tuple[np.ndarray, np.ndarray]],
    palette: Palette,
    line_width: float | None = None,
    height: int = 440,
) -> go.Figure:
    """|S(f)| by label, thin Re S of the first, and the half maxima of the line at ± line_width/2, dashed.

    spectra    : (f, S) each: MHz from the carrier, (n,), ascending; µs, complex (n,)
    line_width : MHz, full width at half maximum of the line

    The frequency axis ends where 99.9 % of every intensity |S|² lies, at most at ±0.3 MHz, at least at ±2 line widths.
    """
    (first, (frequency, S)), *_ = spectra.items()
    traces = [
        _spectral_line(
            f,
            np.abs(values),
            f"|S| {plain(label)}".strip(),
            palette.series[k % len(palette.series)],
            2.2,
        )
        for k, (label, (f, values)) in enumerate(spectra.items())
    ]
    traces.append(
        _spectral_line(frequency, S.real, f"Re S {plain(first)}".strip(), palette.series[0], 1)
    )
    widest = max(_frequency_range(*spectrum) for spectrum in spectra.values())
    end = max(min(WIDEST, widest), 2 * (line_width or 0.0))
    edge = {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "opacity": 0.5,
        "line": {"color": palette.ink, "width": 1, "dash": "dash"},
    }
    halves = (
        []
        if line_width is None
        else [edge | {"x0": f, "x1": f} for f in (-line_width / 2, line_width / 2)]
    )
    return figure(
        traces,
        palette,
        axis("frequency f − f₀ (MHz)", palette, range=[-end, end]),
        axis("spectrum S (µs)", palette),
        height=height,
        hovermode="x unified",
        shapes=halves,
    )


def _frequency_range(frequency: np.ndarray, values: np.ndarray) -> float:
    """The distance from the carrier that contains 99.9 % of |S|², MHz."""
    order = np.argsort(np.abs(frequency))
    intensity = np.cumsum(np.abs(values[order]) ** 2)
    if not intensity[-1] > 0:
        return WIDEST
    return float(np.abs(frequency[order[np.searchsorted(intensity, 0.999 * intensity[-1])]]))


def _spectral_line(x: np.ndarray, y: np.ndarray, name: str, colour: str, width: float) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.float32(x),
        "y": np.float32(y),
        "name": name,
        "line": {"color": colour, "width": width},
        "hovertemplate": "%{y:.4g}",
    }
