"""Whether the width of an interval says something: against the error, over the range, and how large sets of classes are."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, key_note
from nmr_core.plots.palette import Palette, faded

FEW = 8
"""Ranges of the width, each with as many curves."""
HEIGHT = 420


def width_error_figure(
    reach: np.ndarray, error: np.ndarray, level: float, label: str, palette: Palette
) -> go.Figure:
    """|error| of every curve against how far its interval reaches from the estimate towards the truth: above the line it is
    missed. The thick line is the ``level`` quantile of |error| in ranges of the reach: on it if the width follows the error.

    reach, error : (n,)
    """
    reach = np.maximum(reach, 1e-6 * max(float(reach.max()), 1e-12))
    low = max(0.01 * float(np.median(error)), 1e-6 * float(reach.max()), 1e-12)
    order = np.array_split(np.argsort(reach, kind="stable"), FEW if len(reach) >= 12 * FEW else 1)
    x = np.array([np.median(reach[part]) for part in order])
    y = np.array([np.quantile(error[part], level) for part in order])
    ends = np.array([reach.min() * 0.95, reach.max() * 1.05])
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": ends,
        "hoverinfo": "skip",
        "showlegend": False,
        "line": {"color": palette.ink, "width": 1.2, "dash": "dash"},
    }
    share = f"{100 * level:g} % of the errors"
    middle = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "line": {"color": palette.series[1], "width": 3},
        "marker": {"size": 8},
        "showlegend": False,
        "hovertemplate": "reach %{x:.3g}: " + share + " are below %{y:.3g}<extra></extra>",
    }
    dots = _dots(
        reach, np.maximum(error, low), error > reach, palette, "reach %{x:.3g}, error %{y:.3g}"
    )
    return figure(
        [*dots, edge, middle],
        palette,
        _log(f"reach of the interval of {label}", palette),
        _log(f"|error| of {label}", palette, 1),
        height=HEIGHT,
        annotations=[_key(share, palette)],
        margin={"l": 76, "r": 16, "t": 24, "b": 48},
    )


def width_over_figure(
    values: np.ndarray,
    width: np.ndarray,
    missed: np.ndarray,
    x_label: str,
    y_label: str,
    palette: Palette,
) -> go.Figure:
    """Width of every interval over the true value of a parameter, missed ones in another colour, with the running median."""
    dots = _dots(values, width, missed, palette, "%{x:.3g}: width %{y:.3g}")
    order = np.array_split(np.argsort(values, kind="stable"), 12 if len(values) >= 120 else 1)
    middle = {
        "type": "scatter",
        "mode": "lines",
        "x": np.array([np.median(values[part]) for part in order]),
        "y": np.array([np.median(width[part]) for part in order]),
        "line": {"color": palette.series[1], "width": 3},
        "showlegend": False,
        "hovertemplate": "%{x:.3g}: median width %{y:.3g}<extra></extra>",
    }
    wide = bool(width.min() > 0 and width.max() > min(20 * width.min(), 5 * np.median(width)))
    title = f"width of the interval of {y_label}"
    return figure(
        [*dots, middle],
        palette,
        axis(x_label, palette),
        _log(title, palette) if wide else axis(title, palette, rangemode="tozero"),
        height=HEIGHT,
        annotations=[_key("median width", palette)],
    )


def set_size_figure(sizes: np.ndarray, inside: np.ndarray, palette: Palette) -> go.Figure:
    """How many classes the sets hold, split into sets with the true class and without."""
    kinds = np.arange(0, max(1, int(sizes.max())) + 1)
    bars = [
        {
            "type": "bar",
            "x": kinds,
            "y": np.array([(chosen & (sizes == k)).sum() for k in kinds]),
            "name": name,
            "marker": {"color": faded(colour, 0.8)},
            "hovertemplate": "%{x} classes: %{y} curves<extra>" + name + "</extra>",
        }
        for name, chosen, colour in (
            ("true class inside", inside, palette.series[0]),
            ("missed", ~inside, palette.series[3]),
        )
    ]
    return figure(
        bars,
        palette,
        axis("classes in the set", palette, tickvals=kinds),
        axis("curves", palette),
        height=360,
        barmode="stack",
    )


def _dots(
    x: np.ndarray, y: np.ndarray, missed: np.ndarray, palette: Palette, hover: str
) -> list[dict]:
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": x[chosen],
            "y": y[chosen],
            "showlegend": False,
            "marker": {"size": 5, "color": faded(colour, 0.55)},
            "hovertemplate": hover + "<extra></extra>",
        }
        for chosen, colour in ((~missed, palette.series[0]), (missed, palette.series[3]))
    ]


def _log(title: str, palette: Palette, decades: int | str = "D2") -> dict:
    return axis(title, palette, type="log", dtick=decades, tickformat="~g")


def _key(line: str, palette: Palette) -> dict:
    return key_note(
        [("inside", palette.series[0]), ("missed", palette.series[3]), (line, palette.series[1])]
    )
