"""How runs compare: a bar each, with the baseline and what was published as lines."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.evaluation.published import Published
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette

BAR, MANY, THIN_BAR = 34, 8, 22
"""Pixels of a bar; of more runs than MANY it is thinner."""
LONGEST = 38
"""Characters of a name beside a bar."""


def leaderboard_figure(
    table: pd.DataFrame,
    colours: dict[str, str],
    palette: Palette,
    label: str,
    published: Sequence[Published] = (),
    log: bool = False,
) -> go.Figure:
    """One measure of each run with its 95 % interval, the best on top.

    table     : run, title, value, low, high, baseline, best first, as :func:`nmr_core.evaluation.compare.standings` gives it
    published : dotted lines; the baseline, if it is the same for all runs, is a dashed one
    """
    baseline = common_baseline(table)
    lines = [(baseline, "baseline", "dash", palette.ink)] if baseline is not None else []
    lines += [(p.value, plain(p.label), "dot", palette.series[3]) for p in published]
    table = table.iloc[::-1]
    value, low, high = (table[name].to_numpy(float) for name in ("value", "low", "high"))
    names, widest = _names(table), np.nanmax([*value, *high, *(at for at, *_ in lines), 0])
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": names,
        "x": value,
        "width": 0.72,
        "marker": {"color": [colours[run] for run in table["run"]]},
        "customdata": table["run"].to_list(),
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": np.nan_to_num(high - value),
            "arrayminus": np.nan_to_num(value - low),
            "color": palette.ink,
            "thickness": 1.2,
            "width": 3,
        },
        "hovertemplate": "%{y}<br>%{x:.4g}<extra>%{customdata}</extra>",
    }
    height = 76 + 17 * len(lines) + (BAR if len(table) <= MANY else THIN_BAR) * len(table)
    x = axis(label, palette, **({"type": "log"} if log else {"rangemode": "tozero"}))
    notes = [
        _note(at, text, colour, k, log, at > 0.6 * widest)
        for k, (at, text, _, colour) in enumerate(lines)
    ]
    return figure(
        [bars],
        palette,
        x,
        axis("", palette, automargin=True, showgrid=False),
        height=height,
        showlegend=False,
        shapes=[_line(at, dash, colour) for at, _, dash, colour in lines],
        annotations=notes,
        margin={"l": 60, "r": 16, "t": 12 + 17 * len(lines), "b": 48},
        bargap=0.1,
    )


def _names(table: pd.DataFrame) -> list[str]:
    """Titles, cut where they are long; equal ones with the end of the run's id."""
    short = [
        plain(title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…")
        for title in table["title"]
    ]
    return [
        f"{name}  ·  {run[-4:]}" if short.count(name) > 1 else name
        for name, run in zip(short, table["run"], strict=True)
    ]


def common_baseline(table: pd.DataFrame) -> float | None:
    """The baseline's value, if it is one number for all runs."""
    baselines = table["baseline"].to_numpy(float)
    return (
        float(baselines[0])
        if len(baselines) and np.ptp(baselines) < 1e-3 * max(1e-12, abs(baselines[0]))
        else None
    )


def _line(at: float, dash: str, colour: str) -> dict:
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "dash": dash, "width": 1.3},
    }


def _note(at: float, text: str, colour: str, row: int, log: bool, to_the_left: bool) -> dict:
    return {
        "x": np.log10(at) if log else at,
        "xanchor": "right" if to_the_left else "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "yshift": 17 * row,
        "text": text,
        "showarrow": False,
        "font": {"size": 11, "color": colour},
    }
