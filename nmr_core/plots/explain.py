"""Importance of features: over time, per polynomial window, single ones, and the best few."""

import re
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from nmr_core.evaluation.explain import Explanation, Importance, TopK
from nmr_core.plots.layout import axis, figure, plain, row_axis, row_domains
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal

ROW = 130
"""Pixels of one row of a figure with several."""
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
HIDDEN = {"visible": False, "range": [0, 0.55], "fixedrange": True}
"""Axis of the mean echo behind a row's bars."""


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
        | {"title": {"text": title, "standoff": 10, "font": {"color": palette.ink}}}
        | more
    )


def time_edges(time: np.ndarray) -> np.ndarray:
    """Return where the cells of a time axis begin and end, µs, (n_times + 1,)."""
    step = float(time[-1] - time[0]) / max(1, len(time) - 1)
    return np.append(time, time[-1] + step) - step / 2


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
        Result of ``explain``.
    importance : Importance
        Loss of score when a block is shuffled, with its 95 % interval over the repeats.
    palette : Palette
        Colours of the theme.
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
    importance : Importance
        Importance of each group of features.
    rows : int array, (n,)
        Features to choose from. They are ranked by their sum over the scores, each relative to its
        largest.
    palette : Palette
        Colours of the theme.
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
    top_k: TopK, palette: Palette, symbols: dict[str, str], what: str = "R² on held-out echoes"
) -> go.Figure:
    """Draw the score against the number of best features, with 95 % bands; the baseline is dashed.

    Scores below -0.6 are drawn there.

    Parameters
    ----------
    top_k : TopK
        Scores of the model trained again on its best features.
    palette : Palette
        Colours of the theme.
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
            "number of best features",
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
    explanation : Explanation
        Result of ``explain``.
    importance : Importance
        Importance of each group of features.
    palette : Palette
        Colours of the theme.
    measure : int
        Score, a column of ``importance.mean``.
    setting : int
        Acquisition of the sample.
    channel : {"re", "im", "abs"}
        Channel of the signal.
    kind : {"polynomial", "polynomial_fft"}
        Polynomials over time (µs), or over fractions of the frequency band.
    what : str
        Quantity of the bars.
    """
    coefficients = _coefficients(importance, kind, channel, setting)
    splits = sorted({c.n_windows for c in coefficients})
    powers = sorted({c.power for c in coefficients})
    edges = time_edges(explanation.time)
    along_time = kind == "polynomial"
    rows = [c.row for c in coefficients]
    highest = float(importance.interval[rows, measure, 1].max(initial=1e-6))
    lowest = float(importance.mean[rows, measure].min(initial=0.0))
    n, traces, layout = len(splits), [], {}
    for row, ((low, high), split) in enumerate(zip(row_domains(n), splits, strict=True)):
        background, bars = row_axis(row), f"y{n + row + 1}"
        if along_time:
            traces += mean_echo(explanation, setting, background, palette)
        else:
            empty = {"type": "scatter", "x": [0], "y": [None], "showlegend": False}
            traces.append(empty | {"yaxis": background})
        for position, power in enumerate(powers):
            own = [c for c in coefficients if (c.n_windows, c.power) == (split, power)]
            begin, end = _spans(importance, own, edges if along_time else None)
            # The powers of one window stand side by side
            width = 0.84 * (end - begin) / len(powers)
            centre = begin + 0.08 * (end - begin) + (position + 0.5) * width
            own_rows = [c.row for c in own]
            mean = importance.mean[own_rows, measure]
            interval = importance.interval[own_rows, measure]
            traces.append(
                {
                    "type": "bar",
                    "x": centre,
                    "y": mean,
                    "width": 0.94 * width,
                    "yaxis": bars,
                    "name": f"x{SUPERSCRIPTS[power]}",
                    "showlegend": row == 0,
                    "marker": {"color": palette.series[power % len(palette.series)]},
                    "legendgroup": str(power),
                    "error_y": whiskers(mean, interval, palette),
                    "customdata": [importance.names[k] for k in own_rows],
                    "hovertemplate": f"%{{customdata}}<br>{what} %{{y:.3g}}<extra></extra>",
                }
            )
        layout[row_axis(row, "yaxis")] = HIDDEN | {"domain": [low, high]}
        layout[f"yaxis{n + row + 1}"] = bar_axis(
            f"{what}<br>{split} windows", palette, row, range=[lowest, 1.05 * highest]
        )
    span = [float(edges[0]), float(edges[-1])] if along_time else [0.0, 1.0]
    x_title = "time t (µs)" if along_time else "fraction of the frequency band"
    drawn = in_rows(traces, layout, n, palette, x_title, "", span)
    drawn.update_layout(barmode="overlay", showlegend=True)
    for number, split in enumerate(splits):
        _separate(drawn, split, span, number, palette)
    return drawn


@dataclass(frozen=True)
class _Coefficient:
    """A polynomial coefficient: its row in the importance, and what its name says."""

    row: int
    n_windows: int
    window: int
    power: int


def _coefficients(
    importance: Importance, kind: str, channel: str, setting: int
) -> list[_Coefficient]:
    coefficients = []
    for row, name in enumerate(importance.names):
        match = WINDOW.fullmatch(name)
        if not match or importance.settings[row] != setting:
            continue
        if (match["kind"], match["channel"]) == (kind, channel):
            numbers = int(match["n"]), int(match["bin"]), int(match["power"])
            coefficients.append(_Coefficient(row, *numbers))
    return coefficients


def _spans(
    importance: Importance, coefficients: list[_Coefficient], edges: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray]:
    """Begin and end of windows: in µs, or as fractions of the frequency band."""
    if edges is None:
        windows = np.array([c.window for c in coefficients])
        n_windows = np.array([c.n_windows for c in coefficients])
        return windows / n_windows, (windows + 1) / n_windows
    support = importance.support[[c.row for c in coefficients]]
    return edges[support[:, 0]], edges[support[:, 1]]


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
