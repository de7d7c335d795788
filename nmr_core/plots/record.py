"""One's own echo before and after its preparation."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.measured import Prepared, Record, Target
from nmr_core.plots.curves import thinned
from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette, faded

HEIGHT = 330
DRAWN = 1500
"""Points of one drawn curve."""


def record_figure(record: Record, palette: Palette, height: int = HEIGHT) -> go.Figure:
    """A record as it came: its own clock in µs, its own unit of the signal."""
    keep = thinned(len(record), DRAWN)
    time, signal = record.time[keep], record.signal[keep]
    parts = [("|signal|" if record.magnitude else "channel 1", signal.real, palette.series[1])]
    if not (record.magnitude or record.real_only):
        parts.append(("channel 2", signal.imag, palette.series[2]))
    traces = [_line(time, y, name, colour, 1.1) for name, y, colour in parts]
    return figure(
        traces,
        palette,
        axis("time of the record (µs)", palette),
        axis("signal (the record's own unit)", palette),
        height=height,
        showlegend=False,
        annotations=[key_note([(name, colour) for name, _, colour in parts])],
        margin={"l": 68, "r": 16, "t": 32, "b": 48},
    )


def prepared_figure(
    prepared: Prepared, target: Target, palette: Palette, *, setting: int = 0, height: int = HEIGHT
) -> go.Figure:
    """The same echo as the model takes it, over the mean and the spread of the curves that it has learned from; points that the
    model does not look at are shaded, the echo is marked."""
    time, signal = prepared.time, prepared.signal
    traces = _population(target, setting, palette)
    parts = (
        ("|M|", np.abs(signal), palette.series[0], 2.2),
        ("Re M", signal.real, palette.series[1], 1.3),
        ("Im M", signal.imag, palette.series[2], 1.3),
    )
    traces += [_line(time, y, name, colour, width) for name, y, colour, width in parts]
    key = key_note(
        [
            *((name, colour) for name, _, colour, _ in parts),
            ("|M| of learned curves", faded(palette.ink, 0.5)),
        ]
    )
    low, high = (
        float(min(signal.real.min(), signal.imag.min(), 0)),
        float(max(np.abs(signal).max(), 0.5)),
    )
    pad = 0.05 * (high - low)
    marks = [
        {
            "type": "line",
            "x0": t,
            "x1": t,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "opacity": 0.5,
            "line": {"color": palette.ink, "width": 1, "dash": dash},
        }
        for t, dash in ((prepared.echo_time, "dot"), *((t, "dash") for t in target.pulse_times))
        if np.isfinite(t)
    ]
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=[min(0.0, float(time[0])), float(time[-1])]),
        axis("polarisation M per spin", palette, range=[low - pad, high + pad]),
        height=height,
        showlegend=False,
        annotations=[key],
        shapes=[*_blind(target, palette), *marks],
        margin={"l": 68, "r": 16, "t": 32, "b": 48},
    )


def _population(target: Target, setting: int, palette: Palette) -> list[dict]:
    """5-95 % of |M| of the curves that show what the run knows; only their mean, where there are none."""
    line = {"type": "scatter", "mode": "lines", "x": np.float32(target.time), "hoverinfo": "skip"}
    if target.curves is None:
        mean = np.float32(np.abs(target.reference[setting]))
        return [line | {"y": mean, "line": {"color": faded(palette.ink, 0.4), "width": 1}}]
    low, middle, high = np.percentile(
        np.abs(target.curves[:, setting]), [5, 50, 95], axis=0
    ).astype(np.float32)
    return [
        line | {"y": high, "line": {"width": 0}},
        line
        | {
            "y": low,
            "line": {"width": 0},
            "fill": "tonexty",
            "fillcolor": faded(palette.ink, 0.10),
        },
        line | {"y": middle, "line": {"color": faded(palette.ink, 0.4), "width": 1, "dash": "dot"}},
    ]


def _blind(target: Target, palette: Palette) -> list[dict]:
    """Shades over the points that the model does not look at."""
    edges = np.flatnonzero(np.diff(np.r_[True, target.needed, True].astype(int)))
    half = target.step / 2
    return [
        {
            "type": "rect",
            "x0": float(target.time[start]) - half,
            "x1": float(target.time[stop - 1]) + half,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"width": 0},
            "fillcolor": faded(palette.ink, 0.06),
        }
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


def _line(x: np.ndarray, y: np.ndarray, name: str, colour: str, width: float) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.float32(x),
        "y": np.float32(y),
        "name": plain(name),
        "line": {"color": colour, "width": width},
        "hovertemplate": "%{x:.4g} µs: %{y:.4g}<extra>" + plain(name) + "</extra>",
    }
