"""Many echoes at once: percentile bands, a few sampled curves in one trace, and where the parameters lie."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.parameters import Parameter
from nmr_core.plots.layout import axis, figure
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
