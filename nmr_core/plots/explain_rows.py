"""Rows along the time axis, each with bars over the mean echo: what the pictures of an explanation share."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.evaluation.explain import Explanation
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette, faded

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
    """Where points begin and end, µs, (n_times + 1,)."""
    step = float(time[-1] - time[0]) / max(1, len(time) - 1)
    return np.append(time, time[-1] + step) - step / 2


def row_domains(n: int) -> list[tuple[float, float]]:
    """(low, high) of ``n`` rows in the figure, from the top."""
    height = (1 - GAP * (n - 1)) / n
    return [(max(0.0, 1 - (k + 1) * height - k * GAP), 1 - k * (height + GAP)) for k in range(n)]


def whiskers(mean: np.ndarray, interval: np.ndarray, palette: Palette) -> dict:
    """Whiskers, where there was more than one repeat."""
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
    """Mean of |M| and its band."""
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
