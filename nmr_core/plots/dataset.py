"""Whole data sets: bands and samples of many signals, distributions, correlations, neighbours, disorder."""

from math import ceil

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from pandas.api.types import is_numeric_dtype

from nmr_core.parameters import Parameter
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

MAX_POINTS = 1000
"""Points of one drawn curve."""
MAX_DRAWN = 100_000
"""Points of all thin lines together: less than 1 MB of JSON."""


def thinned(n_times: int, most: int = MAX_POINTS) -> slice:
    """Every k-th point, at most ``most`` of them."""
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
    """5-95 % and 25-75 % bands and the median of real curves (n_samples, n_times); ``n_drawn`` of them as thin lines;
    ``chosen`` (n_times,) on top."""
    keep = thinned(len(time))
    time, values, last = time[keep], values[:, keep], float(time[-1])
    levels = np.percentile(values, [5, 25, 50, 75, 95], axis=0).astype(np.float32)
    blue = palette.series[0]
    traces = [
        _edge(time, levels[4], "5–95 %", None, blue),
        _edge(time, levels[0], "5–95 %", faded(blue, 0.18), blue),
        _edge(time, levels[3], "25–75 %", None, blue),
        _edge(time, levels[1], "25–75 %", faded(blue, 0.30), blue),
        _line(time, levels[2], "median", blue, 2),
    ]
    if n_drawn:
        most = max(1, min(n_drawn, len(values), MAX_DRAWN // len(time)))
        picked = values[np.linspace(0, len(values) - 1, most).astype(int)]
        gap = np.full((len(picked), 1), np.nan)
        y = np.hstack([picked, gap]).ravel()
        traces.append(
            _line(
                np.tile(np.append(time, np.nan), len(picked)),
                y,
                f"{len(picked)} curves",
                faded(palette.ink, 0.35),
                0.6,
            )
            | {"hoverinfo": "skip"}
        )
    if chosen is not None:
        traces.append(_line(time, chosen[keep], "chosen curve", palette.series[3], 2.2))
    x = axis("time t (µs)", palette, range=[min(0.0, float(time[0])), last])
    return figure(traces, palette, x, axis(ylabel, palette), height=height)


def _edge(time, y, name: str, fill: str | None, colour: str) -> dict:
    line = _line(time, y, name, colour, 0) | {"showlegend": fill is not None, "hoverinfo": "skip"}
    return line | {"fill": "tonexty", "fillcolor": fill} if fill else line


def _line(time, y, name: str, colour: str, width: float) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.float32(time),
        "y": np.float32(y),
        "name": name,
        "line": {"color": colour, "width": width},
    }


def prior_figure(
    parameters: pd.DataFrame,
    x: Parameter,
    y: Parameter,
    palette: Palette,
    chosen: int | None = None,
    limit: int = 2000,
) -> go.Figure:
    """Two parameters of every sample against each other (at most ``limit`` points), the chosen sample marked."""
    shown = parameters.iloc[
        np.linspace(0, len(parameters) - 1, min(limit, len(parameters))).astype(int)
    ]
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": np.float32(shown[x.name]),
            "y": np.float32(shown[y.name]),
            "customdata": shown.index.to_numpy(),
            "name": "samples",
            "marker": {"size": 5, "color": faded(palette.series[0], 0.5)},
            "hovertemplate": f"curve %{{customdata}}<br>{x.symbol} %{{x:.4g}}<br>{y.symbol} %{{y:.4g}}<extra></extra>",
        }
    ]
    if chosen is not None:
        at = parameters.iloc[chosen]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [at[x.name]],
                "y": [at[y.name]],
                "name": "chosen",
                "marker": {
                    "size": 13,
                    "color": palette.series[3],
                    "line": {"color": palette.ink, "width": 1},
                },
                "hoverinfo": "skip",
            }
        )
    across, up = (
        {"type": "log"} if spec.scale == "log" and spec.low > 0 else {} for spec in (x, y)
    )
    return figure(
        traces,
        palette,
        axis(x.label, palette, **across),
        axis(y.label, palette, **up),
        showlegend=False,
        height=400,
    )


N_BINS = 30
MAX_BARS = 40
ROW = 200
"""Pixels that a row of histograms is high."""


def distributions_figure(
    parameters: pd.DataFrame,
    specs: list[Parameter],
    palette: Palette,
    chosen: int | None = None,
    columns: int = 4,
) -> go.Figure:
    """A histogram a parameter, on its own scale (logarithmic bins where the prior is); the chosen sample is a line.

    parameters : one row per sample; specs : the columns that are drawn, with symbol and unit
    """
    columns = min(columns, len(specs))
    rows = ceil(len(specs) / columns)
    height = ROW * rows + 30
    gap_x, gap_y = 0.045, 68 / height
    width, tall = (1 - gap_x * (columns - 1)) / columns, (1 - gap_y * (rows - 1)) / rows
    traces, shapes, axes = [], [], {}
    for k, spec in enumerate(specs):
        left, top = (k % columns) * (width + gap_x), 1 - (k // columns) * (tall + gap_y)
        n = str(k + 1) if k else ""
        log = spec.scale == "log" and (parameters[spec.name] > 0).all()
        traces.append(
            _bars(parameters[spec.name], log, palette) | {"xaxis": f"x{n}", "yaxis": f"y{n}"}
        )
        axes[f"xaxis{n}"] = axis(
            spec.label,
            palette,
            domain=[left, left + width],
            anchor=f"y{n}",
            showgrid=False,
            nticks=5,
            **(_decades(parameters[spec.name]) if log else {}),
        ) | {"title": {"text": spec.label, "standoff": 2}}
        axes[f"yaxis{n}"] = axis(
            "",
            palette,
            domain=[max(0.0, top - tall), top],
            anchor=f"x{n}",
            showticklabels=False,
            ticks="",
            rangemode="tozero",
        )
        if chosen is not None:
            value = parameters[spec.name].iloc[chosen]
            at = value if is_numeric_dtype(parameters[spec.name]) else str(value)
            shapes.append(
                {
                    "type": "line",
                    "x0": at,
                    "x1": at,
                    "xref": f"x{n}",
                    "y0": 0,
                    "y1": 1,
                    "yref": f"y{n} domain",
                    "line": {"color": palette.series[3], "width": 2},
                }
            )
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
        margin={"l": 12, "r": 12, "t": 8, "b": 46},
        **axes,
    )


def _decades(values: pd.Series) -> dict:
    """A logarithmic axis with a label a decade, or with 1, 2 and 5 where there is no more than one."""
    return {"type": "log", "dtick": 1 if values.max() >= 20 * values.min() else "D2"}


def _bars(values: pd.Series, log: bool, palette: Palette) -> dict:
    bar = {"type": "bar", "marker": {"color": faded(palette.series[0], 0.7)}}
    distinct = values.value_counts()
    if not is_numeric_dtype(values) or len(distinct) <= 8:
        shown = distinct.head(MAX_BARS).sort_index()
        if not is_numeric_dtype(values):
            return bar | {
                "x": [str(name) for name in shown.index],
                "y": shown.to_numpy(),
                "hovertemplate": "%{x}: %{y:,}<extra></extra>",
            }
        if not log:
            return bar | {
                "x": shown.index.to_numpy(float),
                "y": shown.to_numpy(),
                "hovertemplate": "%{x}: %{y:,}<extra></extra>",
            }
    numbers = values.to_numpy(float)
    numbers = numbers[np.isfinite(numbers)]
    counts, edges = np.histogram(np.log10(numbers) if log else numbers, N_BINS)
    if log:
        edges = 10**edges
        middles = np.sqrt(edges[1:] * edges[:-1])
    else:
        middles = (edges[1:] + edges[:-1]) / 2
    return bar | {
        "x": middles,
        "y": counts,
        "width": np.diff(edges),
        "hovertemplate": "%{x:.4g}: %{y:,}<extra></extra>",
    }


MAX_COLUMNS = 600


def correlation_figure(
    time: np.ndarray, r: np.ndarray, symbols: list[str], channel: str, palette: Palette
) -> go.Figure:
    """Pearson's r of every parameter with the signal at every time; one fixed scale from −1 to 1, white (dark) at 0.

    time    : µs, (n_times,); thinned to at most :data:`MAX_COLUMNS`
    r       : (n_parameters, n_times), NaN where nothing varies
    symbols : what the rows are called; channel : what was correlated, such as "|M|"
    """
    thin = slice(None, None, -(-len(time) // MAX_COLUMNS))
    low, middle, high = palette.diverging
    cells = {
        "type": "heatmap",
        "x": np.float32(time[thin]),
        "y": [plain(symbol) for symbol in symbols],
        "z": np.float32(r[:, thin]),
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[0, low], [0.5, middle], [1, high]],
        "colorbar": {
            "title": {"text": f"r with {channel}", "side": "right"},
            "thickness": 14,
            "outlinewidth": 0,
        },
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
) -> go.Figure:
    """The chosen real curve (n_times,) and its neighbours (k, n_times), which are called ``names``."""
    keep = thinned(len(time))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.float32(time[keep]),
            "y": np.float32(curve[keep]),
            "name": plain(name),
            "line": {"color": colour, "width": width},
            "hovertemplate": f"{plain(name)}<br>t = %{{x:.4g}} µs<br>%{{y:.4f}}<extra></extra>",
        }
        for curve, name, colour, width in _lines(chosen, others, names, palette)
    ]
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=[min(0.0, float(time[0])), float(time[-1])]),
        axis(ylabel, palette),
        height=height,
    )


def _lines(chosen, others, names: list[str], palette: Palette):
    colours = [colour for k, colour in enumerate(palette.series) if k != 3]
    for k, (curve, name) in enumerate(zip(others, names, strict=True)):
        yield curve, name, colours[k % len(colours)], 1.2
    yield chosen, "chosen curve", palette.series[3], 2.4


def noise_floor_figure(
    time: np.ndarray, noise: np.ndarray, spread: np.ndarray, palette: Palette, height: int = 300
) -> go.Figure:
    """Standard deviations of M (n_times,) over time: ``spread`` from sample to sample, ``noise`` from seed to seed."""
    keep = thinned(len(time))
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.float32(time[keep]),
            "y": np.float32(values[keep]),
            "name": name,
            "line": {"color": colour, "width": 2},
            "hovertemplate": "t = %{x:.4g} µs<br>%{y:.3g}<extra></extra>",
        }
        for values, name, colour in (
            (spread, "what parameters change", palette.series[0]),
            (noise, "what disorder changes", palette.series[3]),
        )
    ]
    return figure(
        traces,
        palette,
        axis("time t (µs)", palette, range=[min(0.0, float(time[0])), float(time[-1])]),
        axis("standard deviation of M", palette, rangemode="tozero"),
        height=height,
    )
