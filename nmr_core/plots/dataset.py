"""Whole data sets: bands, samples of signals, distributions, correlations, disorder."""

from math import ceil
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from pandas.api.types import is_numeric_dtype

from nmr_core.parameters import Parameter
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import line

MAX_POINTS = 1000
"""Points of one drawn curve."""
MAX_DRAWN = 100_000
"""Points of all thin lines together: less than 1 MB of JSON."""
MAX_COLUMNS = 600
"""Times of a map of correlations."""
N_BINS = 30
MAX_BARS = 40
"""Values of a list that are drawn; the most frequent ones."""
ROW = 200
"""Pixels per row of histograms."""


def thinned(n_times: int, most: int = MAX_POINTS) -> slice:
    """Return the slice that keeps every k-th point, at most ``most`` of them."""
    return slice(None, None, -(-n_times // most))


def bands_figure(
    time: np.ndarray,
    values: np.ndarray,
    palette: Palette,
    ylabel: str,
    chosen: np.ndarray | None = None,
    n_drawn: int = 0,
    height: int = 400,
) -> go.Figure:
    """Draw the median and the 5-95 % and 25-75 % bands of many signals over time (µs).

    Parameters
    ----------
    time : array, (n_times,)
        µs; at most 1,000 points are drawn.
    values : array, (n_samples, n_times)
        One component of the signals per spin.
    palette : Palette
        Colours of the theme.
    ylabel : str
        Name of the component.
    chosen : array, (n_times,), optional
        Drawn on top.
    n_drawn : int
        Signals to draw as thin lines, evenly taken from all.
    height : int
        Height of the figure in pixels.
    """
    keep = thinned(len(time))
    time, values = time[keep], values[:, keep]
    levels = np.percentile(values, [5, 25, 50, 75, 95], axis=0).astype(np.float32)
    blue = palette.series[0]
    traces = [
        _edge(time, levels[4], "5–95 %", blue),
        _edge(time, levels[0], "5–95 %", blue, faded(blue, 0.18)),
        _edge(time, levels[3], "25–75 %", blue),
        _edge(time, levels[1], "25–75 %", blue, faded(blue, 0.30)),
        line(time, levels[2], "median", blue, 2, hover="%{x:.4g} µs: %{y:.4f}"),
    ]
    if n_drawn:
        traces.append(_sampled_lines(time, values, n_drawn, palette))
    if chosen is not None:
        hover = "%{x:.4g} µs: %{y:.4f}"
        traces.append(line(time, chosen[keep], "chosen echo", palette.series[3], 2.2, hover=hover))
    return figure(
        traces, palette, _time(time, palette), axis(ylabel, palette), height=height, checked=False
    )


def _edge(time: np.ndarray, y: np.ndarray, name: str, colour: str, fill: str | None = None) -> dict:
    """One edge of a band; the lower one fills up to the upper one."""
    edge = line(time, y, name, colour, 0) | {"showlegend": fill is not None}
    return edge | {"fill": "tonexty", "fillcolor": fill} if fill else edge


def _sampled_lines(time: np.ndarray, values: np.ndarray, n_drawn: int, palette: Palette) -> dict:
    """Some of the signals as one trace, with gaps between them."""
    n_lines = max(1, min(n_drawn, len(values), MAX_DRAWN // len(time)))
    picked = values[np.linspace(0, len(values) - 1, n_lines).astype(int)]
    gap = np.full((n_lines, 1), np.nan)
    x = np.tile(np.append(time, np.nan), n_lines)
    y = np.hstack([picked, gap]).ravel()
    return line(x, y, f"{n_lines} echoes", faded(palette.ink, 0.35), 0.6)


def _time(time: np.ndarray, palette: Palette) -> dict:
    return axis("time t (µs)", palette, range=[min(0.0, float(time[0])), float(time[-1])])


def prior_figure(
    parameters: pd.DataFrame,
    x: Parameter,
    y: Parameter,
    palette: Palette,
    chosen: int | None = None,
    limit: int = 2000,
) -> go.Figure:
    """Draw two parameters of every sample against each other, in their units.

    Parameters
    ----------
    parameters : DataFrame
        One row per sample.
    x, y : Parameter
        Columns to draw; logarithmic where their prior is.
    palette : Palette
        Colours of the theme.
    chosen : int, optional
        Row to mark.
    limit : int
        Points to draw at most, evenly taken from all.
    """
    rows = np.linspace(0, len(parameters) - 1, min(limit, len(parameters))).astype(int)
    shown = parameters.iloc[rows]
    hover = f"echo %{{customdata}}<br>{x.symbol} %{{x:.4g}}<br>{y.symbol} %{{y:.4g}}"
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": np.float32(shown[x.name]),
        "y": np.float32(shown[y.name]),
        "customdata": shown.index.to_numpy(),
        "name": "samples",
        "marker": {"size": 5, "color": faded(palette.series[0], 0.5)},
        "hovertemplate": f"{hover}<extra></extra>",
    }
    traces = [points]
    if chosen is not None:
        sample = parameters.iloc[chosen]
        edge = {"color": palette.ink, "width": 1}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [sample[x.name]],
                "y": [sample[y.name]],
                "name": "chosen",
                "marker": {"size": 13, "color": palette.series[3], "line": edge},
                "hoverinfo": "skip",
            }
        )
    across, up = (
        axis(
            spec.label,
            palette,
            **({"type": "log"} if spec.scale == "log" and spec.low > 0 else {}),
        )
        for spec in (x, y)
    )
    return figure(traces, palette, across, up, showlegend=False, height=400, checked=False)


def distributions_figure(
    parameters: pd.DataFrame,
    specs: list[Parameter],
    palette: Palette,
    chosen: int | None = None,
    columns: int = 4,
) -> go.Figure:
    """Draw one histogram of samples per parameter, in its unit.

    Parameters
    ----------
    parameters : DataFrame
        One row per sample.
    specs : list of Parameter
        Columns to draw; bins are logarithmic where the prior is.
    palette : Palette
        Colours of the theme.
    chosen : int, optional
        Row to mark with a line.
    columns : int
        Histograms per row.
    """
    columns = min(columns, len(specs))
    n_rows = ceil(len(specs) / columns)
    height = ROW * n_rows + 30
    gap_x, gap_y = 0.07, 68 / height
    width = (1 - gap_x * (columns - 1)) / columns
    tall = (1 - gap_y * (n_rows - 1)) / n_rows
    traces, shapes = [], []
    axes: dict[str, Any] = {}
    for k, spec in enumerate(specs):
        row, column = divmod(k, columns)
        left, top = column * (width + gap_x), 1 - row * (tall + gap_y)
        n = str(k + 1) if k else ""
        values = parameters[spec.name]
        log = spec.scale == "log" and (values > 0).all()
        traces.append(_bars(values, log, palette) | {"xaxis": f"x{n}", "yaxis": f"y{n}"})
        axes[f"xaxis{n}"] = axis(
            spec.label,
            palette,
            domain=[left, left + width],
            anchor=f"y{n}",
            showgrid=False,
            nticks=5,
            **(_decades(values) if log else {}),
        ) | {"title": {"text": spec.label, "standoff": 2, "font": {"color": palette.ink}}}
        axes[f"yaxis{n}"] = axis(
            "" if column else "samples",
            palette,
            domain=[max(0.0, top - tall), top],
            anchor=f"x{n}",
            nticks=4,
            rangemode="tozero",
        )
        if chosen is not None:
            shapes.append(_chosen_line(values, chosen, n, palette))
    first = {"x": axes.pop("xaxis"), "y": axes.pop("yaxis")}
    return figure(
        traces,
        palette,
        first["x"],
        first["y"],
        height=height,
        showlegend=False,
        shapes=shapes,
        bargap=0.05,
        margin={"l": 52, "r": 12, "t": 8, "b": 46},
        **axes,
    )


def _chosen_line(values: pd.Series, chosen: int, n: str, palette: Palette) -> dict:
    value = values.iloc[chosen]
    x = value if is_numeric_dtype(values) else str(value)
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "xref": f"x{n}",
        "y0": 0,
        "y1": 1,
        "yref": f"y{n} domain",
        "line": {"color": palette.series[3], "width": 2},
    }


def _decades(values: pd.Series) -> dict:
    """A logarithmic axis with one label per decade, or with 1, 2 and 5 within a single decade."""
    return {"type": "log", "dtick": 1 if values.max() >= 20 * values.min() else "D2"}


def _bars(values: pd.Series, log: bool, palette: Palette) -> dict:
    """Counts per value for names and short lists of numbers, else per bin."""
    bar = {"type": "bar", "marker": {"color": faded(palette.series[0], 0.7)}}
    counts = values.value_counts()
    numeric = is_numeric_dtype(values)
    if not numeric or (len(counts) <= 8 and not log):
        shown = counts.head(MAX_BARS).sort_index()
        names = shown.index.to_numpy(float) if numeric else [str(name) for name in shown.index]
        return bar | {
            "x": names,
            "y": shown.to_numpy(),
            "hovertemplate": "%{x}: %{y:,}<extra></extra>",
        }
    numbers = values.to_numpy(float)
    numbers = numbers[np.isfinite(numbers)]
    heights, edges = np.histogram(np.log10(numbers) if log else numbers, N_BINS)
    middles = (edges[1:] + edges[:-1]) / 2
    if log:
        edges, middles = 10**edges, 10**middles
    return bar | {
        "x": middles,
        "y": heights,
        "width": np.diff(edges),
        "hovertemplate": "%{x:.4g}: %{y:,}<extra></extra>",
    }


def correlation_figure(
    time: np.ndarray, r: np.ndarray, symbols: list[str], channel: str, palette: Palette
) -> go.Figure:
    """Draw Pearson's r of every parameter with the signal over time (µs), as colours from −1 to 1.

    Parameters
    ----------
    time : array, (n_times,)
        µs; at most 600 times are drawn.
    r : array, (n_parameters, n_times)
        NaN where nothing varies.
    symbols : list of str
        Names of the rows.
    channel : str
        Component of the signal, such as "\\|M\\|".
    palette : Palette
        Colours of the theme.
    """
    keep = thinned(len(time), MAX_COLUMNS)
    low, middle, high = palette.diverging
    title = {"text": f"r with {channel}", "side": "right"}
    cells = {
        "type": "heatmap",
        "x": np.float32(time[keep]),
        "y": [plain(symbol) for symbol in symbols],
        "z": np.float32(r[:, keep]),
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[0, low], [0.5, middle], [1, high]],
        "colorbar": {"title": title, "thickness": 14, "outlinewidth": 0},
        "ygap": 2,
        "hovertemplate": "%{y}, t = %{x:.4g} µs<br>r = %{z:.3f}<extra></extra>",
        "hoverongaps": False,
    }
    return figure(
        [cells],
        palette,
        axis("time t (µs)", palette, showgrid=False),
        axis("", palette, showgrid=False, autorange="reversed", type="category"),
        height=120 + 44 * max(2, len(symbols)),
        margin={"l": 60, "r": 16, "t": 12, "b": 48},
    )


def nearest_figure(
    time: np.ndarray,
    chosen: np.ndarray,
    others: np.ndarray,
    names: list[str],
    ylabel: str,
    palette: Palette,
    height: int = 400,
    chosen_name: str = "chosen echo",
) -> go.Figure:
    """Draw a signal and its nearest neighbours over time (µs).

    Parameters
    ----------
    time : array, (n_times,)
        µs; at most 1,000 points are drawn.
    chosen : array, (n_times,)
        Signal of the chosen sample.
    others : array, (n_neighbours, n_times)
        Signals of its neighbours.
    names : list of str
        Names of the neighbours.
    ylabel : str
        Component of the signal.
    palette : Palette
        Colours of the theme.
    height : int
        Height of the figure in pixels.
    chosen_name : str
        Name of the chosen sample.
    """
    keep = thinned(len(time))
    colours = [colour for k, colour in enumerate(palette.series) if k != 3]
    curves = [
        (values, name, colours[k % len(colours)], 1.2)
        for k, (values, name) in enumerate(zip(others, names, strict=True))
    ]
    curves.append((chosen, chosen_name, palette.series[3], 2.4))
    traces = [
        line(
            time[keep],
            values[keep],
            name,
            colour,
            width,
            hover=f"{plain(name)}<br>t = %{{x:.4g}} µs<br>%{{y:.4f}}<extra></extra>",
        )
        for values, name, colour, width in curves
    ]
    return figure(traces, palette, _time(time, palette), axis(ylabel, palette), height=height)


def noise_floor_figure(
    time: np.ndarray, noise: np.ndarray, spread: np.ndarray, palette: Palette, height: int = 300
) -> go.Figure:
    """Draw what parameters and disorder change: standard deviations of M per spin over time (µs).

    Parameters
    ----------
    time : array, (n_times,)
        µs; at most 1,000 points are drawn.
    noise : array, (n_times,)
        From seed to seed, at fixed parameters.
    spread : array, (n_times,)
        From sample to sample.
    palette : Palette
        Colours of the theme.
    height : int
        Height of the figure in pixels.
    """
    keep = thinned(len(time))
    hover = "t = %{x:.4g} µs<br>%{y:.3g}<extra></extra>"
    curves = (
        (spread, "spread by the parameters", palette.series[0]),
        (noise, "spread by the disorder alone", palette.series[3]),
    )
    traces = [
        line(time[keep], values[keep], name, colour, hover=hover) for values, name, colour in curves
    ]
    y = axis("standard deviation of M", palette, rangemode="tozero")
    return figure(traces, palette, _time(time, palette), y, height=height)
