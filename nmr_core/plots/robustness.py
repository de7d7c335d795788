"""Robustness of a run: error, coverage and width of intervals against the strength of an effect.

Strong is always on the right. Errors and widths are percentages of the prior's range, so that all
targets share one axis.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.inference.robustness import Limit, Robustness
from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import band, horizontal, vertical

MOST, LEAST = 200.0, 0.01
"""Percent of the range: what is beyond is drawn at the edge."""
HEIGHT = 360


def error_figure(
    robustness: Robustness, effect: str, palette: Palette, limits: Sequence[tuple[str, Limit]] = ()
) -> go.Figure:
    """Draw the RMSE in % of the range (or % wrong classes) against the strength of an effect.

    Bands are 95 % intervals. Dotted lines are without the effect, the dashed one is the baseline.

    Parameters
    ----------
    robustness : Robustness
        Result of ``robustness``.
    effect : str
        Name of the effect.
    palette : Palette
        Colours of the theme.
    limits : sequence of (label, Limit)
        Marked with vertical lines.
    """
    scale = 100.0
    title = "wrong (%)" if robustness.task == "classification" else "RMSE (% of the range)"
    traces, lines = [], []
    for run, name, colour, dash in _lines(robustness, palette):
        rows, own, width = (
            robustness.along(effect, name, run),
            robustness.own_rows(run).loc[name],
            _width(robustness, name),
        )
        x, y = rows["strength"].to_numpy(), scale * rows["error"].to_numpy() / width
        low, high = (scale * rows[f"error_{end}"].to_numpy() / width for end in ("low", "high"))
        traces += (
            [_band(x, np.clip(low, LEAST, MOST), np.clip(high, LEAST, MOST), colour)]
            if not dash
            else []
        )
        traces.append(
            _line(x, np.clip(y, LEAST, MOST), _name(robustness, name, run), colour, dash, y, " %")
        )
        if not dash:
            lines.append(
                _level(max(LEAST, scale * own["error"] / width), faded(colour, 0.8), "dot")
            )
    baseline = float(
        np.mean(
            [
                scale * robustness.own_rows().loc[name, "baseline"] / _width(robustness, name)
                for name in robustness.known
            ]
        )
    )
    lines.append(_level(baseline, palette.ink, "dash"))
    notes = [_note("baseline", 0, np.log10(baseline), palette, "left")]
    verticals, words = _limits(robustness, effect, limits, palette)
    shown = np.concatenate([np.asarray(trace["y"], float) for trace in traces])
    y_axis = _log_percent(title, palette, shown, baseline)
    return figure(
        traces,
        palette,
        _strength(robustness, effect, palette),
        y_axis,
        height=HEIGHT,
        shapes=lines + verticals,
        annotations=[_key(robustness, palette), *notes, *words],
        showlegend=False,
    )


def coverage_figure(robustness: Robustness, effect: str, palette: Palette) -> go.Figure:
    """Draw the coverage (%) of the intervals, with binomial 95 % intervals, against the strength.

    Dotted: among echoes that are not out of domain. Dashed: the nominal level.
    """
    traces = []
    for run, name, colour, dash in _lines(robustness, palette):
        rows = robustness.along(effect, name, run)
        if rows["coverage"].notna().all():
            traces.append(
                _line(
                    rows["strength"].to_numpy(),
                    100 * rows["coverage"].to_numpy(),
                    _name(robustness, name, run),
                    colour,
                    dash,
                    100 * rows["coverage"].to_numpy(),
                    " %",
                )
                | {"error_y": _bars(rows, colour)}
            )
        if rows["shown"].notna().any() and not dash:
            shown, label = (
                100 * rows["shown"].to_numpy(),
                f"{_name(robustness, name, run)}, in domain",
            )
            traces.append(
                _line(rows["strength"].to_numpy(), shown, label, colour, "dot", shown, " %")
                | {"mode": "lines"}
            )
    promised = 100 * robustness.level
    return figure(
        traces,
        palette,
        _strength(robustness, effect, palette),
        axis("coverage (%)", palette, range=[-2, 104]),
        height=HEIGHT,
        shapes=[_level(promised, palette.ink, "dash")],
        annotations=[_key(robustness, palette)],
        showlegend=False,
    )


def width_figure(robustness: Robustness, effect: str, palette: Palette) -> go.Figure:
    """Draw the mean width of the intervals in % of the range (of classifiers: classes in the set).

    Dotted lines are without the effect.
    """
    traces, lines, classes = [], [], robustness.task == "classification"
    for run, name, colour, dash in _lines(robustness, palette):
        rows, own = robustness.along(effect, name, run), robustness.own_rows(run).loc[name]
        scale = 1.0 if classes else 100 / _width(robustness, name)
        y = scale * rows["width"].to_numpy()
        if np.isfinite(y).all():
            unit = "" if classes else " %"
            traces.append(
                _line(
                    rows["strength"].to_numpy(),
                    y,
                    _name(robustness, name, run),
                    colour,
                    dash,
                    y,
                    unit,
                )
            )
            if not dash:
                lines.append(_level(scale * own["width"], faded(colour, 0.8), "dot"))
    if classes:
        y_axis = axis("classes in the set", palette, rangemode="tozero")
    else:
        y_axis = _log_percent(
            "mean width (% of the range)",
            palette,
            np.concatenate([t["y"] for t in traces] or [[1.0]]),
            100.0,
        )
    return figure(
        traces,
        palette,
        _strength(robustness, effect, palette),
        y_axis,
        height=HEIGHT,
        shapes=lines,
        annotations=[_key(robustness, palette)],
        showlegend=False,
    )


def applicability_figure(robustness: Robustness, effect: str, palette: Palette) -> go.Figure:
    """Draw the % of echoes that are borderline or out of domain; dotted: without the effect."""
    rows, own = robustness.along(effect, robustness.known[0]), robustness.own_rows().iloc[0]
    x, refused = rows["strength"].to_numpy(), 100 * rows["out_of_domain"].to_numpy()
    warned = refused + 100 * rows["borderline"].to_numpy()
    traces = [
        _line(x, warned, "borderline or out of domain", palette.series[1], "", warned, " %"),
        _line(x, refused, "out of domain", palette.series[3], "", refused, " %"),
    ]
    clean = 100 * (own["out_of_domain"] + own["borderline"])
    return figure(
        traces,
        palette,
        _strength(robustness, effect, palette),
        axis("of the echoes (%)", palette, range=[-2, 104]),
        height=HEIGHT,
        shapes=[_level(clean, faded(palette.series[1], 0.8), "dot")],
    )


def _lines(robustness: Robustness, palette: Palette) -> list[tuple[str, str, str, str]]:
    """(run, target, colour, dash) of every line: a colour per target, the other run dashed."""
    runs = [(robustness.run, "")] + ([(robustness.other, "dash")] if robustness.other else [])
    return [
        (run, name, palette.series[k % len(palette.series)], dash)
        for run, dash in runs
        for k, name in enumerate(robustness.known)
    ]


def _key(robustness: Robustness, palette: Palette) -> dict:
    return key_note(
        [
            (robustness.targets[name]["symbol"], palette.series[k % len(palette.series)])
            for k, name in enumerate(robustness.known)
        ]
    )


def _name(robustness: Robustness, target: str, run: str) -> str:
    symbol = plain(robustness.targets[target]["symbol"])
    return f"{symbol}, other" if run != robustness.run else symbol


def _width(robustness: Robustness, target: str) -> float:
    spec = robustness.targets[target]
    return 1.0 if robustness.task == "classification" else spec["high"] - spec["low"]


def _strength(robustness: Robustness, effect: str, palette: Palette) -> dict:
    """A logarithmic axis with as many strengths labelled as have room; strong on the right."""
    ladder = robustness.ladder(effect)
    logs = np.log10(ladder.values)
    span = abs(logs[-1] - logs[0]) or 1.0
    ticks: list[float] = []
    for value, position in zip(ladder.values, logs, strict=True):
        if not ticks or abs(position - np.log10(ticks[-1])) >= 0.075 * span:
            ticks.append(value)
    first, last = logs[0], logs[-1]
    pad = 0.06 * (last - first) or 0.1
    return axis(
        ladder.spec.label,
        palette,
        type="log",
        range=[first - pad, last + pad],
        tickvals=ticks,
        ticktext=[_short(value) for value in ticks],
    )


def _short(value: float) -> str:
    """ "1M", "100k", "300", "0.05", "1e−5"."""
    if value >= 10_000:
        return f"{value / 1e6:g}M" if value >= 1e6 else f"{value / 1e3:g}k"
    return f"{value:g}" if value >= 1e-3 else f"{value:.0e}".replace("e-0", "e−")


def _log_percent(title: str, palette: Palette, shown: np.ndarray, upper: float) -> dict:
    shown = shown[np.isfinite(shown) & (shown > 0)]
    low, high = np.log10(min(shown.min(), upper)), np.log10(max(shown.max(), upper))
    ticks = [
        step * 10.0**decade
        for decade in range(-3, 4)
        for step in ((1,) if high - low > 2.5 else (1, 2, 5))
    ]
    return axis(
        title,
        palette,
        type="log",
        range=[low - 0.1, high + 0.12],
        tickvals=ticks,
        ticktext=[f"{t:g}" for t in ticks],
    )


def _line(
    x: np.ndarray, y: np.ndarray, name: str, colour: str, dash: str, true: Any, unit: str
) -> dict:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "name": name,
        "customdata": np.asarray(true),
        "line": {"color": colour, "width": 2, "dash": dash or "solid"},
        "marker": {"size": 6, "symbol": "circle-open" if dash else "circle"},
        "hovertemplate": "%{x:,.4~g}: %{customdata:,.3~g}" + unit + "<extra>" + name + "</extra>",
    }


def _band(x: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> dict:
    return band(x, low, high, faded(colour, 0.15))


def _bars(rows: pd.DataFrame, colour: str) -> dict:
    return {
        "type": "data",
        "symmetric": False,
        "color": colour,
        "thickness": 1.2,
        "width": 3,
        "array": 100 * (rows["coverage_high"] - rows["coverage"]).to_numpy(),
        "arrayminus": 100 * (rows["coverage"] - rows["coverage_low"]).to_numpy(),
    }


def _level(y: float, colour: str, dash: str) -> dict:
    return horizontal(y, colour, dash)


def _note(text: str, x: float, y: float, palette: Palette, anchor: str) -> dict:
    return {
        "xref": "paper",
        "x": x,
        "xanchor": anchor,
        "y": y,
        "yanchor": "bottom",
        "text": plain(text),
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }


def _limits(
    robustness: Robustness, effect: str, limits: Sequence[tuple[str, Limit]], palette: Palette
) -> tuple[list, list]:
    """Vertical lines where a run stops being usable, each with its text."""
    shapes, words = [], []
    for k, (label, limit) in enumerate(limits):
        if limit.kind == "between":
            position = float(np.log10(limit.value))
            shapes.append(vertical(limit.value, palette.ink, "dashdot"))
            text = f"{label}{limit.ladder.written(float(f'{limit.value:.2g}'))}"
            words.append(
                {
                    "x": position,
                    "y": 0.02 + 0.08 * k,
                    "yref": "paper",
                    "yanchor": "bottom",
                    "text": plain(text),
                    "showarrow": False,
                    "xanchor": "right" if _right_half(robustness, effect, position) else "left",
                    "bgcolor": faded(palette.faint, 0.85),
                    "font": {"size": 12, "color": palette.ink},
                }
            )
    return shapes, words


def _right_half(robustness: Robustness, effect: str, position: float) -> bool:
    first, last = (float(np.log10(robustness.effects[effect][k])) for k in (0, -1))
    return (position - first) / ((last - first) or 1.0) > 0.5
