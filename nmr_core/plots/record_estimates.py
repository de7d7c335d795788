"""Estimates with their intervals, each on its own range: what is known of every parameter at one look."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

ROW = 58
"""Pixels of a parameter."""
EDGE = 0.04
"""Of the range, on either side of it."""


def estimates_figure(
    row: pd.Series,
    targets: dict[str, dict],
    palette: Palette,
    *,
    unidentifiable: dict[str, str] | None = None,
    level: float = 0.9,
) -> go.Figure:
    """One row of :func:`nmr_core.inference.estimate`: a line for every target over the range that the run was trained for, its
    interval thick, the joint one thin, the estimate a point, the truth (if somebody knows it) a diamond.

    targets : name -> symbol, unit, low, high, as of a run's manifest
    """
    names, hidden = list(targets), unidentifiable or {}
    traces, notes, shapes = [], [], []
    for k, name in enumerate(names):
        y, spec = len(names) - 1 - k, targets[name]
        known = name not in hidden
        colour = palette.series[0] if known else palette.series[5]
        shapes.append(_bar(0, 1, y, 9, palette.faint))
        for kind, width, shade in (("joint_", 3, 0.45), ("", 9, 0.55 if known else 0.25)):
            low, high = (
                _share(row.get(f"{kind}{end}_{name}", np.nan), spec) for end in ("low", "high")
            )
            if np.isfinite(low) and np.isfinite(high):
                shapes.append(_bar(low, high, y, width, faded(colour, shade)))
        traces += _marks(row, name, spec, y, palette, colour)
        notes += _words(row, name, spec, y, known)
    return figure(
        traces,
        palette,
        axis("", palette, range=[-EDGE, 1 + EDGE], visible=False),
        axis("", palette, range=[-0.55, len(names) - 0.3], visible=False),
        height=24 + ROW * len(names),
        showlegend=False,
        annotations=notes,
        shapes=shapes,
        margin={"l": 8, "r": 8, "t": 8, "b": 4},
    )


def _share(value: float, spec: dict) -> float:
    """Where a value lies in the range, 0 to 1; a little beyond it if it is outside."""
    width = spec["high"] - spec["low"]
    return float(np.clip((value - spec["low"]) / width, -EDGE / 2, 1 + EDGE / 2)) if width else 0.5


def _bar(low: float, high: float, y: float, width: float, colour: str) -> dict:
    return {
        "type": "line",
        "x0": low,
        "x1": high,
        "y0": y,
        "y1": y,
        "layer": "below",
        "line": {"color": colour, "width": width},
    }


def _marks(
    row: pd.Series, name: str, spec: dict, y: float, palette: Palette, colour: str
) -> list[dict]:
    """The estimate, and the truth."""
    point, true = row.get(f"predicted_{name}", np.nan), row.get(f"true_{name}", np.nan)
    base = {"type": "scatter", "mode": "markers", "y": [y], "showlegend": False}
    return [
        base
        | {
            "x": [_share(value, spec)],
            "marker": {"color": shade, "size": size, "symbol": symbol, "line": edge},
            "hovertemplate": f"{plain(spec['symbol'])} {what} {_number(value, spec)}<extra></extra>",
        }
        for value, what, shade, size, symbol, edge in (
            (
                true,
                "is",
                palette.series[3],
                11,
                "diamond-open",
                {"width": 2, "color": palette.series[3]},
            ),
            (point, "≈", colour, 11, "circle", {"width": 1.5, "color": palette.ink}),
        )
        if np.isfinite(value)
    ]


def _words(row: pd.Series, name: str, spec: dict, y: float, known: bool) -> list[dict]:
    """What the row says in numbers, above it; the ends of the range below it."""
    value, low, high = (row.get(f"{kind}_{name}", np.nan) for kind in ("predicted", "low", "high"))
    said = _number(value, spec) if np.isfinite(value) else "no number"
    if np.isfinite(low) and np.isfinite(high):
        said += f"&nbsp;&nbsp;[{low:.4g}, {high:.4g}]"
    if not known:
        said = "cannot be known from this measurement"
    base = {"showarrow": False, "xref": "x", "yref": "y"}
    ends = [
        base
        | {
            "x": x,
            "y": y - 0.13,
            "xanchor": anchor,
            "yanchor": "top",
            "text": f"{spec[end]:g}",
            "opacity": 0.6,
            "font": {"size": 11},
        }
        for x, anchor, end in ((0, "left", "low"), (1, "right", "high"))
    ]
    return [
        base
        | {
            "x": 0,
            "y": y + 0.1,
            "xanchor": "left",
            "yanchor": "bottom",
            "text": f"<b>{plain(spec['symbol'])}</b>&nbsp;&nbsp;{said}",
        },
        *ends,
    ]


def _number(value: float, spec: dict) -> str:
    return f"{value:.4g} {plain(spec['unit'])}".rstrip()
