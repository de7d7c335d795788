"""Experiment design: promised against realised, and the lab book of a measurement."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.plots.design_axes import ERROR, TIMES, time_unit
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.logarithmic import log_axis
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal, note, vertical

ROW = 46
"""Pixels of a design."""
LETTER = 7.0
"""Pixels of a letter of a row's name."""


def proof_figure(table: pd.DataFrame, palette: Palette) -> go.Figure:
    """Draw the promised and the realised error of every design, relative to the default.

    Left of the line at 1 a design is better than the default at the same time. Realised ratios
    whose interval reaches 1 are pale: there the gain is not shown.

    Parameters
    ----------
    table : DataFrame
        name, ratio, low, high (90 %), and promised, promised_low, promised_high, which are NaN
        where nothing was promised; one row per design, the proposal first. The default is the line
        at 1.
    palette : Palette
        Colours of the theme.
    """
    table = table[table["name"] != "default"]
    names = [plain(str(name)) for name in table["name"]]
    y = np.arange(len(names), dtype=float)[::-1]
    traces = [
        *_ratios(table, y, names, palette),
        *_promises(table, y, names, palette),
    ]
    drawn = [value for trace in traces for value in _ends(trace)]
    x = log_axis("error relative to the default at equal time", palette, [*drawn, 1.0])
    left = min(240, max(60, 16 + LETTER * max(map(len, names), default=0)))
    return figure(
        traces,
        palette,
        x,
        axis("", palette, tickvals=list(y), ticktext=names, range=[-0.6, len(names) - 0.4]),
        height=116 + ROW * len(names),
        margin={"l": left, "r": 16, "t": 52, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"},
        shapes=[vertical(1.0, palette.ink, "dot")],
        annotations=[note("default", palette.ink, x=0, y=1, yref="paper", yanchor="bottom")],
    )


def _ratios(table: pd.DataFrame, y: np.ndarray, names: list[str], palette: Palette) -> list[dict]:
    """Realised ratios, those whose interval reaches 1 in a pale colour."""
    high = table["high"].to_numpy(float)
    low = table["low"].to_numpy(float)
    differs = (high < 1) | (low > 1)
    looks = (
        ("realised, interval beside 1", differs, palette.series[0]),
        ("realised, interval reaches 1", ~differs, faded(palette.series[0], 0.4)),
    )
    return [
        _dots(table[chosen], ("ratio", "low", "high"), y[chosen] - 0.13, colour, words)
        | {"text": [name for name, one in zip(names, chosen, strict=True) if one]}
        for words, chosen, colour in looks
        if chosen.any()
    ]


def _promises(table: pd.DataFrame, y: np.ndarray, names: list[str], palette: Palette) -> list[dict]:
    """Promised ratios, open markers above the realised ones."""
    chosen = np.isfinite(table["promised"].to_numpy(float))
    if not chosen.any():
        return []
    columns = ("promised", "promised_low", "promised_high")
    trace = _dots(table[chosen], columns, y[chosen] + 0.13, palette.series[1], "promised")
    trace["marker"] |= {"symbol": "diamond-open", "line": {"width": 2}}
    text = [name for name, one in zip(names, chosen, strict=True) if one]
    return [trace | {"text": text}]


def _dots(
    rows: pd.DataFrame, columns: tuple[str, str, str], y: np.ndarray, colour: str, words: str
) -> dict[str, Any]:
    value, low, high = (rows[name].to_numpy(float) for name in columns)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": value,
        "y": y,
        "name": words,
        "marker": {"size": 11, "color": colour},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": np.nan_to_num(high - value),
            "arrayminus": np.nan_to_num(value - low),
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        "hovertemplate": f"%{{text}}<br>× %{{x:.3g}}<extra>{words}</extra>",
    }


def _ends(trace: dict) -> list[float]:
    """Ends of the error bars of a trace."""
    x, bars = trace["x"], trace["error_x"]
    return [*(x - bars["arrayminus"]), *(x + bars["array"])]


def lab_book_figure(
    entries: pd.DataFrame,
    palette: Palette,
    *,
    target: float = 0.0,
    start: float = 0.0,
    fixed: pd.DataFrame | None = None,
) -> go.Figure:
    """Draw the error after every measurement of a lab book against the time so far.

    Parameters
    ----------
    entries : DataFrame
        setting, shots, seconds_so_far and error (weighted, fraction of the ranges), one row per
        measurement.
    palette : Palette
        Colours of the theme.
    target : float
        Error at which measuring ends, a dashed line; 0: none.
    start : float
        Error before anything is measured; 0: not drawn.
    fixed : DataFrame, optional
        The same of the default, repeated in its order.
    """
    tables = [entries] if fixed is None else [entries, fixed]
    longest = max((float(one["seconds_so_far"].max()) for one in tables if len(one)), default=0.0)
    unit = time_unit(longest)
    traces = [_path(entries, "measured as proposed", palette.series[0], unit, start)]
    if fixed is not None and len(fixed):
        colour = palette.series[3]
        traces.insert(0, _path(fixed, "default, in order", colour, unit, start, dash="dot"))
    drawn = np.concatenate([np.asarray(trace["y"], float) for trace in traces])
    goal = note(
        "target",
        palette.ink,
        xref="paper",
        x=1,
        xanchor="right",
        y=float(np.log10(100 * target)) if target else 0.0,
        yanchor="bottom",
    )
    return figure(
        traces,
        palette,
        axis(f"measuring time so far ({unit})", palette, rangemode="tozero"),
        log_axis(ERROR, palette, [*drawn, 100 * target]),
        height=380,
        margin={"l": 64, "r": 16, "t": 44, "b": 48},
        shapes=[horizontal(100 * target, palette.ink, "dash")] if target else [],
        annotations=[goal] if target else [],
        showlegend=len(traces) > 1,
    )


def _path(
    rows: pd.DataFrame, words: str, colour: str, unit: str, start: float, dash: str = "solid"
) -> dict:
    """Errors against time as steps, from the prior on."""
    time = rows["seconds_so_far"].to_numpy(float) / TIMES[unit]
    error = 100 * rows["error"].to_numpy(float)
    shots = rows["shots"] if "shots" in rows else [1] * len(rows)
    labels = [
        f"{plain(str(setting))} × {n}" for setting, n in zip(rows["setting"], shots, strict=True)
    ]
    if start:
        time, error = np.append(0.0, time), np.append(100 * start, error)
        labels = ["the prior", *labels]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": time,
        "y": error,
        "name": words,
        "text": labels,
        "line": {"color": colour, "width": 2, "dash": dash, "shape": "hv"},
        "marker": {"size": 9},
        "hovertemplate": f"%{{text}}<br>%{{x:.3g}} {unit}<br>error %{{y:.3g}} % of the ranges"
        f"<extra>{words}</extra>",
    }
