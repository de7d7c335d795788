"""Parallel coordinates: the options of runs against their error."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nmr_core.evaluation.option_axes import OptionAxis
from nmr_core.plots.layout import figure, plain
from nmr_core.plots.palette import Palette, faded

N_COLOURS = 6
"""Classes of the error that have a colour of their own."""
JITTER = 0.012
"""Lines of runs with equal options lie this far apart, so that each can be seen."""
LONGEST = 24
"""Characters of a tick or of a word in the head of an axis."""


def options_figure(
    axes: Sequence[OptionAxis],
    errors: np.ndarray,
    titles: Sequence[str],
    palette: Palette,
    *,
    label: str,
    reference: int | None = None,
) -> go.Figure:
    """Draw one line per run across an axis per option, and the error on the last axis.

    Good runs are dark and in front; the error is on a logarithmic axis with the best on top.

    Parameters
    ----------
    axes : sequence of OptionAxis
        What the runs differ in.
    errors : array, (n_runs,)
        Positive; NaN: the run is left out.
    titles : sequence of str
        Of the runs.
    palette : Palette
        Colours of the theme.
    label : str
        Of the error.
    reference : int, optional
        Number of the run that is drawn thick.
    """
    drawn = [k for k, error in enumerate(errors) if np.isfinite(error) and error > 0]
    scaled = -np.log(errors[drawn])
    low, high = scaled.min(), scaled.max()
    good = (scaled - low) / (high - low) if high > low else np.full(len(drawn), 0.5)
    last = _error_axis(errors[drawn], good, label)
    columns = [*axes, last]
    order = np.argsort(good)
    spread = _spread([axis.position[drawn] for axis in axes])
    traces = [
        _run_line(
            [*(axis.position[drawn[k]] + spread[k] for axis in axes), last.position[k]],
            _colour(good[k], palette),
            drawn[k] == reference,
            _hover(titles[drawn[k]], axes, drawn[k], errors[drawn[k]], label),
        )
        for k in order
    ]
    hidden = {"visible": False, "fixedrange": True}
    return figure(
        traces,
        palette,
        hidden | {"range": [-0.05, len(columns) - 0.55]},
        hidden | {"range": [-0.08, 1.2]},
        height=430,
        showlegend=False,
        margin={"l": 150, "r": 8, "t": 8, "b": 8},
        shapes=[_upright(k, palette) for k in range(len(columns))],
        annotations=[note for k, axis in enumerate(columns) for note in _notes(k, axis, palette)],
        hovermode="closest",
    )


def _error_axis(errors: np.ndarray, good: np.ndarray, label: str) -> OptionAxis:
    """The axis of the error, with at most six ticks."""
    order = np.argsort(good)
    chosen: list[int] = []
    for k in (order[-1], *order):
        if all(abs(good[k] - good[other]) > 0.12 for other in chosen):
            chosen.append(int(k))
    ticks = [(float(good[k]), f"{errors[k]:.3g}") for k in chosen]
    return OptionAxis(label, good, ticks, [])


def _spread(positions: Sequence[np.ndarray]) -> np.ndarray:
    """A small offset per run, so that equal options do not hide each other."""
    n = len(positions[0]) if positions else 0
    return JITTER * (np.arange(n) - (n - 1) / 2) / max(1, n / 8)


def _colour(good: float, palette: Palette) -> str:
    """From faint (worst) to the first colour of the palette (best)."""
    step = round(good * (N_COLOURS - 1)) / (N_COLOURS - 1)
    return faded(palette.series[0], 0.2 + 0.8 * step**1.5)


def _run_line(y: list[float], colour: str, thick: bool, hover: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(y))),
        "y": y,
        "line": {
            "color": colour,
            "width": 4 if thick else 1.8,
        },
        "marker": {"size": 5, "color": colour},
        "hovertemplate": hover,
    }


def _hover(title: str, axes: Sequence[OptionAxis], k: int, error: float, label: str) -> str:
    lines = [f"{plain(axis.label)}: {plain(axis.texts[k])}" for axis in axes]
    text = "<br>".join([f"<b>{plain(title)}</b>", *lines, f"{plain(label)}: {error:.4g}"])
    return text.replace("%{", "%\u200b{") + "<extra></extra>"


def _upright(k: int, palette: Palette) -> dict:
    return {
        "type": "line",
        "x0": k,
        "x1": k,
        "y0": -0.03,
        "y1": 1.03,
        "line": {"color": palette.muted, "width": 1},
        "layer": "below",
    }


def _notes(k: int, axis: OptionAxis, palette: Palette) -> list[dict]:
    head = {
        "x": k,
        "y": 1.06,
        "xanchor": "center",
        "yanchor": "bottom",
        "text": f"<b>{_wrapped(axis.label)}</b>",
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }
    ticks = [
        {
            "x": k,
            "y": place,
            "xanchor": "right",
            "xshift": -6,
            "text": _cut(text),
            "showarrow": False,
            "bgcolor": faded(palette.faint, 0.85),
            "font": {"size": 11, "color": palette.ink},
        }
        for place, text in axis.ticks
    ]
    return [head, *ticks]


def _cut(text: str) -> str:
    return plain(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _wrapped(label: str) -> str:
    """The head of an axis on up to two lines."""
    first, colon, second = label.partition(": ")
    return f"{_cut(first)}:<br>{_cut(second)}" if colon else _cut(first)
