"""Studies: learning and validation curves, searches, spreads, sanity checks, from tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import ArrayLike
from pandas.api.types import is_numeric_dtype

from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal, vertical

REACH = 10.0
"""How far a fit is drawn beyond the last size."""
PANELS = 4
ERROR = "error"


@dataclass(frozen=True)
class Curve:
    """A learning curve.

    Attributes
    ----------
    rows : DataFrame
        n, error and baseline, one row per fit.
    law : callable or None
        Fitted error as a function of the number of echoes.
    """

    name: str
    rows: pd.DataFrame
    law: Callable[[np.ndarray], np.ndarray] | None
    colour: str


def error_label(task: str) -> str:
    """Return the title of an axis of errors."""
    return "1 − F1 (weighted)" if task == "classification" else "weighted error Σ MSE/w²"


def _log(title: str, palette: Palette, values: ArrayLike, **more) -> dict:
    """A logarithmic axis with whole labels: decades, with 2 and 5 where there are few."""
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    if not len(numbers):
        return axis(title, palette, type="log") | more
    low, high = np.floor(np.log10(numbers.min())), np.ceil(np.log10(numbers.max()))
    steps = (1,) if high - low > 4 else (1, 2, 5)
    ticks = [step * 10.0**decade for decade in np.arange(low, high + 1) for step in steps]
    return (
        axis(
            title, palette, type="log", tickvals=ticks, ticktext=[f"{tick:,.10g}" for tick in ticks]
        )
        | more
    )


def _baseline(baseline: float, palette: Palette, label: str = "baseline") -> dict:
    line = horizontal(baseline, palette.ink, "dot")
    return {
        "shapes": [line],
        "annotations": [_note(label, 1, np.log10(baseline), palette)] if baseline > 0 else [],
    }


def _note(text: str, x: float, y: float, palette: Palette) -> dict:
    return {
        "xref": "paper",
        "x": x,
        "xanchor": "right",
        "y": y,
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }


def learning_curve_figure(
    curves: Sequence[Curve],
    palette: Palette,
    task: str = "regression",
    goal: float | None = None,
    height: int = 440,
) -> go.Figure:
    """Draw the error against the number of training echoes, on logarithmic axes.

    Every repeat is a small point, their mean a large one with its standard deviation. The fitted
    law is a line, dashed beyond the data; the baseline is dotted.

    Parameters
    ----------
    curves : sequence of Curve
        Learning curves.
    palette : Palette
        Colours of the theme.
    task : {"regression", "classification"}
        "regression" or "classification".
    goal : float, optional
        Error to reach, a dashed line.
    height : int
        Height of the figure in pixels.
    """
    traces = [trace for curve in curves for trace in _curve(curve, goal, palette)]
    baseline = float(np.mean([curve.rows["baseline"].iloc[-1] for curve in curves]))
    marks = _baseline(baseline, palette)
    if goal:
        marks["shapes"].append(horizontal(goal, palette.series[3], "dash"))
        marks["annotations"].append(
            _note("error to reach", 0, float(np.log10(goal)), palette) | {"xanchor": "left"}
        )
    shown = np.concatenate([[baseline], *(np.asarray(trace["y"], dtype=float) for trace in traces)])
    reach = np.concatenate([np.asarray(trace["x"], dtype=float) for trace in traces])
    return figure(
        traces,
        palette,
        _log("training echoes", palette, reach),
        _log(error_label(task), palette, shown),
        height=height,
        **marks,
    )


def _curve(curve: Curve, goal: float | None, palette: Palette) -> list[dict]:
    rows = curve.rows.dropna(subset=["n", ERROR])
    rows = rows[rows[ERROR] > 0]
    mean = rows.groupby("n")[ERROR].agg(["mean", "std"]).reset_index()
    n, error = mean["n"].to_numpy(float), mean["mean"].to_numpy(float)
    spread = (
        {
            "error_y": {
                "type": "data",
                "array": mean["std"].fillna(0).to_numpy(),
                "color": curve.colour,
                "thickness": 1.2,
                "width": 3,
            }
        }
        if mean["std"].notna().any()
        else {}
    )
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": rows["n"].to_numpy(float),
            "y": rows[ERROR].to_numpy(float),
            "marker": {"size": 5, "color": faded(curve.colour, 0.45)},
            "showlegend": False,
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers" if curve.law else "lines+markers",
            "x": n,
            "y": error,
            "name": plain(curve.name),
            "marker": {"size": 9, "color": curve.colour},
            "line": {"color": curve.colour, "width": 1.2},
            "hovertemplate": "%{x:,} echoes<br>error %{y:.4g}<extra>"
            + plain(curve.name)
            + "</extra>",
            **spread,
        },
    ]
    if curve.law is None or not len(n):
        return traces
    inside = np.geomspace(n[0], n[-1], 60) if len(n) > 1 else n
    beyond = np.geomspace(n[-1], REACH * n[-1], 30)
    line = {
        "type": "scatter",
        "mode": "lines",
        "showlegend": False,
        "hovertemplate": "%{x:,.0f} echoes<br>fit %{y:.4g}<extra></extra>",
    }
    return [
        *traces,
        line | {"x": inside, "y": curve.law(inside), "line": {"color": curve.colour, "width": 2}},
        line
        | {
            "x": beyond,
            "y": curve.law(beyond),
            "line": {"color": curve.colour, "width": 2, "dash": "dash"},
        },
    ]


def validation_curve_figure(
    rows: pd.DataFrame, palette: Palette, task: str = "regression", height: int = 400
) -> go.Figure:
    """Draw training and validation error against one option, mean and sd of the repeats.

    The lowest validation error has a ring.

    Parameters
    ----------
    rows : DataFrame
        option, value, train_error, error and baseline, one row per fit.
    palette : Palette
        Colours of the theme.
    task : str
        "regression" or "classification".
    height : int
        Height of the figure in pixels.
    """
    numbers = is_numeric_dtype(rows["value"])
    order = (
        sorted(rows["value"].unique())
        if numbers
        else list(dict.fromkeys(rows["value"].astype(str)))
    )
    log = numbers and min(order) > 0 and max(order) > 20 * min(order)
    traces = []
    for column, name, colour in (
        ("train_error", "training", palette.series[5]),
        (ERROR, "validation", palette.series[0]),
    ):
        by = rows.assign(value=rows["value"] if numbers else rows["value"].astype(str)).groupby(
            "value"
        )[column]
        mean, spread = by.mean().reindex(order), by.std().reindex(order).fillna(0)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": order,
                "y": mean.to_numpy(float),
                "line": {"color": colour, "width": 2},
                "marker": {"size": 8},
                "error_y": {
                    "type": "data",
                    "array": spread.to_numpy(float),
                    "color": colour,
                    "thickness": 1.2,
                },
                "hovertemplate": "%{x}<br>error %{y:.4g}<extra>" + name + "</extra>",
            }
        )
    best = rows.groupby("value", sort=False)[ERROR].mean().idxmin()
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "name": "lowest",
            "x": [best if numbers else str(best)],
            "y": [rows.loc[rows["value"] == best, ERROR].mean()],
            "hoverinfo": "skip",
            "marker": {
                "size": 16,
                "symbol": "circle-open",
                "color": palette.ink,
                "line": {"width": 2},
            },
        }
    )
    option = plain(str(rows["option"].iloc[0]))
    x = (
        _log(option, palette, order)
        if log
        else axis(option, palette, **({} if numbers else {"type": "category"}))
    )
    baseline = float(rows["baseline"].mean())
    marks = {
        "shapes": _baseline(baseline, palette)["shapes"],
        "annotations": [_note("baseline", 1, baseline, palette)],
    }
    return figure(
        traces,
        palette,
        x,
        axis(error_label(task), palette, rangemode="tozero"),
        height=height,
        **marks,
    )


def search_figure(
    rows: pd.DataFrame, palette: Palette, winner: int | None = None, task: str = "regression"
) -> go.Figure:
    """Draw the validation error of every candidate against each searched option, side by side.

    Larger points had more echoes; the winner has a ring.

    Parameters
    ----------
    rows : DataFrame
        candidate, n, error and the columns of the options, one row per fit.
    palette : Palette
        Colours of the theme.
    winner : int, optional
        Candidate.
    task : str
        "regression" or "classification".
    """
    rows = rows.dropna(subset=[ERROR])
    names = [name for name in rows if name.startswith(("model.", "featurizer."))][:PANELS]
    size = 6 + 9 * (rows["n"] / rows["n"].max()).to_numpy(float)
    top = rows["n"] == rows["n"].max()
    shades = [palette.series[0] if full else faded(palette.series[0], 0.35) for full in top]
    columns, gap = max(1, len(names)), 0.05
    width = (1 - gap * (columns - 1)) / columns
    traces = []
    axes: dict[str, Any] = {}
    for k, name in enumerate(names):
        number = str(k + 1) if k else ""
        on = {"xaxis": f"x{number}", "yaxis": "y"}
        numbers = is_numeric_dtype(rows[name])
        values = rows[name] if numbers else rows[name].astype(str)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": values.to_numpy(),
                "y": rows[ERROR].to_numpy(float),
                "marker": {"size": size, "color": shades, "line": {"width": 0}},
                "customdata": rows[["candidate", "n"]].to_numpy(),
                "showlegend": False,
                "hovertemplate": "candidate %{customdata[0]}, %{customdata[1]:,} "
                "echoes<br>%{x}<br>error %{y:.4g}<extra></extra>",
            }
            | on
        )
        ringed = rows[top & (rows["candidate"] == winner)]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": values[ringed.index].to_numpy(),
                "y": ringed[ERROR].to_numpy(float),
                "marker": {
                    "size": 20,
                    "symbol": "circle-open",
                    "color": palette.series[3],
                    "line": {"width": 2.5},
                },
                "hoverinfo": "skip",
                "showlegend": False,
            }
            | on
        )
        wide = numbers and values.min() > 0 and values.max() > 20 * values.min()
        left = k * (width + gap)
        title = plain(name.partition(".")[2])
        axes[f"xaxis{number}"] = (
            _log(title, palette, values)
            if wide
            else axis(title, palette, **({} if numbers else {"type": "category"}))
        ) | {"domain": [left, left + width], "anchor": "y"}
    first = axes.pop("xaxis", axis("", palette))
    return figure(
        traces,
        palette,
        first,
        _log(f"validation: {error_label(task)}", palette, rows[ERROR]),
        height=380,
        **axes,
    )


def spread_figure(
    rows: pd.DataFrame,
    label: str,
    palette: Palette,
    mean: float | None = None,
    sd: float | None = None,
    task: str = "regression",
    height: int = 360,
) -> go.Figure:
    """Draw the error of each fold or seed with its 95 % interval, and their mean ± sd.

    Parameters
    ----------
    rows : DataFrame
        error, error_low, error_high and baseline, one row per fold or seed.
    label : {"fold", "seed"}
        Column of the names.
    palette : Palette
        Colours of the theme.
    mean, sd : float, optional
        Of all folds or seeds.
    task : str
        "regression" or "classification".
    height : int
        Height of the figure in pixels.
    """
    x = rows[label].astype(str).to_numpy()
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": rows[ERROR].to_numpy(float),
        "marker": {"size": 11, "color": palette.series[0]},
        "showlegend": False,
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": (rows["error_high"] - rows[ERROR]).to_numpy(float),
            "arrayminus": (rows[ERROR] - rows["error_low"]).to_numpy(float),
            "color": palette.series[0],
            "thickness": 1.6,
            "width": 5,
        },
        "hovertemplate": label + " %{x}<br>error %{y:.4g}<extra></extra>",
    }
    baseline = float(rows["baseline"].mean())
    marks = {
        "shapes": _baseline(baseline, palette)["shapes"],
        "annotations": [_note("baseline", 1, baseline, palette)],
    }
    if mean is not None:
        band = {"xref": "paper", "x0": 0, "x1": 1, "line": {"width": 0}, "layer": "below"}
        marks["shapes"] += [
            band
            | {
                "type": "rect",
                "y0": mean - (sd or 0),
                "y1": mean + (sd or 0),
                "fillcolor": faded(palette.series[0], 0.14),
            },
            band
            | {
                "type": "line",
                "y0": mean,
                "y1": mean,
                "line": {"color": palette.series[0], "width": 1.4},
            },
        ]
        marks["annotations"].append(key_note([("mean ± sd of all", palette.series[0])]))
    return figure(
        [dots],
        palette,
        axis(label, palette, type="category"),
        axis(error_label(task), palette, rangemode="tozero"),
        height=height,
        **marks,
    )


def sanity_figure(rows: pd.DataFrame, palette: Palette) -> go.Figure:
    """Draw the errors of sanity checks in units of the baseline's.

    Memorised echoes should have 0, permuted labels 1.

    Parameters
    ----------
    rows : DataFrame
        check and share (error/error of the baseline), one row per fit.
    palette : Palette
        Colours of the theme.
    """
    places = {
        "memorise": ("8 memorised echoes", palette.series[2]),
        "true labels": ("true labels", palette.series[0]),
        "permuted": ("permuted labels", palette.series[1]),
    }
    traces = []
    for check, (label, colour) in places.items():
        shares = rows.loc[rows["check"] == check, "share"].to_numpy(float)
        if len(shares):
            traces += [
                {
                    "type": "bar",
                    "orientation": "h",
                    "y": [label],
                    "x": [float(shares.mean())],
                    "width": 0.55,
                    "marker": {"color": faded(colour, 0.75)},
                    "showlegend": False,
                    "hovertemplate": f"{label}: %{{x:.3f}} of the baseline<extra></extra>",
                },
                {
                    "type": "scatter",
                    "mode": "markers",
                    "y": [label] * len(shares),
                    "x": shares,
                    "showlegend": False,
                    "marker": {
                        "size": 7,
                        "color": palette.ink,
                        "symbol": "line-ns-open",
                        "line": {"width": 1.6},
                    },
                    "hovertemplate": "%{x:.3f} of the baseline<extra></extra>",
                },
            ]
    line = vertical(1, palette.ink, "dot")
    note = {
        "x": 1,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": "baseline",
        "showarrow": False,
    }
    return figure(
        traces,
        palette,
        axis("error, as a share of the baseline's", palette, rangemode="tozero"),
        axis("", palette, automargin=True, showgrid=False, autorange="reversed"),
        height=90 + 50 * ceil(len(places)),
        shapes=[line],
        annotations=[note],
    )
