"""Guesses of a room beside the measured number."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.lab import Guess
from nmr_core.plots.layout import CLEAR, axis, figure
from nmr_core.plots.palette import Palette, faded

N_BINS = 12
HEIGHT = 200


def guesses_figure(
    guesses: Sequence[float],
    question: Guess,
    answer: float,
    palette: Palette,
    own: float | None = None,
    height: int = HEIGHT,
) -> go.Figure:
    """Draw the histogram of guesses, with the measured number and the reader's own guess.

    Parameters
    ----------
    guesses : sequence of float
        One per person.
    question : Guess
        Range, unit and scale.
    answer : float
        The measured number, a solid line; NaN for none.
    palette : Palette
        Colours of the theme.
    own : float, optional
        The reader's guess, a dashed line.
    height : int
        Pixels.
    """
    edges = _edges(question)
    counts, _ = np.histogram(np.clip(guesses, question.low, question.high), edges)
    scaled = np.log10(edges) if question.log else edges
    bars = {
        "type": "bar",
        "x": (scaled[:-1] + scaled[1:]) / 2,
        "y": counts,
        "width": np.diff(scaled) * 0.94,
        "marker": {"color": faded(palette.series[0], 0.55)},
        "customdata": np.stack([edges[:-1], edges[1:]], axis=1),
        "hovertemplate": "%{customdata[0]:.2g} to %{customdata[1]:.2g}: %{y}<extra></extra>",
    }
    lines = [("measured", answer, palette.series[3], "solid")]
    if own is not None:
        lines.append(("your guess", own, palette.ink, "dash"))
    marks = [_mark(*line, question, k) for k, line in enumerate(lines) if np.isfinite(line[1])]
    low, high = scaled[0], scaled[-1]
    for _, note in marks:
        _keep_inside(note, low, high)
    text = f"guess ({question.unit})" if question.unit else "guess"
    title = {"text": text, "font": {"color": palette.ink}, "standoff": 6}
    return figure(
        [bars],
        palette,
        axis(text, palette, range=[low, high], **_ticks(question)) | {"title": title},
        axis("people", palette, range=[0, max(1, counts.max()) * 1.1], dtick=_step(counts.max())),
        height=height,
        checked=False,
        shapes=[shape for shape, _ in marks],
        annotations=[note for _, note in marks],
        margin={"l": 48, "r": 16, "t": 44, "b": 52},
        showlegend=False,
        plot_bgcolor=CLEAR,
    )


def _edges(question: Guess) -> np.ndarray:
    space = np.geomspace if question.log else np.linspace
    return space(question.low, question.high, N_BINS + 1)


def _ticks(question: Guess) -> dict:
    """Labels of a scale that is drawn as logarithms: decades, with 3 where there are few."""
    if not question.log:
        return {}
    low, high = np.log10(question.low), np.log10(question.high)
    decades = np.arange(np.floor(low), np.ceil(high) + 1)
    factors = (1,) if high - low > 4 else (1, 3)
    values = [factor * 10.0**decade for decade in decades for factor in factors]
    inside = [value for value in values if question.low <= value <= question.high]
    return {"tickvals": np.log10(inside), "ticktext": [f"{value:.10g}" for value in inside]}


def _step(most: int) -> int:
    return max(1, int(np.ceil(most / 4)))


def _mark(
    label: str, value: float, colour: str, dash: str, question: Guess, row: int
) -> tuple[dict, dict]:
    """A vertical line and its label above the figure."""
    inside = min(max(value, question.low), question.high)
    x = float(np.log10(inside)) if question.log else inside
    line = {"color": colour, "width": 2, "dash": dash}
    shape = {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}
    note = {
        "x": x,
        "yref": "paper",
        "y": 1 + 0.13 * row,
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"{label} {value:.3g}",
        "font": {"size": 12, "color": colour},
    }
    return shape, note


def _keep_inside(note: dict, low: float, high: float) -> None:
    """Let a label at an edge of the figure grow inwards."""
    position = (note["x"] - low) / (high - low)
    if position < 0.15:
        note["xanchor"] = "left"
    elif position > 0.85:
        note["xanchor"] = "right"
