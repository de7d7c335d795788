"""Experiment design: where angles and delays of the proposal went when they were shaped."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from nmr_core.design.reshaping import ShapedProposal
from nmr_core.design.settings import Setting
from nmr_core.experiment import PHYSICAL
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

ROW = 30
"""Pixels of an acquisition."""
GAP = 0.08
"""Between panels, as a fraction of the width."""


def shaped_figure(shaped: ShapedProposal, palette: Palette) -> go.Figure:
    """Draw the values of every shaped field before and after, joined by a line.

    One row per acquisition of the proposal, one panel per field. Where the found design is not
    better on other materials, its values are grey.

    Parameters
    ----------
    shaped : ShapedProposal
        Proposal, found design and fields.
    palette : Palette
        Colours of the theme.
    """
    n_rows, n_fields = len(shaped.proposed.settings), len(shaped.fields)
    width = (1 - GAP * (n_fields - 1)) / n_fields
    colour = palette.series[0] if shaped.improved else palette.muted
    words = "shaped" if shaped.improved else "found by the search, not better"
    traces: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    for k, name in enumerate(shaped.fields):
        spec, number = PHYSICAL[name], "" if k == 0 else str(k + 1)
        before, after = _values(shaped, name)
        own = {"xaxis": f"x{number}", "yaxis": "y", "showlegend": k == 0}
        traces += [
            _way(pair, y, faded(colour, 0.45)) | own | {"showlegend": False}
            for y, pair in enumerate(zip(before, after, strict=True))
        ]
        hover = f"%{{x:.4g}} {spec.unit}"
        first = {"symbol": "circle-open", "color": palette.ink, "line": {"width": 2}}
        traces += [
            _dots(before, "proposed", first, hover) | own,
            _dots(after, words, {"color": colour}, hover) | own,
        ]
        title = f"{plain(spec.symbol)} ({spec.unit})" if spec.unit else plain(spec.symbol)
        left = k * (width + GAP)
        domain = [left, min(1.0, left + width)]
        layout[f"xaxis{number}"] = axis(title, palette, domain=domain, range=_range(before, after))
    shots = [f"{n:,} shots" if n > 1 else "1 shot" for n in shaped.proposed.shots]
    rows = axis("", palette, tickvals=list(range(n_rows)), ticktext=shots)
    return figure(
        traces,
        palette,
        layout.pop("xaxis"),
        rows | {"range": [n_rows - 0.4, -0.6]},
        height=116 + ROW * n_rows,
        margin={"l": 76, "r": 16, "t": 44, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"},
        **layout,
    )


def _values(shaped: ShapedProposal, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Values of one field before and after, (n_acquisitions,); NaN of lists of pulses."""
    before = np.array([_value(one, name) for one in shaped.proposed.settings])
    after = np.array([_value(one, name) for one in shaped.found.settings])
    return before, after[list(shaped.moves)]


def _value(setting: Setting, name: str) -> float:
    return float(setting.to_dict().get(name, np.nan))


def _range(before: np.ndarray, after: np.ndarray) -> list[float]:
    """Ends of an axis about all values; at least 10 wide."""
    values = np.concatenate([before, after])
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    pad = 0.08 * (high - low) + max(0.0, 5 - (high - low) / 2)
    return [low - pad, high + pad]


def _way(pair: tuple[float, float], y: int, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(pair),
        "y": [y, y],
        "line": {"color": colour, "width": 5},
        "hoverinfo": "skip",
    }


def _dots(values: np.ndarray, words: str, marker: dict, hover: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": np.arange(len(values)),
        "name": words,
        "marker": {"size": 12} | marker,
        "hovertemplate": f"{hover}<extra>{words}</extra>",
    }
