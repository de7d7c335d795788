"""What a model looked at: importance along the time axis over the mean echo, of single features, and of the best few."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.evaluation.explain import Explanation, Importance, TopK
from nmr_core.plots.explain_rows import (
    HIDDEN,
    bar_axis,
    in_rows,
    mean_echo,
    row_axis,
    row_domains,
    time_edges,
    whiskers,
)
from nmr_core.plots.explain_slopes import curve_slopes_figure, sensitivity_figure
from nmr_core.plots.explain_windows import other_features, window_bars_figure, windowed_kinds
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

MOST_BARS = 24

__all__ = [
    "MOST_BARS",
    "curve_slopes_figure",
    "feature_bars_figure",
    "importance_figure",
    "other_features",
    "sensitivity_figure",
    "top_k_figure",
    "window_bars_figure",
    "windowed_kinds",
]


def importance_figure(
    explanation: Explanation,
    importance: Importance,
    palette: Palette,
    symbols: dict[str, str],
    *,
    setting: int = 0,
    channel: str = "together",
    what: str = "drop of R²",
) -> go.Figure:
    """Blocks of time, a row a measure: how much worse it becomes without them, with the 95 % interval of the repeats; behind
    the bars the mean of |M| and its 5-95 % band."""
    shown = (
        importance.timed
        & (importance.settings == setting)
        & (np.array(importance.channels) == channel)
    )
    edges = time_edges(explanation.time)
    first, last = edges[importance.support[shown, 0]], edges[importance.support[shown, 1]]
    n, traces, layout = len(importance.measures), [], {}
    for row, (low, high) in enumerate(row_domains(n)):
        bars = f"{n + row + 1}"
        mean, interval = importance.mean[shown, row], importance.interval[shown, row]
        colour = palette.series[row % len(palette.series)]
        name = plain(symbols.get(importance.measures[row], importance.measures[row]))
        traces += mean_echo(explanation, setting, row_axis(row), palette)
        traces.append(
            {
                "type": "bar",
                "x": (first + last) / 2,
                "width": 0.92 * (last - first),
                "y": mean,
                "name": name,
                "yaxis": f"y{bars}",
                "marker": {"color": faded(colour, 0.85), "line": {"width": 0}},
                "error_y": whiskers(mean, interval, palette),
                "customdata": np.stack([first, last], axis=1),
                "hovertemplate": f"{name}, %{{customdata[0]:.2f}}–%{{customdata[1]:.2f}} µs<br>"
                f"{what} %{{y:.3g}}<extra></extra>",
            }
        )
        layout[row_axis(row, "yaxis")] = HIDDEN | {"domain": [low, high]}
        layout[f"yaxis{bars}"] = bar_axis(name, palette, row, rangemode="tozero")
    return in_rows(
        traces,
        layout,
        n,
        palette,
        "time t (µs)",
        f"{what} when a block of time is shuffled",
        [float(edges[0]), float(edges[-1])],
    )


def feature_bars_figure(
    importance: Importance,
    rows: np.ndarray,
    palette: Palette,
    symbols: dict[str, str],
    what: str = "drop of R²",
) -> go.Figure:
    """The most important of some groups (by the sum of their shares over the measures), a bar a measure."""
    mean = importance.mean[rows]
    share = (mean / np.maximum(np.abs(mean).max(axis=0), 1e-12)).sum(axis=1)
    rows = rows[np.argsort(share, kind="stable")[-MOST_BARS:]]
    names = [plain(importance.names[k]) for k in rows]
    traces = []
    for k, measure in enumerate(importance.measures):
        mean = importance.mean[rows, k]
        error = whiskers(mean, importance.interval[rows, k], palette)
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": names,
                "x": mean,
                "error_x": error,
                "name": plain(symbols.get(measure, measure)),
                "marker": {"color": palette.series[k % len(palette.series)]},
                "hovertemplate": f"%{{y}}<br>{what} %{{x:.3g}}<extra></extra>",
            }
        )
    return figure(
        traces,
        palette,
        axis(what, palette, rangemode="tozero"),
        axis("", palette, automargin=True, showgrid=False),
        height=140 + len(rows) * (8 + 8 * len(importance.measures)),
        barmode="group",
        bargap=0.25,
    )


def top_k_figure(
    top_k: TopK, palette: Palette, symbols: dict[str, str], what: str = "R² on held-out curves"
) -> go.Figure:
    """Score against the number of best features, with 95 % bands; dashed: the baseline."""
    traces = []
    for k, measure in enumerate(top_k.measures):
        colour, name = palette.series[k % len(palette.series)], plain(symbols.get(measure, measure))
        value, low, high = np.clip(top_k.scores[:, k], -0.6, None).T
        band = {
            "type": "scatter",
            "mode": "lines",
            "x": top_k.k,
            "showlegend": False,
            "hoverinfo": "skip",
            "line": {"width": 0},
        }
        traces += [
            band | {"y": high},
            band | {"y": low, "fill": "tonexty", "fillcolor": faded(colour, 0.15)},
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": top_k.k,
                "y": value,
                "name": name,
                "line": {"color": colour, "width": 2.2},
                "marker": {"size": 7},
                "hovertemplate": f"{name}, best %{{x:,}}<br>%{{y:.3f}}<extra></extra>",
            },
        ]
    baseline = float(np.mean(top_k.baseline))
    line = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": baseline,
        "y1": baseline,
        "line": {"color": palette.ink, "dash": "dash", "width": 1.2},
    }
    note = {
        "xref": "paper",
        "x": 1,
        "y": baseline,
        "xanchor": "right",
        "yanchor": "bottom",
        "text": "baseline",
        "showarrow": False,
    }
    low = float(np.clip(np.nanmin(top_k.scores[:, :, 1]), -0.5, 0)) - 0.03
    return figure(
        traces,
        palette,
        axis(
            "best features kept",
            palette,
            type="log",
            tickvals=top_k.k,
            ticktext=[f"{k:,}" for k in top_k.k],
        ),
        axis(what, palette, range=[low, 1.03]),
        height=400,
        shapes=[line],
        annotations=[note],
    )
