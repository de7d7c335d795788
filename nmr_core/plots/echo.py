"""Echoes against time with their pulses, the signal of one sample, and spectra."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.dataset import thinned
from nmr_core.plots.layout import axis, figure, key_note
from nmr_core.plots.palette import Palette
from nmr_core.plots.traces import line, note, vertical
from nmr_core.simulator.echo import Echo

COMPONENTS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], float]] = {
    "|M|": (np.abs, 2.4),
    "Re M": (np.real, 1.4),
    "Im M": (np.imag, 1.4),
}
"""Name -> function of the complex signal, width of its line."""
MAX_LABELS = 8
"""Pulses that are all labelled; of longer trains only the first two and the last are."""
MAX_KEY = 4
"""Curves that one line above the figure can name."""
TOP = 0.5
"""Where marks end and their labels stand: |M| is never larger."""
HIGHEST = 0.6
"""Upper end of the axis, with room for the labels."""
WIDEST = 0.3
"""MHz; beyond it a spectrum holds only the noise of the time window."""


def echo_figure(
    echo: Echo,
    palette: Palette,
    components: tuple[str, ...] = tuple(COMPONENTS),
    uncoupled: np.ndarray | None = None,
    pinned: dict[str, Echo] | None = None,
    height: int = 440,
) -> go.Figure:
    """Draw M(t) per spin against time (µs), with its pulses and echo times.

    The axes are fixed, so that curves can be compared while a slider moves.

    Parameters
    ----------
    echo : Echo
        Simulated echo.
    palette : Palette
        Colours of the theme.
    components : tuple of str
        Names out of :data:`COMPONENTS`.
    uncoupled : array, (n_times,), optional
        |M| of the same experiment without interaction, drawn dotted.
    pinned : dict of str to Echo, optional
        Earlier echoes by label, of any protocol, drawn as thin |M|. The time axis holds the
        longest.
    height : int
        Height of the figure in pixels.
    """
    pinned = pinned or {}
    traces = [
        _component(echo.time, function(echo.signal), name, palette.series[k], width)
        for k, (name, (function, width)) in enumerate(COMPONENTS.items())
        if name in components
    ]
    if uncoupled is not None:
        name = "|M| without coupling"
        traces.append(_component(echo.time, uncoupled, name, palette.ink, 1.2, "dot"))
    styles = pin_styles(palette, len(pinned))
    for (label, other), (colour, dash) in zip(pinned.items(), styles, strict=True):
        traces.append(_component(other.time, np.abs(other.signal), label, colour, 1.6, dash))
    low = 0.0 if components == ("|M|",) else -0.52
    end = _end(echo, *pinned.values())
    return _with_marks(traces, [echo], end, palette, "polarisation M per spin", low, height)


def overlay_figure(echoes: dict[str, Echo], palette: Palette, height: int = 330) -> go.Figure:
    """Draw |M(t)| per spin of several echoes by label, against time (µs).

    Only those pulses and echo times are marked that all of the echoes share.
    """
    n_colours = len(palette.series)
    traces = [
        _component(echo.time, np.abs(echo.signal), label, palette.series[k % n_colours], 2)
        for k, (label, echo) in enumerate(echoes.items())
    ]
    several = list(echoes.values())
    return _with_marks(traces, several, _end(*several), palette, "|M| per spin", 0.0, height)


def pin_styles(palette: Palette, n: int) -> list[tuple[str, str]]:
    """Return (colour, dash) of ``n`` pinned curves, the same in every view."""
    colours = palette.series[len(COMPONENTS) :]
    styles = [(colour, dash) for dash in ("solid", "dash") for colour in colours]
    return [styles[k % len(styles)] for k in range(n)]


def _component(
    time: np.ndarray, values: np.ndarray, name: str, colour: str, width: float, dash: str = "solid"
) -> dict:
    trace = line(time, values, name, colour, width, dash=dash, hover="%{y:.4f}")
    trace["line"]["simplify"] = False
    return trace


def _end(*echoes: Echo) -> float:
    return max(float(echo.time[-1]) for echo in echoes)


def _with_marks(
    traces: list[dict],
    echoes: list[Echo],
    end: float,
    palette: Palette,
    y_title: str,
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
    labelled = pulses if len(pulses) <= MAX_LABELS else [*pulses[:2], pulses[-1]]
    texts: dict[float, str] = {}
    for t, text in labelled + refocused[:MAX_LABELS]:
        texts[t] = f"{texts[t]} {text}" if t in texts else text
    labels = [
        {"x": t, "y": TOP, "yanchor": "bottom", "text": text, "showarrow": False}
        for t, text in texts.items()
    ]
    few = len(traces) <= MAX_KEY
    key = [key_note([(trace["name"], trace["line"]["color"]) for trace in traces])] if few else []
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=[-0.01 * end, end]),
        axis(y_title, palette, range=[low, HIGHEST]),
        height=height,
        checked=False,  # drawn while a slider moves; a test checks it
        hovermode="x unified",
        showlegend=not few,
        annotations=labels + key,
        shapes=[
            _marks(marks, low, palette, dash)
            for marks, dash in ((pulses, "dash"), (refocused, "dot"))
            if marks
        ],
    )


def _shared(marks: list[list[tuple[float, str]]]) -> list[tuple[float, str]]:
    """The marks of the first protocol that all the others have too."""
    common = set.intersection(*map(set, marks))
    return [mark for mark in marks[0] if mark in common]


def _marks(marks: list[tuple[float, str]], low: float, palette: Palette, dash: str) -> dict:
    """One path for all marks: a shape per pulse would cost more than the curves."""
    return {
        "type": "path",
        "path": " ".join(f"M{t:.6g},{low:g}V{TOP:g}" for t, _ in marks),
        "opacity": 0.5,
        "line": {"color": palette.ink, "width": 1, "dash": dash},
    }


def signal_figure(
    time: np.ndarray,
    signals: np.ndarray,
    palette: Palette,
    title: str = "",
    *,
    estimate: np.ndarray | None = None,
) -> go.Figure:
    """Draw |M|, Re M and Im M of one sample of a data set; its further settings are thinner.

    |M| of the echo simulated from the estimates is dashed.

    Parameters
    ----------
    time : array, (n_times,)
        µs; at most 1,000 points are drawn.
    signals : complex array, (n_settings, n_times)
        Signals M(t).
    palette : Palette
        Colours of the theme.
    title : str
        Title of the figure.
    estimate : complex array, (n_settings, n_times), optional
        Signals simulated from estimated parameters.
    """
    keep = thinned(len(time))
    traces = []
    for number, signal in enumerate(signals[:, keep]):
        for k, (name, (function, width)) in enumerate(COMPONENTS.items()):
            hover = "%{x:.4g} µs: %{y:.4f}<extra>" + name + "</extra>"
            width = width if number == 0 else 0.6
            values = function(signal)
            traces.append(line(time[keep], values, name, palette.series[k], width, hover=hover))
    names = [(name, palette.series[k]) for k, name in enumerate(COMPONENTS)]
    if estimate is not None:
        name, colour = "|M| from the estimates", palette.series[3]
        hover = "%{x:.4g} µs: %{y:.4f}<extra>" + name + "</extra>"
        for number, signal in enumerate(estimate[:, keep]):
            width = 1.8 if number == 0 else 0.8
            values = np.abs(signal)
            traces.append(line(time[keep], values, name, colour, width, dash="dash", hover=hover))
        names.append((name, colour))
    key = key_note(names)
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


def spectrum_figure(
    spectra: dict[str, tuple[np.ndarray, np.ndarray]],
    palette: Palette,
    line_width: float | None = None,
    height: int = 440,
) -> go.Figure:
    """Draw |S(f)| (µs) by label against frequency (MHz), and Re S of the first.

    The first spectrum has the colour of |M|, the others those of the pinned echoes. The axis ends
    where 99.9 % of every intensity |S|² lies, at most at ±0.3 MHz, at least at ±2 line widths.

    Parameters
    ----------
    spectra : dict of str to (frequency, S)
        Ascending frequencies from the carrier, MHz, (n,), and complex S, µs, (n,).
    palette : Palette
        Colours of the theme.
    line_width : float, optional
        MHz, full width at half maximum of the line; dashed at ± half of it.
    height : int
        Height of the figure in pixels.
    """
    (first, (frequency, S)), *others = spectra.items()
    blue, hover = palette.series[0], "%{y:.4g}"
    traces = [line(frequency, np.abs(S), f"|S| {first}".strip(), blue, 2.2, hover=hover)]
    styles = pin_styles(palette, len(others))
    for (label, (f, values)), (colour, dash) in zip(others, styles, strict=True):
        traces.append(line(f, np.abs(values), f"|S| {label}", colour, 1.6, dash=dash, hover=hover))
    traces.append(line(frequency, S.real, f"Re S {first}".strip(), blue, 1, hover=hover))
    shapes, notes = [], []
    if line_width is not None:
        half = line_width / 2
        shapes = [vertical(f, palette.ink, "dash", 1) | {"opacity": 0.5} for f in (-half, half)]
        place = {"x": half, "y": 1, "yref": "paper", "xanchor": "left", "yanchor": "top"}
        text = f" ± Γ/2, half maximum of the line, Γ = {line_width:g} MHz"
        notes = [note(text, palette.muted, size=11, **place)]
    widest = max(_frequency_range(*spectrum) for spectrum in spectra.values())
    end = max(min(WIDEST, widest), 2 * (line_width or 0.0))
    return figure(
        traces,
        palette,
        axis("frequency f − f₀ (MHz)", palette, range=[-end, end]),
        axis("spectrum S (µs)", palette),
        height=height,
        hovermode="x unified",
        shapes=shapes,
        annotations=notes,
    )


def _frequency_range(frequency: np.ndarray, values: np.ndarray) -> float:
    """The distance from the carrier that contains 99.9 % of |S|², MHz."""
    order = np.argsort(np.abs(frequency))
    intensity = np.cumsum(np.abs(values[order]) ** 2)
    if not intensity[-1] > 0:
        return WIDEST
    outermost = order[np.searchsorted(intensity, 0.999 * intensity[-1])]
    return float(np.abs(frequency[outermost]))
