"""Importance of features: over the time axis, per polynomial window, single ones, and the best few."""

import re

import numpy as np
import plotly.graph_objects as go

from nmr_core.evaluation.explain import Explanation, Importance, TopK
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal

ROW = 130
"""Pixels of one row of a figure with several."""
GAP = 0.035
HIDDEN = {"visible": False, "range": [0, 0.55], "fixedrange": True}
"""Axis of the mean echo behind a row's bars."""


def row_axis(row: int, axis: str = "y") -> str:
    """ "y", "y2" ... of a row's background."""
    return f"{axis}{row + 1 if row else ''}"


def bar_axis(title: str, palette: Palette, row: int, **more) -> dict:
    """Axis of a row's bars, over its background."""
    return (
        axis(
            title,
            palette,
            overlaying=row_axis(row),
            side="left",
            tickmode="auto",
            nticks=4,
            showgrid=False,
        )
        | {"title": {"text": title, "standoff": 10}}
        | more
    )


def time_edges(time: np.ndarray) -> np.ndarray:
    """Return where the cells of a time axis begin and end, µs, (n_times + 1,)."""
    step = float(time[-1] - time[0]) / max(1, len(time) - 1)
    return np.append(time, time[-1] + step) - step / 2


def row_domains(n: int) -> list[tuple[float, float]]:
    """(low, high) of ``n`` rows in the figure, from the top."""
    height = (1 - GAP * (n - 1)) / n
    return [(max(0.0, 1 - (k + 1) * height - k * GAP), 1 - k * (height + GAP)) for k in range(n)]


def whiskers(mean: np.ndarray, interval: np.ndarray, palette: Palette) -> dict:
    """Error bars of the repeats, invisible if there was only one."""
    up, down = interval[:, 1] - mean, mean - interval[:, 0]
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "width": 0,
        "thickness": 1,
        "color": faded(palette.ink, 0.7),
        "visible": bool((up > 0).any()),
    }


def mean_echo(
    explanation: Explanation, setting: int, yaxis: str, palette: Palette, xaxis: str = "x"
) -> list[dict]:
    """Mean of |M| and its 5-95 % band, behind the bars of a row."""
    mean, low, high = explanation.echo[:, setting]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": np.float32(explanation.time),
        "yaxis": yaxis,
        "xaxis": xaxis,
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [
        line | {"y": high, "line": {"width": 0}},
        line
        | {
            "y": low,
            "line": {"width": 0},
            "fill": "tonexty",
            "fillcolor": faded(palette.ink, 0.09),
        },
        line | {"y": mean, "line": {"color": faded(palette.ink, 0.45), "width": 1.3}},
    ]


def in_rows(
    traces: list[dict],
    layout: dict,
    n: int,
    palette: Palette,
    x_title: str,
    title: str,
    x_range: list[float],
) -> go.Figure:
    """Traces in ``n`` rows, whose axes are in ``layout``, above one time axis."""
    x = axis(x_title, palette, range=x_range, anchor="free", position=0)
    drawn = figure(
        traces,
        palette,
        x,
        layout.pop("yaxis"),
        height=90 + ROW * n,
        showlegend=False,
        title=title,
        bargap=0,
        margin={"l": 88, "r": 16, "t": 40, "b": 48},
        **layout,
    )
    return drawn.update_layout(barmode="overlay")


MOST_BARS = 24


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
    """Draw the importance of blocks of time (µs), one row per score, over the mean echo.

    Parameters
    ----------
    explanation : Explanation
    importance : Importance
        Loss of score when a block is shuffled, with its 95 % interval over the repeats.
    symbols : dict of str to str
        Name of a target -> symbol.
    setting : int
        Acquisition of the sample.
    channel : {"together", "re", "im", "abs"}
        Part of the signal that is shuffled.
    what : str
        Quantity of the bars.
    """
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
    """Draw the 24 most important of some features, one bar per score.

    Parameters
    ----------
    rows : int array, (n,)
        Features to choose from. They are ranked by their sum over the scores, each relative to its largest.
    symbols : dict of str to str
        Name of a target -> symbol.
    what : str
        Quantity of the bars.
    """
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
    """Draw the score against the number of best features, with 95 % bands; the baseline is dashed.

    Scores below -0.6 are drawn there.

    Parameters
    ----------
    top_k : TopK
        Scores of the model trained again on its best features.
    symbols : dict of str to str
        Name of a target -> symbol.
    what : str
        Title of the score.
    """
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
    line = horizontal(baseline, palette.ink, "dash")
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
    """Draw the importance of polynomial coefficients over the windows they are fitted in.

    One row per number of windows, one colour per power, one bar per coefficient.

    Parameters
    ----------
    measure : int
        Score, a column of ``importance.mean``.
    setting : int
        Acquisition of the sample.
    channel : {"re", "im", "abs"}
    kind : {"polynomial", "polynomial_fft"}
        Polynomials over time (µs), or over fractions of the frequency band.
    what : str
        Quantity of the bars.
    """
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
    """Begin and end of windows: in µs, or as fractions of the frequency band."""
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
    """Return the featurizers among these features that fit polynomials in windows."""
    return list(dict.fromkeys(m["kind"] for m in map(WINDOW.fullmatch, importance.names) if m))


def other_features(importance: Importance) -> np.ndarray:
    """Return the rows that are neither a block of time nor a coefficient in a window, int (n,)."""
    windowed = [bool(WINDOW.fullmatch(name)) for name in importance.names]
    return np.flatnonzero(~importance.timed & ~np.array(windowed))
