"""A measured echo: as read and as prepared, its estimates, and its simulation."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.measured import Measurement, Prepared, Target
from nmr_core.plots.dataset import thinned
from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette, faded

if TYPE_CHECKING:
    from nmr_core.measured.found import FoundEcho
    from nmr_core.measured.resimulation import Resimulation

HEIGHT = 330
LATE = 0.3
"""First time of a record over the last one from which the pulses are left out of a figure."""
DRAWN = 1500
"""Points of one drawn curve."""


def measurement_figure(
    measurement: Measurement,
    palette: Palette,
    height: int = HEIGHT,
    *,
    echo: "FoundEcho | None" = None,
) -> go.Figure:
    """Draw a measurement as it was read: its own time (µs) and the unit of its file.

    Parameters
    ----------
    measurement : Measurement
        As read.
    palette : Palette
        Colours of the theme.
    height : int
        Height of the figure in pixels.
    echo : FoundEcho, optional
        Its place is marked, and its width at half height shaded.
    """
    keep = thinned(len(measurement), DRAWN)
    time, signal = measurement.time[keep], measurement.signal[keep]
    parts = [("|signal|" if measurement.magnitude else "channel 1", signal.real, palette.series[1])]
    if not (measurement.magnitude or measurement.real_only):
        parts.append(("channel 2", signal.imag, palette.series[2]))
    traces = [_line(time, y, name, colour, 1.1) for name, y, colour in parts]
    return figure(
        traces,
        palette,
        axis("time of the measurement (µs)", palette),
        axis("signal (the measurement's own unit)", palette),
        height=height,
        showlegend=False,
        annotations=[key_note([(name, colour) for name, _, colour in parts])],
        shapes=[] if echo is None else _echo_marks(echo, palette),
        margin={"l": 68, "r": 16, "t": 32, "b": 48},
    )


def _echo_marks(echo: "FoundEcho", palette: Palette) -> list[dict]:
    """A line at the echo, and a shade as wide as it is at half height."""
    whole = {"yref": "paper", "y0": 0, "y1": 1}
    half = echo.width / 2
    return [
        {
            "type": "rect",
            "x0": echo.time - half,
            "x1": echo.time + half,
            "fillcolor": faded(palette.series[0], 0.16),
            "line": {"width": 0},
            "layer": "below",
        }
        | whole,
        {
            "type": "line",
            "x0": echo.time,
            "x1": echo.time,
            "opacity": 0.6,
            "line": {"color": palette.ink, "width": 1, "dash": "dot"},
        }
        | whole,
    ]


def prepared_figure(
    prepared: Prepared, target: Target, palette: Palette, *, setting: int = 0, height: int = HEIGHT
) -> go.Figure:
    """Draw the prepared echo per spin over time (µs), over mean and spread of training echoes.

    Points that the model does not use are shaded; pulses and the echo time are marked.

    Parameters
    ----------
    prepared : sequence of Prepared
        Measurements on the time points of the model.
    target : Target
        Times, sequence and typical signals that the model needs.
    palette : Palette
        Colours of the theme.
    setting : int
        Acquisition of the sample.
    height : int
        Height of the figure in pixels.
    """
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
            ("|M| of training echoes", faded(palette.ink, 0.5)),
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
        axis("time t (µs)", palette, range=_shown(time)),
        axis("polarisation M per spin", palette, range=[low - pad, high + pad]),
        height=height,
        showlegend=False,
        annotations=[key],
        shapes=[*_blind(target, palette), *marks],
        margin={"l": 68, "r": 16, "t": 32, "b": 48},
    )


def _shown(time: np.ndarray) -> list[float]:
    """Range of the axis of time: from the first pulse, unless the record begins long after it."""
    first, last = float(time[0]), float(time[-1])
    return [first if first > LATE * last else min(0.0, first), last]


def _population(target: Target, setting: int, palette: Palette) -> list[dict]:
    """5-95 % of |M| of the training echoes; only their mean without such echoes."""
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
    """Shades over the points that the model does not use."""
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


ROW = 58
"""Pixels of a parameter."""
EDGE = 0.04
"""Of the range, on either side of it."""


def estimates_figure(
    row: pd.Series,
    targets: dict[str, dict],
    palette: Palette,
    *,
    unidentifiable: dict[str, str] | None = None,
    level: float = 0.9,
) -> go.Figure:
    """Draw estimates with intervals, one line per target over the range of training.

    Intervals are thick, joint intervals thin, the estimate is a point, the true value (if
    identifiable) a diamond.

    Parameters
    ----------
    row : Series
        One row of :func:`nmr_core.inference.estimate`.
    targets : dict of str to dict
        Symbol, unit, low and high, as in the manifest of a run.
    palette : Palette
        Colours of the theme.
    unidentifiable : dict of str to str, optional
        Target -> reason why it cannot be identified.
    level : float
        Level of the intervals, in (0, 1).
    """
    names, hidden = list(targets), unidentifiable or {}
    traces, notes, shapes = [], [], []
    for k, name in enumerate(names):
        y, spec = len(names) - 1 - k, targets[name]
        identifiable = name not in hidden
        colour = palette.series[0] if identifiable else palette.series[5]
        shapes.append(_bar(0, 1, y, 9, palette.faint))
        for kind, width, shade in (("joint_", 3, 0.45), ("", 9, 0.55 if identifiable else 0.25)):
            low, high = (
                _share(row.get(f"{kind}{end}_{name}", np.nan), spec) for end in ("low", "high")
            )
            if np.isfinite(low) and np.isfinite(high):
                shapes.append(_bar(low, high, y, width, faded(colour, shade)))
        traces += _marks(row, name, spec, y, palette, colour)
        notes += _words(row, name, spec, y, identifiable)
    return figure(
        traces,
        palette,
        axis("", palette, range=[-EDGE, 1 + EDGE], visible=False),
        axis("", palette, range=[-0.55, len(names) - 0.3], visible=False),
        height=24 + ROW * len(names),
        showlegend=False,
        annotations=notes,
        shapes=shapes,
        margin={"l": 8, "r": 8, "t": 8, "b": 4},
    )


def _share(value: float, spec: dict) -> float:
    """Where a value lies in the range, 0 to 1; a little beyond it if it is outside."""
    width = spec["high"] - spec["low"]
    return float(np.clip((value - spec["low"]) / width, -EDGE / 2, 1 + EDGE / 2)) if width else 0.5


def _bar(low: float, high: float, y: float, width: float, colour: str) -> dict:
    return {
        "type": "line",
        "x0": low,
        "x1": high,
        "y0": y,
        "y1": y,
        "layer": "below",
        "line": {"color": colour, "width": width},
    }


def _marks(
    row: pd.Series, name: str, spec: dict, y: float, palette: Palette, colour: str
) -> list[dict]:
    """The estimate and the true value."""
    point, true = row.get(f"predicted_{name}", np.nan), row.get(f"true_{name}", np.nan)
    base = {"type": "scatter", "mode": "markers", "y": [y], "showlegend": False}
    return [
        base
        | {
            "x": [_share(value, spec)],
            "marker": {"color": shade, "size": size, "symbol": symbol, "line": edge},
            "hovertemplate": f"{plain(spec['symbol'])} {what} "
            f"{_number(value, spec)}<extra></extra>",
        }
        for value, what, shade, size, symbol, edge in (
            (
                true,
                "is",
                palette.series[3],
                11,
                "diamond-open",
                {"width": 2, "color": palette.series[3]},
            ),
            (point, "≈", colour, 11, "circle", {"width": 1.5, "color": palette.ink}),
        )
        if np.isfinite(value)
    ]


def _words(row: pd.Series, name: str, spec: dict, y: float, identifiable: bool) -> list[dict]:
    """Estimate and interval above the line, the ends of the range below it."""
    value, low, high = (row.get(f"{kind}_{name}", np.nan) for kind in ("predicted", "low", "high"))
    text = _number(value, spec) if np.isfinite(value) else "no number"
    if np.isfinite(low) and np.isfinite(high):
        text += f"&nbsp;&nbsp;[{low:.4g}, {high:.4g}]"
    if not identifiable:
        text = "cannot be identified from this measurement"
    base = {"showarrow": False, "xref": "x", "yref": "y"}
    ends = [
        base
        | {
            "x": x,
            "y": y - 0.13,
            "xanchor": anchor,
            "yanchor": "top",
            "text": f"{spec[end]:g}",
            "opacity": 0.6,
            "font": {"size": 11},
        }
        for x, anchor, end in ((0, "left", "low"), (1, "right", "high"))
    ]
    return [
        base
        | {
            "x": 0,
            "y": y + 0.1,
            "xanchor": "left",
            "yanchor": "bottom",
            "text": f"<b>{plain(spec['symbol'])}</b>&nbsp;&nbsp;{text}",
        },
        *ends,
    ]


def _number(value: float, spec: dict) -> str:
    return f"{value:.4g} {plain(spec['unit'])}".rstrip()


SPREAD = 1.96
"""Standard deviations of the seeds that a band is wide on either side."""


def resimulation_figure(
    resimulation: "Resimulation",
    palette: Palette,
    *,
    setting: int = 0,
    curve: np.ndarray | None = None,
    height: int = 430,
) -> go.Figure:
    """Draw a measurement, the simulation of its estimates, and the residuals, over time (µs).

    Bands hold 95 % of samples with other disorder.

    Parameters
    ----------
    resimulation : Resimulation
        Result of ``resimulate``.
    palette : Palette
        Colours of the theme.
    setting : int
        Acquisition of the sample.
    curve : complex array, (n_times,), optional
        Refined echo, dotted.
    height : int
        Height of the figure in pixels.
    """
    keep = thinned(len(resimulation.time))
    time = np.float32(resimulation.time[keep])
    measured, mean = resimulation.measured[setting][keep], resimulation.mean[setting][keep]
    # Of Re and of Im; sd is of both together
    spread = SPREAD * np.asarray(resimulation.sd)[setting][keep] / np.sqrt(2)
    left, traces = measured - mean, []
    for name, part, k in (("Re M", np.real, 1), ("Im M", np.imag, 2)):
        colour = palette.series[k]
        traces += [
            _band_edge(time, part(mean) + spread, "y"),
            _band_edge(time, part(mean) - spread, "y") | _fill(colour),
            _residual_line(time, part(mean), f"{name}, simulated", faded(colour, 0.75), 2.6, "y"),
            _residual_line(
                time,
                part(measured),
                f"{name}, measured",
                palette.ink if k == 1 else faded(palette.ink, 0.7),
                0.9,
                "y",
            ),
        ]
        if curve is not None:
            traces.append(
                _residual_line(
                    time,
                    part(np.asarray(curve)[keep]),
                    f"{name}, refined",
                    palette.series[3],
                    1.3,
                    "y",
                    "dot",
                )
            )
        traces += [
            _band_edge(time, spread, "y2"),
            _band_edge(time, -spread, "y2") | _fill(colour),
            _residual_line(time, part(left), f"{name}, left", colour, 1.1, "y2"),
        ]
    key = key_note(
        [
            ("measured", palette.ink),
            ("Re M simulated", palette.series[1]),
            ("Im M simulated", palette.series[2]),
            *([("refined", palette.series[3])] if curve is not None else []),
        ]
    )
    drawn = figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=_shown(time), anchor="y2"),
        axis("M per spin", palette, domain=[0.36, 1]),
        height=height,
        showlegend=False,
        annotations=[key],
        margin={"l": 68, "r": 16, "t": 32, "b": 48},
    )
    return drawn.update_layout(yaxis2=axis("residual", palette, domain=[0, 0.27]))


def _band_edge(x: Any, y: np.ndarray, axis_: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": np.float32(y),
        "yaxis": axis_,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _fill(colour: str) -> dict:
    return {"fill": "tonexty", "fillcolor": faded(colour, 0.22)}


def _residual_line(
    x: Any,
    y: np.ndarray,
    name: str,
    colour: str,
    width: float,
    axis_: str,
    dash: str = "solid",
) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": np.float32(y),
        "name": name,
        "yaxis": axis_,
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": "%{x:.4g} µs: %{y:.4f}<extra>" + name + "</extra>",
    }
