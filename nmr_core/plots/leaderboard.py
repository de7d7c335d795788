"""One measure of several runs beside the baseline and published results."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.evaluation.published import Published
from nmr_core.glossary import far_worse, score_text
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette

ROW, MANY, LOW_ROW = 46, 8, 38
"""Pixels per run; of more runs than MANY they are lower."""
LONGEST = 46
"""Characters of a title."""
LINE = 17
"""Pixels per name of a line above the figure."""
TEXT = (5, 25)
"""Pixels above a point where its text begins and ends."""


@dataclass(frozen=True)
class Reference:
    """A run that the others are compared with.

    Attributes
    ----------
    value : float
        Its score; NaN: no line.
    changes : dict of str to str
        Run id -> text behind the value of a run, such as "−12 % [−18, −5]".
    """

    value: float
    changes: dict[str, str]


def leaderboard_figure(
    table: pd.DataFrame,
    colours: dict[str, str],
    palette: Palette,
    label: str,
    published: Sequence[Published] = (),
    higher_is_better: bool = False,
    reference: Reference | None = None,
) -> go.Figure:
    """Draw one measure per run as a point with its 95 % interval, the best run on top.

    Errors have a logarithmic axis, so that differences of good runs are visible; scores that are at
    best 1 have a linear one that begins at the lowest run. Runs far worse than the baseline stand
    at the edge.

    Parameters
    ----------
    table : DataFrame
        run, title, value, low, high, baseline, best first, as returned by
        :func:`nmr_core.evaluation.compare.standings`.
    colours : dict of str to str
        By run id.
    palette : Palette
        Colours of the theme.
    label : str
        Measure, the title of the axis.
    published : sequence of Published
        Dotted lines. The baseline, where all runs share it, is dashed.
    higher_is_better : bool
        Whether larger scores are better.
    reference : Reference, optional
        Run that the others are compared with: a line, and a text behind each value.
    """
    baseline = common_baseline(table)
    value, low, high = (table[name].to_numpy(float) for name in ("value", "low", "high"))
    own = table["baseline"].to_numpy(float)
    beyond = np.array(
        [far_worse(*pair, higher_is_better) for pair in zip(value, own, strict=True)], dtype=bool
    )
    lines = [] if baseline is None else [(baseline, "baseline", "dash", palette.ink)]
    lines += [(p.value, plain(p.label), "dot", palette.series[3]) for p in published]
    if reference is not None and np.isfinite(reference.value):
        lines.append((reference.value, "reference run", "dashdot", palette.series[0]))
    changes = reference.changes if reference else {}
    shown = np.concatenate(
        [value[~beyond], low[~beyond], high[~beyond], [p.value for p in published]]
    )
    first, last = _range(shown, baseline, higher_is_better)
    names, n = _names(table), len(table)
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": np.where(beyond, first if higher_is_better else last, value),
        "y": np.arange(n),
        "text": names,
        "customdata": table["run"].to_list(),
        "marker": {
            "size": 11,
            "color": [colours[run] for run in table["run"]],
            "symbol": _symbols(beyond, higher_is_better),
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": np.where(beyond, 0, np.nan_to_num(high - value)),
            "arrayminus": np.where(beyond, 0, np.nan_to_num(value - low)),
            "color": palette.ink,
            "thickness": 1.2,
            "width": 3,
        },
        "hovertemplate": "%{text}<br>%{x:.4g}<extra>%{customdata}</extra>",
    }
    scores = [score_text(value[k], own[k], higher_is_better, low[k], high[k]) for k in range(n)]
    texts = [
        _row_text(k, names[k], scores[k], changes.get(run, ""))
        for k, run in enumerate(table["run"])
    ]
    scale = (lambda x: x) if higher_is_better else np.log10
    middle = (scale(first) + scale(last)) / 2
    notes = [
        _line_text(scale(x), text, colour, k, scale(x) > middle)
        for k, (x, text, _, colour) in enumerate(lines)
        if first <= x <= last
    ]
    row_height = ROW if n <= MANY else LOW_ROW
    shapes = [
        _broken_line(x, n, row_height, {"color": colour, "dash": dash, "width": 1.3})
        for x, _, dash, colour in lines
        if first <= x <= last
    ]
    height = 76 + LINE * len(lines) + row_height * n
    return figure(
        [points],
        palette,
        axis(label, palette, range=[scale(first), scale(last)])
        | ({} if higher_is_better else {"type": "log"} | _ticks(first, last)),
        axis("", palette, range=[max(n, 1) - 0.5, -0.85], visible=False),
        height=height,
        showlegend=False,
        shapes=shapes,
        annotations=texts + notes,
        margin={"l": 14, "r": 16, "t": 12 + LINE * len(lines), "b": 48},
    )


def common_baseline(table: pd.DataFrame) -> float | None:
    """Return the value of the baseline, None unless all runs share it."""
    values = table["baseline"].to_numpy(float)
    if not len(values) or not np.isfinite(values).all():
        return None
    tolerance = 1e-3 * max(1e-12, abs(values[0]))
    return float(values[0]) if np.ptp(values) < tolerance or not np.ptp(values) else None


def _range(
    shown: np.ndarray, baseline: float | None, higher_is_better: bool
) -> tuple[float, float]:
    """Ends of the axis."""
    shown = shown[np.isfinite(shown)]
    if higher_is_better:
        lowest = shown.min(initial=1.0)
        return float(lowest - 0.06 * (1.02 - lowest)), 1.02
    positive = shown[shown > 0]
    values = [*positive, *([baseline] if baseline else [])] or [0.1, 1.0]
    return float(min(values) / 1.25), float(max(values) * 1.25)


def _ticks(first: float, last: float) -> dict:
    """1, 2 and 5 per decade."""
    decades = range(int(np.floor(np.log10(first))), int(np.ceil(np.log10(last))) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in (1, 2, 5)]
    return {"tickvals": ticks, "ticktext": [f"{tick:.10g}" for tick in ticks]}


def _symbols(beyond: np.ndarray, higher_is_better: bool) -> list[str]:
    arrow = "triangle-left" if higher_is_better else "triangle-right"
    return [arrow if out else "circle" for out in beyond]


def _names(table: pd.DataFrame) -> list[str]:
    """Titles, cut where they are long; equal ones with the end of the run's id."""
    titles = [
        plain(title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…")
        for title in table["title"]
    ]
    return [
        f"{title}  ·  {run[-4:]}" if titles.count(title) > 1 else title
        for title, run in zip(titles, table["run"], strict=True)
    ]


def _broken_line(x: float, n: int, row_height: int, style: dict) -> dict:
    """A vertical line with gaps where the names of the runs stand."""
    below, above = -TEXT[0] / row_height, -TEXT[1] / row_height
    ends = [*(row + above for row in range(n)), n - 0.5]
    starts = [-0.85, *(row + below for row in range(n))]
    path = " ".join(f"M {x!r} {a:.3f} L {x!r} {b:.3f}" for a, b in zip(starts, ends, strict=True))
    return {"type": "path", "path": path, "line": style, "layer": "below"}


def _row_text(row: int, name: str, value: str, change: str) -> dict:
    """Name and value above a run's point: beside it a phone would have no room."""
    return {
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": row,
        "yanchor": "bottom",
        "yshift": 6,
        "text": " · ".join(text for text in (name, value, change) if text),
        "showarrow": False,
        "font": {"size": 12},
    }


def _line_text(x: float, text: str, colour: str, row: int, to_the_left: bool) -> dict:
    return {
        "x": x,
        "xanchor": "right" if to_the_left else "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": LINE * row,
        "text": text,
        "showarrow": False,
        "font": {"size": 11, "color": colour},
    }
