"""Corner plot of posterior samples: marginal densities, and credible regions of every pair."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from scipy.ndimage import gaussian_filter, gaussian_filter1d

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

LEVELS = (0.5, 0.9)
"""Probabilities of the shaded regions, the inner one first."""
N_BINS, N_CELLS = 100, 60
"""Bins of a marginal, and cells per side of a region."""
SMOOTH_BINS, SMOOTH_CELLS = 2.5, 1.8
"""Standard deviations of the smoothing, in bins and cells."""
TAIL = 0.001
"""Fraction of the samples beyond each end of an axis."""
ROOM = 0.08
"""Free part of an axis on either side of the samples, where the prior does not end before."""
GAP = 0.03
"""Between two panels, as a fraction of the figure."""
SIDE = 190
"""Pixels of a panel."""
OPACITY = {0.5: 0.55, 0.9: 0.22}


def corner_figure(
    samples: np.ndarray,
    targets: Mapping[str, Mapping[str, Any]],
    palette: Palette,
    *,
    truth: np.ndarray | None = None,
) -> go.Figure:
    """Draw the marginal density of every parameter and the credible regions of every pair.

    Parameters
    ----------
    samples : float array, (n_samples, n_parameters)
        In the units of the parameters.
    targets : mapping
        Name -> symbol, unit, low and high of the prior, in the order of the columns.
    palette : Palette
        Colours of the theme.
    truth : float array, (n_parameters,), optional
        True values; NaN where unknown.

    Notes
    -----
    Dark: 50 %, light: 90 % of the probability, of a pair the region of highest density, of one
    parameter the central interval. Densities are smoothed and reflected at the ends of the prior,
    so they reach a bound.
    """
    names, n = list(targets), len(targets)
    specs = [targets[name] for name in names]
    ranges = [_range(samples[:, k], specs[k]) for k in range(n)]
    true = np.full(n, np.nan) if truth is None else np.asarray(truth, float)
    traces: list[dict] = []
    shapes: list[dict] = []
    axes: dict[str, Any] = {}
    for row in range(n):
        for column in range(row + 1):
            number = row * (row + 1) // 2 + column + 1
            panel = _Panel(row, column, number, n)
            axes |= panel.axes(specs, ranges, palette)
            if row == column:
                traces += _marginal(samples[:, row], specs[row], ranges[row], panel, palette)
            else:
                pair = samples[:, [column, row]]
                traces += _pair(pair, (ranges[column], ranges[row]), panel, palette)
            shapes += _truth(true[column], true[row], panel, palette)
    side = SIDE if n < 4 else SIDE - 40
    return figure(
        traces,
        palette,
        axes.pop("xaxis"),
        axes.pop("yaxis"),
        height=side * n + 90,
        shapes=shapes,
        margin={"l": 74, "r": 16, "t": 24, "b": 56},
        showlegend=False,
        annotations=_key(palette, np.isfinite(true).any()),
        **axes,
    )


class _Panel:
    """One panel: its place, and the names of its axes."""

    def __init__(self, row: int, column: int, number: int, n: int):
        self.row, self.column, self.n = row, column, n
        self.suffix = "" if number == 1 else str(number)

    @property
    def names(self) -> dict[str, str]:
        """References of a trace."""
        return {"xaxis": f"x{self.suffix}", "yaxis": f"y{self.suffix}"}

    def domain(self, position: int) -> list[float]:
        """Of a column, or of a row counted from below, as fractions of the figure."""
        side = (1 - GAP * (self.n - 1)) / self.n
        low = position * (side + GAP)
        return [low, min(1.0, low + side)]

    def axes(
        self, specs: list[Mapping[str, Any]], ranges: list[tuple[float, float]], palette: Palette
    ) -> dict[str, dict]:
        """The two axes, with labels at the left and at the bottom only."""
        at_bottom, at_left = self.row == self.n - 1, self.column == 0
        has_y = at_left and self.row > 0
        x = axis(
            plain(specs[self.column]["label"]) if at_bottom else "",
            palette,
            anchor=f"y{self.suffix}",
            domain=self.domain(self.column),
            range=list(ranges[self.column]),
            showticklabels=at_bottom,
            nticks=4,
        )
        y = axis(
            plain(specs[self.row]["label"]) if has_y else "",
            palette,
            anchor=f"x{self.suffix}",
            domain=self.domain(self.n - 1 - self.row),
            showticklabels=has_y,
            nticks=4,
        )
        if self.row == self.column:
            y |= {"rangemode": "tozero", "showgrid": False, "ticks": ""}
        else:
            y |= {"range": list(ranges[self.row])}
        return {f"xaxis{self.suffix}": x, f"yaxis{self.suffix}": y}


def _range(values: np.ndarray, spec: Mapping[str, Any]) -> tuple[float, float]:
    """Range of an axis: of the samples, with room around, within the prior."""
    low, high = np.quantile(values, [TAIL, 1 - TAIL])
    room = ROOM * max(high - low, 1e-9 * (spec["high"] - spec["low"]))
    return max(float(low - room), float(spec["low"])), min(float(high + room), float(spec["high"]))


def _marginal(
    values: np.ndarray,
    spec: Mapping[str, Any],
    ends: tuple[float, float],
    panel: _Panel,
    palette: Palette,
) -> list[dict]:
    """The density of one parameter, with its central intervals shaded."""
    counts, edges = np.histogram(values, N_BINS, ends, density=True)
    density = gaussian_filter1d(counts, SMOOTH_BINS, mode="reflect")
    x = (edges[:-1] + edges[1:]) / 2
    x, density = np.r_[edges[0], x, edges[-1]], np.r_[density[0], density, density[-1]]
    colour = palette.series[0]
    traces = []
    for level in LEVELS[::-1]:
        low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
        inside = np.r_[low, x[(x > low) & (x < high)], high]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": np.float32(inside),
                "y": np.float32(np.interp(inside, x, density)),
                "fill": "tozeroy",
                "fillcolor": faded(colour, OPACITY[level]),
                "line": {"width": 0},
                "hoverinfo": "skip",
            }
        )
    symbol, unit = plain(spec["symbol"]), plain(spec["unit"])
    traces.append(
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.float32(x),
            "y": np.float32(density),
            "line": {"color": colour, "width": 2},
            "hovertemplate": f"{symbol} = %{{x:.4g}} {unit}<extra></extra>",
        }
    )
    return [trace | panel.names for trace in traces]


def _pair(
    values: np.ndarray,
    ends: tuple[tuple[float, float], tuple[float, float]],
    panel: _Panel,
    palette: Palette,
) -> list[dict]:
    """The regions of highest density of two parameters."""
    counts, x, y = np.histogram2d(values[:, 0], values[:, 1], N_CELLS, list(ends))
    density = gaussian_filter(counts, SMOOTH_CELLS, mode="reflect")

    # Per cell the fraction of the samples in all cells that are denser
    order = np.argsort(-density, axis=None)
    enclosed = np.empty(density.size)
    enclosed[order] = np.cumsum(counts.ravel()[order]) / len(values)
    z = enclosed.reshape(density.shape).T
    colour = palette.series[0]
    shared = {
        "type": "contour",
        "x": np.float32((x[:-1] + x[1:]) / 2),
        "y": np.float32((y[:-1] + y[1:]) / 2),
        "z": np.float32(z),
        "showscale": False,
        "hoverinfo": "skip",
    }
    return [
        shared
        | panel.names
        | {
            # plotly fills what the constraint excludes
            "contours": {"type": "constraint", "operation": ">", "value": level},
            "fillcolor": faded(colour, OPACITY[level]),
            "line": {"color": colour, "width": 1.2},
        }
        for level in LEVELS[::-1]
    ]


def _truth(x: float, y: float, panel: _Panel, palette: Palette) -> list[dict]:
    """Lines at the true values."""
    line = {"color": palette.series[3], "width": 1.4, "dash": "dash"}
    names = panel.names
    shapes = []
    if np.isfinite(x):
        along = {"xref": names["xaxis"], "yref": f"{names['yaxis']} domain"}
        shapes.append({"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": line} | along)
    if np.isfinite(y) and panel.row != panel.column:
        along = {"xref": f"{names['xaxis']} domain", "yref": names["yaxis"]}
        shapes.append({"type": "line", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line} | along)
    return shapes


def _key(palette: Palette, has_truth: bool) -> list[dict]:
    """What the shades and lines are, at the upper right."""
    blue = palette.series[0]
    entries = [(faded(blue, 0.75), "■", "50 %"), (faded(blue, 0.4), "■", "90 %")]
    if has_truth:
        entries.append((palette.series[3], "╌", "true"))
    text = "&nbsp;&nbsp;&nbsp;".join(
        f'<span style="color:{colour}">{mark}</span> {word}' for colour, mark, word in entries
    )
    place = {"x": 0.96, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "right"}
    font = {"size": 12, "color": palette.ink}
    return [place | {"yanchor": "top", "text": text, "showarrow": False, "font": font}]
