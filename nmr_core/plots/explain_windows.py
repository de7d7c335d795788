"""Importance of polynomial coefficients over the windows that they are fitted in."""

import re

import numpy as np
import plotly.graph_objects as go

from nmr_core.evaluation.explain import Explanation, Importance
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
from nmr_core.plots.palette import Palette

WINDOW = re.compile(
    r"(?:s\d+__)?(?P<kind>polynomial\w*?)__(?P<channel>re|im|abs)__(?P<n>\d+)_(?P<bin>\d+)__x(?P<power>\d+)"
)


def window_bars_figure(
    explanation: Explanation,
    importance: Importance,
    palette: Palette,
    measure: int = 0,
    *,
    setting: int = 0,
    channel: str = "re",
    kind: str = "polynomial",
    what: str = "drop of R²",
) -> go.Figure:
    """Coefficients of polynomials over their windows: a row a number of windows, a colour a power, one bar each."""
    found = [
        (k, m)
        for k, m in enumerate(map(WINDOW.fullmatch, importance.names))
        if m and m["kind"] == kind and m["channel"] == channel and importance.settings[k] == setting
    ]
    splits, powers = (
        sorted({int(m["n"]) for _, m in found}),
        sorted({int(m["power"]) for _, m in found}),
    )
    edges, along = time_edges(explanation.time), kind == "polynomial"
    n, traces, layout = len(splits), [], {}
    high_end = max((float(importance.interval[k, measure, 1]) for k, _ in found), default=1.0)
    low_end = min(0.0, *(float(importance.mean[k, measure]) for k, _ in found))
    for row, ((low, high), split) in enumerate(zip(row_domains(n), splits, strict=True)):
        bars = f"{n + row + 1}"
        if along:
            traces += mean_echo(explanation, setting, row_axis(row), palette)
        else:
            traces.append(
                {
                    "type": "scatter",
                    "x": [0],
                    "y": [None],
                    "yaxis": row_axis(row),
                    "showlegend": False,
                }
            )
        for power in powers:
            own = [
                (k, int(m["bin"]))
                for k, m in found
                if int(m["n"]) == split and int(m["power"]) == power
            ]
            rows = [k for k, _ in own]
            begin, end = _spans(
                importance, rows, [b for _, b in own], split, edges if along else None
            )
            mean, interval = importance.mean[rows, measure], importance.interval[rows, measure]
            width = 0.84 * (end - begin) / len(powers)
            traces.append(
                {
                    "type": "bar",
                    "x": begin + 0.08 * (end - begin) + (powers.index(power) + 0.5) * width,
                    "y": mean,
                    "width": 0.94 * width,
                    "yaxis": f"y{bars}",
                    "name": f"x{_SUPER[power]}",
                    "showlegend": row == 0,
                    "marker": {"color": palette.series[power % len(palette.series)]},
                    "legendgroup": str(power),
                    "error_y": whiskers(mean, interval, palette),
                    "customdata": [importance.names[k] for k in rows],
                    "hovertemplate": f"%{{customdata}}<br>{what} %{{y:.3g}}<extra></extra>",
                }
            )
        layout[row_axis(row, "yaxis")] = HIDDEN | {"domain": [low, high]}
        layout[f"yaxis{bars}"] = bar_axis(
            f"{split} windows", palette, row, range=[low_end, 1.05 * max(high_end, 1e-6)]
        )
    span = [float(edges[0]), float(edges[-1])] if along else [0, 1]
    drawn = in_rows(
        traces,
        layout,
        n,
        palette,
        "time t (µs)" if along else "share of the frequency band",
        "",
        span,
    )
    drawn.update_layout(barmode="overlay", showlegend=True)
    for number, split in enumerate(splits):
        _separate(drawn, split, span, number, palette)
    return drawn


_SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def _spans(
    importance: Importance, rows: list[int], bins: list[int], split: int, edges
) -> tuple[np.ndarray, np.ndarray]:
    """Begin and end of windows: in µs by what the features look at, else as shares."""
    if edges is None:
        return np.array(bins) / split, (np.array(bins) + 1) / split
    return edges[importance.support[rows, 0]], edges[importance.support[rows, 1]]


def _separate(drawn: go.Figure, split: int, span: list[float], row: int, palette: Palette) -> None:
    """A faint line between windows, as one path."""
    at = np.linspace(span[0], span[1], split + 1)[1:-1]
    drawn.add_shape(
        type="path",
        path=" ".join(f"M{x:.6g},0V1" for x in at),
        xref="x",
        layer="below",
        yref=f"{row_axis(row)} domain",
        line={"color": palette.faint, "width": 1},
    )


def windowed_kinds(importance: Importance) -> list[str]:
    """Featurizers among these features that fit polynomials in windows: of ``polynomial``, ``polynomial_fft``."""
    return list(dict.fromkeys(m["kind"] for m in map(WINDOW.fullmatch, importance.names) if m))


def other_features(importance: Importance) -> np.ndarray:
    """Groups that are neither a block of time nor a coefficient in a window, int (n,)."""
    windowed = [bool(WINDOW.fullmatch(name)) for name in importance.names]
    return np.flatnonzero(~importance.timed & ~np.array(windowed))
