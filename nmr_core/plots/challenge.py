"""A participant's scores in a challenge, and the ranks before and after the private result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

LONGEST = 18
"""Characters of a name."""
ROW = 26
"""Pixels per participant between public and private rank."""


@dataclass(frozen=True)
class Ranks:
    """A participant's place before and after the result.

    Attributes
    ----------
    name : str
        Of the person or team.
    public, private : int
        Rank on the public board, and in the private result.
    is_own : bool
        Whether it is that of who looks.
    """

    name: str
    public: int
    private: int
    is_own: bool = False


def history_figure(
    scores: Sequence[float],
    errors: Sequence[float],
    shown: Sequence[bool],
    palette: Palette,
    label: str,
    lines: Mapping[str, float],
) -> go.Figure:
    """Draw a participant's best score after each submission.

    Parameters
    ----------
    scores, errors : sequence of float, (n_tries,)
        Best public score after each submission, and its standard error.
    shown : sequence of bool, (n_tries,)
        Whether it is that of this submission; a submission that was not better is hollow.
    palette : Palette
        Colours of the theme.
    label : str
        Measure, the title of the axis.
    lines : mapping
        Name -> score of the first on the board and of reference models.
    """
    values = np.asarray(scores, dtype=float)
    number = np.arange(1, len(values) + 1)
    is_new = np.asarray(shown, dtype=bool)
    own = palette.series[0]
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": number,
            "y": values,
            "line": {"color": faded(own, 0.5), "shape": "hv", "width": 2},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": number[is_new],
            "y": values[is_new],
            "error_y": {
                "type": "data",
                "array": np.nan_to_num(np.asarray(errors, dtype=float)[is_new]),
                "color": own,
                "width": 3,
            },
            "marker": {"size": 10, "color": own},
            "hovertemplate": "try %{x}: %{y:.2g}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": number[~is_new],
            "y": values[~is_new],
            "marker": {"size": 9, "color": own, "symbol": "circle-open"},
            "hovertemplate": "try %{x}: not better<extra></extra>",
        },
    ]
    levels = {name: value for name, value in lines.items() if np.isfinite(value)}
    last = max(len(values), 4) + 0.5
    is_log = all(value > 0 for value in (*values, *levels.values()))
    return figure(
        traces,
        palette,
        axis("try", palette, range=[0.5, last], dtick=max(1, round(last / 8))),
        axis(label, palette, **({"type": "log"} | _ticks(values, levels) if is_log else {})),
        height=300,
        showlegend=False,
        shapes=[_line(value, last, palette) for value in levels.values()],
        annotations=_names(levels, last, palette, is_log),
        margin={"l": 64, "r": 118, "t": 16, "b": 44},
    )


def _ticks(values: np.ndarray, levels: Mapping[str, float]) -> dict:
    """1, 2 and 5 per decade, more within one."""
    logs = np.log10([*values, *levels.values(), *([] if len(values) else [0.1, 1.0])])
    decades = range(int(np.floor(logs.min())), int(np.ceil(logs.max())) + 1)
    steps = (1, 2, 5) if np.ptp(logs) > 0.7 else (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
    ticks = [step * 10.0**decade for decade in decades for step in steps]
    return {"tickvals": ticks, "ticktext": [f"{tick:.10g}" for tick in ticks]}


def _line(value: float, last: float, palette: Palette) -> dict:
    style = {"color": palette.muted, "dash": "dot", "width": 1.3}
    return {"type": "line", "x0": 0.5, "x1": last, "y0": value, "y1": value, "line": style}


def _names(lines: Mapping[str, float], last: float, palette: Palette, is_log: bool) -> list[dict]:
    """Names of the lines, at their right ends."""
    return [
        {
            "x": last,
            "y": np.log10(value) if is_log else value,
            "xanchor": "left",
            "xshift": 4,
            "text": plain(_short(name)),
            "showarrow": False,
            "font": {"size": 11, "color": palette.muted},
        }
        for name, value in lines.items()
    ]


def ranks_figure(ranks: Sequence[Ranks], palette: Palette) -> go.Figure:
    """Draw each participant's rank on the public board beside that of the private result.

    Parameters
    ----------
    ranks : sequence of Ranks
        In any order. Lines that rise are green, those that fall are red; the own one is bold.
    palette : Palette
        Colours of the theme.
    """
    left = _places([rank.public for rank in ranks])
    right = _places([rank.private for rank in ranks])
    traces = [_slope(rank, left[k], right[k], palette) for k, rank in enumerate(ranks)]
    n = max(len(ranks), 1)
    notes = [
        note
        for k, rank in enumerate(ranks)
        for note in (
            _end(rank, rank.public, 0, left[k], palette),
            _end(rank, rank.private, 1, right[k], palette),
        )
    ]
    return figure(
        traces,
        palette,
        axis(
            "",
            palette,
            range=[-0.02, 1.02],
            tickvals=[0, 1],
            ticktext=["public board", "private result"],
            side="top",
            showgrid=False,
            showline=False,
        ),
        axis("", palette, range=[n + 0.6, 0.4], visible=False),
        height=70 + ROW * n,
        showlegend=False,
        annotations=notes,
        margin={"l": 140, "r": 140, "t": 40, "b": 10},
    )


def _places(ranks: Sequence[int]) -> list[int]:
    """A place from 1 for each rank, also where ranks are shared."""
    order = np.argsort(np.asarray(ranks), kind="stable")
    places = np.empty(len(ranks), dtype=int)
    places[order] = np.arange(1, len(ranks) + 1)
    return places.tolist()


def _slope(rank: Ranks, left: int, right: int, palette: Palette) -> dict:
    rises, falls = rank.private < rank.public, rank.private > rank.public
    colour = palette.series[2] if rises else palette.series[3] if falls else palette.muted
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, 1],
        "y": [left, right],
        "line": {"color": colour, "width": 4 if rank.is_own else 1.6},
        "marker": {"size": 8, "color": colour},
        "hovertemplate": f"{plain(rank.name)}: {rank.public} → {rank.private}<extra></extra>",
    }


def _end(rank: Ranks, number: int, side: int, place: int, palette: Palette) -> dict:
    """Rank and name beside one end of a line."""
    name = f"<b>{plain(_short(rank.name))}</b>" if rank.is_own else plain(_short(rank.name))
    return {
        "x": side,
        "y": place,
        "xanchor": "left" if side else "right",
        "xshift": 9 if side else -9,
        "text": f"{number}. {name}" if side else f"{name} {number}.",
        "showarrow": False,
        "font": {"size": 12, "color": palette.ink},
    }


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
