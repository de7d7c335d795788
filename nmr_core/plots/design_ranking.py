"""Experiment design: the settings ranked as the next measurement."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.plots.design_axes import ERROR, error_bars, rows_axis
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import note, vertical

MOST = 16
"""Settings in the figure; the table has all."""
ROW = 26
"""Pixels of a setting."""
LEGEND = 20
"""Pixels of an entry of the legend, which has a line of its own on a phone."""
LETTER = 7.0
"""Pixels of a letter of a row's name."""


def ranking_figure(ranking: pd.DataFrame, now: float, palette: Palette) -> go.Figure:
    """Draw the expected error after each next setting, the best one first.

    Settings of the group of the best one, which the estimate does not distinguish from it, have
    its colour; "measure longer" is a diamond.

    Parameters
    ----------
    ranking : DataFrame
        setting, error (fraction of the ranges) and is_longer (whether it is the present design,
        measured longer), sorted by error; optionally low and high of its interval, and group, a
        number that settings share which are not distinguished. At most 16 rows are drawn.
    now : float
        Error of the present design, a dotted line.
    palette : Palette
        Colours of the theme.
    """
    rows = shortened(ranking)
    names = [plain(str(name)) for name in rows["setting"]]
    groups = rows["group"].to_numpy() if "group" in rows else np.arange(len(rows))
    is_best = groups == groups[:1]
    longer = rows["is_longer"].astype(bool).to_numpy()
    best = "as good as the best" if is_best.sum() > 1 else "the best"
    looks = (
        (best, is_best & ~longer, palette.series[0], "circle"),
        ("others", ~is_best & ~longer, palette.muted, "circle"),
        ("measure longer", longer, palette.series[3], "diamond"),
    )
    traces = [
        _interval_dots(rows[chosen], [names[k] for k in np.flatnonzero(chosen)], words, look)
        for words, chosen, *look in looks
        if chosen.any()
    ]
    ends = [rows[name].to_numpy(float) for name in ("error", "low", "high") if name in rows]
    drawn = 100 * np.concatenate([*ends, [now]])
    pad = 0.06 * max(np.ptp(drawn), 0.02 * drawn.max())
    x = axis(ERROR, palette, range=[drawn.min() - pad, drawn.max() + pad])
    y = rows_axis(names, palette)
    marks = note("now", palette.ink, x=100 * now, y=1, yref="paper", yanchor="bottom")
    return figure(
        traces,
        palette,
        x,
        y,
        height=94 + LEGEND * len(traces) + ROW * max(len(names), 1),
        margin={"l": _left(names), "r": 16, "t": 24 + LEGEND * len(traces), "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"},
        shapes=[vertical(100 * now, palette.ink, "dot")],
        annotations=[marks],
    )


def shortened(ranking: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Return the rows that are drawn: the best ones, and "measure longer" in any case."""
    rows = ranking.head(most)
    longer = ranking["is_longer"].astype(bool)
    if len(ranking) > most and longer.any() and not rows["is_longer"].astype(bool).any():
        rows = pd.concat([ranking.head(most - 1), ranking[longer].head(1)])
    return rows.reset_index(drop=True)


def _interval_dots(rows: pd.DataFrame, names: list[str], words: str, look: list[str]) -> dict:
    """Errors with their intervals, in % of the ranges."""
    colour, symbol = look
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": 100 * rows["error"].to_numpy(float),
        "y": names,
        "name": words,
        "marker": {"size": 10, "color": colour, "symbol": symbol},
        "hovertemplate": f"%{{y}}<br>error %{{x:.3g}} % of the ranges<extra>{words}</extra>",
    }
    if "low" not in rows:
        return trace
    bar = error_bars(rows) | {"color": faded(colour, 0.7), "thickness": 1.8, "width": 4}
    return trace | {"error_x": bar}


def _left(names: Sequence[str]) -> int:
    """Pixels of the left margin, in which the names of the rows stand."""
    return int(min(260, max(60, 16 + LETTER * max(map(len, names), default=0))))
