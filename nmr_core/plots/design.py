"""Experiment design: the ranked settings, and the error of designs against their time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.parameters import Parameter
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import note, vertical

MOST = 16
"""Settings in the figure; the table has all."""
ROW = 26
"""Pixels of a setting or parameter."""
LEGEND = 20
"""Pixels of an entry of the legend, which has a line of its own on a phone."""
LETTER = 7.0
"""Pixels of a letter of a row's name."""
ERROR = "weighted error (% of the ranges)"
KINDS = {
    "random": "random designs",
    "longer": "default, measured longer",
    "proposed": "proposed",
    "default": "default",
}
"""Kind of design -> words of the legend, in the order in which they are drawn."""
TIMES = {"s": 1.0, "min": 60.0, "h": 3600.0}
"""Unit of an axis of time -> seconds."""


def ranking_figure(ranking: pd.DataFrame, now: float, palette: Palette) -> go.Figure:
    """Draw the expected error after each next setting, the best one first.

    Settings of the group of the best one, which the estimate does not distinguish from it, have
    its colour; "measure longer" is a diamond.

    Parameters
    ----------
    ranking : DataFrame
        setting, error (fraction of the ranges) and is_longer (whether it is the present design,
        measured longer), sorted by error; optionally low and high of its interval, and group, a
        number that settings share which are not distinguished. At most 16 rows are drawn.
    now : float
        Error of the present design, a dotted line.
    palette : Palette
        Colours of the theme.
    """
    rows = shortened(ranking)
    names = [plain(str(name)) for name in rows["setting"]]
    groups = rows["group"].to_numpy() if "group" in rows else np.arange(len(rows))
    is_best = groups == groups[:1]
    longer = rows["is_longer"].astype(bool).to_numpy()
    best = "as good as the best" if is_best.sum() > 1 else "the best"
    looks = (
        (best, is_best & ~longer, palette.series[0], "circle"),
        ("others", ~is_best & ~longer, palette.muted, "circle"),
        ("measure longer", longer, palette.series[3], "diamond"),
    )
    traces = [
        _interval_dots(rows[chosen], [names[k] for k in np.flatnonzero(chosen)], words, look)
        for words, chosen, *look in looks
        if chosen.any()
    ]
    ends = [rows[name].to_numpy(float) for name in ("error", "low", "high") if name in rows]
    drawn = 100 * np.concatenate([*ends, [now]])
    pad = 0.06 * max(np.ptp(drawn), 0.02 * drawn.max())
    x = axis(ERROR, palette, range=[drawn.min() - pad, drawn.max() + pad])
    y = _rows_axis(names, palette)
    marks = note("now", palette.ink, x=100 * now, y=1, yref="paper", yanchor="bottom")
    return figure(
        traces,
        palette,
        x,
        y,
        height=94 + LEGEND * len(traces) + ROW * max(len(names), 1),
        margin={"l": _left(names), "r": 16, "t": 24 + LEGEND * len(traces), "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"},
        shapes=[vertical(100 * now, palette.ink, "dot")],
        annotations=[marks],
    )


def shortened(ranking: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Return the rows that are drawn: the best ones, and "measure longer" in any case."""
    rows = ranking.head(most)
    longer = ranking["is_longer"].astype(bool)
    if len(ranking) > most and longer.any() and not rows["is_longer"].astype(bool).any():
        rows = pd.concat([ranking.head(most - 1), ranking[longer].head(1)])
    return rows.reset_index(drop=True)


def _interval_dots(rows: pd.DataFrame, names: list[str], words: str, look: list[str]) -> dict:
    """Errors with their intervals, in % of the ranges."""
    colour, symbol = look
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": 100 * rows["error"].to_numpy(float),
        "y": names,
        "name": words,
        "marker": {"size": 10, "color": colour, "symbol": symbol},
        "hovertemplate": f"%{{y}}<br>error %{{x:.3g}} % of the ranges<extra>{words}</extra>",
    }
    if "low" not in rows:
        return trace
    bar = _bar(rows) | {"color": faded(colour, 0.7), "thickness": 1.8, "width": 4}
    return trace | {"error_x": bar}


def _bar(rows: pd.DataFrame) -> dict[str, Any]:
    """Error bars from low to high, in % of the ranges."""
    error, low, high = (100 * rows[name].to_numpy(float) for name in ("error", "low", "high"))
    return {"type": "data", "symmetric": False, "array": high - error, "arrayminus": error - low}


def _rows_axis(names: Sequence[str], palette: Palette) -> dict:
    return axis(
        "",
        palette,
        type="category",
        categoryorder="array",
        categoryarray=list(reversed(names)),
        range=[-0.6, len(names) - 0.4],
    )


def _left(names: Sequence[str]) -> int:
    """Pixels of the left margin, in which the names of the rows stand."""
    return int(min(260, max(60, 16 + LETTER * max(map(len, names), default=0))))


def pareto_figure(designs: pd.DataFrame, palette: Palette, *, budget: float = 0.0) -> go.Figure:
    """Draw the error of designs against their measuring time, on logarithmic axes.

    Parameters
    ----------
    designs : DataFrame
        label, seconds, error (fraction of the ranges), and kind, a key of ``KINDS``; optionally
        low and high of the interval of the error.
    palette : Palette
        Colours of the theme.
    budget : float
        s, a dotted line; 0: none.
    """
    looks: dict[str, dict[str, Any]] = {
        "random": {"color": faded(palette.muted, 0.55), "size": 6},
        "longer": {"color": palette.series[3], "size": 9, "symbol": "diamond"},
        "proposed": {"color": palette.series[0], "size": 10},
        "default": {"color": palette.ink, "size": 15, "symbol": "star"},
    }
    unit = time_unit(float(designs["seconds"].max()) if len(designs) else 0.0)
    size = TIMES[unit]
    times = designs["seconds"].to_numpy(float) / size
    traces = []
    for kind, words in KINDS.items():
        rows = designs[designs["kind"] == kind].sort_values("seconds")
        if len(rows):
            traces.append(_designs(rows, words, looks[kind], unit, with_line=kind in _CURVES))
    errors = 100 * designs["error"].to_numpy(float)
    drawn = [*times, budget / size] if budget else times
    line = [vertical(budget / size, palette.ink, "dot")] if budget else []
    marks = [_at_budget(budget / size, palette)] if budget else []
    return figure(
        traces,
        palette,
        log_axis(f"measuring time ({unit})", palette, drawn),
        log_axis(ERROR, palette, errors),
        height=430,
        margin={"l": 64, "r": 16, "t": 56, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"},
        shapes=line,
        annotations=marks,
    )


_CURVES = ("longer", "proposed")
"""Kinds of designs that a line joins, from the shortest to the longest."""


def time_unit(longest: float) -> str:
    """Return the unit in which times up to ``longest`` (s) are read most easily."""
    return "s" if longest < 120 else "min" if longest < 7200 else "h"


def _at_budget(budget: float, palette: Palette) -> dict:
    return note(
        "budget",
        palette.ink,
        x=float(np.log10(budget)),
        y=1,
        yref="paper",
        yanchor="bottom",
    )


def _designs(rows: pd.DataFrame, words: str, marker: dict, unit: str, *, with_line: bool) -> dict:
    """Designs of one kind, from the shortest to the longest."""
    error = 100 * rows["error"].to_numpy(float)
    trace = {
        "type": "scatter",
        "mode": "lines+markers" if with_line else "markers",
        "x": rows["seconds"].to_numpy(float) / TIMES[unit],
        "y": error,
        "name": words,
        "marker": marker,
        "line": {"color": marker["color"], "width": 1.4, "dash": "dot"},
        "text": [plain(str(label)) for label in rows["label"]],
        "hovertemplate": f"%{{text}}<br>%{{x:.3g}} {unit}<br>error %{{y:.3g}} % of the ranges"
        f"<extra>{words}</extra>",
    }
    # Bars would hide the rest of a cloud
    if words == KINDS["random"] or "low" not in rows:
        return trace
    return trace | {
        "error_y": _bar(rows) | {"color": marker["color"], "thickness": 1.4, "width": 4}
    }


def log_axis(title: str, palette: Palette, values: Sequence[float] | np.ndarray) -> dict:
    """Return a logarithmic axis over positive values, with labels at 1, 2 and 5 of each decade.

    Parameters
    ----------
    title : str
        Words, with the unit in brackets.
    palette : Palette
        Colours of the theme.
    values : sequence of float
        What is drawn.
    """
    numbers = np.asarray(values, float)
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    if not len(numbers):
        return axis(title, palette, type="log")
    spread = numbers.max() / numbers.min()
    pad = float(max(1.05, spread**0.06))
    low, high = float(numbers.min()) / pad, float(numbers.max()) * pad
    ticks = _ticks(low, high)
    return axis(
        title,
        palette,
        type="log",
        tickvals=ticks,
        ticktext=[f"{tick:,.10g}" for tick in ticks],
        range=[float(np.log10(low)), float(np.log10(high))],
    )


STEPS: tuple[tuple[float, ...], ...] = (
    (1,),
    (1, 2, 5),
    (1, 1.5, 2, 3, 4, 5, 6, 8),
    (1, 1.1, 1.2, 1.3, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9),
)
"""Labels within a decade, from few to many."""


def _ticks(low: float, high: float) -> list[float]:
    """At least four labels between two numbers, as few as possible."""
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks: list[float] = []
    for steps in STEPS:
        ticks = [float(f"{step * 10.0**decade:.6g}") for decade in decades for step in steps]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) >= 4:
            break
    return ticks


DESIGNS = {"present": "default", "proposed": "proposed"}
"""Column of a table of errors -> words of the legend."""


def gains_figure(errors: pd.DataFrame, specs: Sequence[Parameter], palette: Palette) -> go.Figure:
    """Draw the error of every parameter with the default and the proposed design, joined by a line.

    Parameters
    ----------
    errors : DataFrame
        One row per parameter, in fractions of its range: name, prior, present (or default),
        proposed, and optionally worst_present and worst_proposed, the worst tenth of the prior.
    specs : sequence of Parameter
        Symbols of the parameters.
    palette : Palette
        Colours of the theme.
    """
    errors = errors.rename(columns={"default": "present"})
    symbols = {spec.name: plain(spec.symbol) for spec in specs}
    names = [symbols[name] for name in errors["name"]]
    values = {
        name: 100 * errors[name].to_numpy(float) for name in errors.select_dtypes("number").columns
    }
    joined = np.stack([values["present"], values["proposed"]], axis=1)
    traces = [
        _joined(pair, name, palette.series[0] if pair[1] < pair[0] else palette.series[3])
        for pair, name in zip(joined, names, strict=True)
    ]
    first = {"size": 12, "color": palette.ink, "symbol": "circle-open", "line": {"width": 2}}
    last = {"size": 12, "color": palette.series[0], "symbol": "circle"}
    for (column, words), marker in zip(DESIGNS.items(), (first, last), strict=True):
        traces.append(_errors(values[column], names, words, marker))
        if f"worst_{column}" in values:
            tick = {"size": 13, "symbol": "line-ns", "color": marker["color"]}
            tick |= {"line": {"width": 2, "color": marker["color"]}}
            worst = f"{words}, worst tenth of the prior"
            traces.append(_errors(values[f"worst_{column}"], names, worst, tick))
    prior = float(np.median(values["prior"]))
    at: dict[str, Any] = {"x": float(np.log10(prior)), "y": 1, "yref": "paper"}
    shown = ("prior", "present", "proposed", "worst_present", "worst_proposed")
    drawn = np.concatenate([values[name] for name in shown if name in values])
    return figure(
        traces,
        palette,
        log_axis("standard error (% of the range)", palette, drawn),
        _rows_axis(names, palette) | {"tickfont": {"size": 15}},
        height=140 + 38 * len(names),
        margin={"l": 60, "r": 16, "t": 72, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"},
        shapes=[vertical(prior, palette.ink, "dot")],
        annotations=[note("the prior alone", palette.ink, yanchor="bottom", **at)],
    )


def _joined(pair: np.ndarray, name: str, colour: str) -> dict[str, Any]:
    """The line from the default to the proposal, in another colour where the error grows."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": pair,
        "y": [name, name],
        "line": {"color": faded(colour, 0.45), "width": 5},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _errors(values: np.ndarray, names: list[str], words: str, marker: dict) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": names,
        "name": words,
        "marker": marker,
        "hovertemplate": f"%{{y}}: %{{x:.3g}} % of its range<extra>{words}</extra>",
    }
