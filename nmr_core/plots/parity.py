"""Predicted against true, for one run and for many."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nmr_core.learning import Run
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded

CROWDED = 5000
"""More points than this are drawn as a density map."""
FARTHEST = 300
"""Points drawn over a density map: those farthest from the identity, which are worth a click."""
PANEL_POINTS = 400
"""Points of one small panel."""
UNSELECTED = {"marker": {"opacity": 0.6}}
"""The other points stay readable when one is clicked."""
LONGEST = 22
"""Characters of a title over a small panel."""


@dataclass(frozen=True)
class Panel:
    """Predicted and true values of one target.

    Attributes
    ----------
    title : str
        Name of the target or of the run.
    true, predicted : array, (n_test,)
        In the unit of the target.
    r2 : float
        Coefficient of determination.
    colour : str
        Colour of the markers, as a CSS value.
    samples : int array, (n_test,), optional
        Number of each sample, which a click reports.
    weights : array, (n_test,), optional
        Of the samples, for quantiles of the stated prior; default: equal.
    """

    title: str
    true: np.ndarray
    predicted: np.ndarray
    r2: float
    colour: str
    samples: np.ndarray | None = None
    weights: np.ndarray | None = None

    @classmethod
    def of(cls, run: Run, name: str, colour: str, title: str = "") -> "Panel":
        """Return the test part of a run.

        Parameters
        ----------
        run : Run
            Trained model with its predictions.
        name : str
            Target.
        colour : str
            Colour of the markers, as a CSS value.
        title : str
            Name of the target or of the run.
        """
        return cls(
            title,
            run.true[name].to_numpy(),
            run.predicted[name].to_numpy(),
            run.scores.loc[name, "r2"],
            colour,
            run.predictions["sample"].to_numpy(),
            run.weights,
        )


def parity_figure(
    panel: Panel,
    target: dict,
    palette: Palette,
    *,
    height: int = 330,
    marked: int | None = None,
) -> go.Figure:
    """Draw predicted against true values of one target in its unit, with the identity line.

    More than 5,000 points become a density map with the 300 points that are farthest off on top.

    Parameters
    ----------
    panel : Panel
        Values, R² and colour.
    target : dict
        Label, low and high of the prior, as in the manifest of a run.
    palette : Palette
        Colours of the theme.
    height : int
        Height of the figure in pixels.
    marked : int, optional
        Sample to mark with a ring.
    """
    true, predicted = panel.true, panel.predicted
    low, high = _range(target)
    traces = [_identity(low, high, palette)]
    shown = np.arange(len(true))
    if len(true) > CROWDED:
        traces.insert(0, _density(true, predicted, low, high, panel.colour))
        shown = np.sort(np.argsort(-np.abs(predicted - true))[:FARTHEST])
    points = _points(true, predicted, panel.samples, shown, panel.colour, size=4)
    if marked is not None and panel.samples is not None:
        traces.append(_ring(true, predicted, np.equal(panel.samples, marked), palette))
    return figure(
        [points, *traces],
        palette,
        axis(f"true {target['label']}", palette, range=[low, high]),
        axis(f"predicted {target['label']}", palette, range=[low, high]),
        title=f"{panel.title}  {r2_text(panel.r2)}".strip(),
        height=height,
        showlegend=False,
    )


def r2_text(r2: float) -> str:
    """Return "R² = 0.988", or "R² below −1", where more digits would mean nothing."""
    return "R² below −1" if r2 < -1 else f"R² = {r2:.3f}".replace("-", "−")


def _range(target: dict) -> tuple[float, float]:
    """The prior's range, widened by 5 %; values outside still count in the scores."""
    margin = 0.05 * (target["high"] - target["low"])
    return target["low"] - margin, target["high"] + margin


def _identity(low: float, high: float, palette: Palette) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [low, high],
        "y": [low, high],
        "hoverinfo": "skip",
        "line": {"color": palette.ink, "width": 1, "dash": "dash"},
    }


def _points(
    true: np.ndarray,
    predicted: np.ndarray,
    samples: np.ndarray | None,
    rows: np.ndarray,
    colour: str,
    size: int,
) -> dict:
    hover = "echo %{customdata}<br>true %{x:.4g}<br>predicted %{y:.4g}<extra></extra>"
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.float32(true[rows]),
        "y": np.float32(predicted[rows]),
        "customdata": None if samples is None else np.int32(samples[rows]),
        "marker": {"size": size, "color": faded(colour, 0.55)},
        "unselected": UNSELECTED,
        "hovertemplate": hover,
    }


def _ring(true: np.ndarray, predicted: np.ndarray, chosen: np.ndarray, palette: Palette) -> dict:
    ring = {"width": 2.5, "color": palette.series[3]}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.float32(true[chosen]),
        "y": np.float32(predicted[chosen]),
        "hoverinfo": "skip",
        "marker": {"size": 15, "symbol": "circle-open", "color": palette.series[3], "line": ring},
        "unselected": {"marker": {"opacity": 1}},
    }


def _density(
    true: np.ndarray, predicted: np.ndarray, low: float, high: float, colour: str, n_bins: int = 80
) -> dict:
    """Logarithmic counts of points per cell."""
    span = [low, high]
    counts, x, y = np.histogram2d(true, predicted, bins=n_bins, range=[span, span])
    return {
        "type": "heatmap",
        "x": np.float32(x),
        "y": np.float32(y),
        "z": np.float32(np.log10(counts.T + 1)),
        "showscale": False,
        "colorscale": [[0, "rgba(0,0,0,0)"], [1, colour]],
        "hoverinfo": "skip",
    }


def parity_grid_figure(
    panels: list[Panel],
    target: dict,
    palette: Palette,
    columns: int = 5,
    marked: int | None = None,
) -> go.Figure:
    """Draw predicted against true values of one target for many runs, as small panels.

    Parameters
    ----------
    panels : list of Panel
        At most 400 points of each are drawn.
    target : dict
        Label, low and high of the prior.
    palette : Palette
        Colours of the theme.
    columns : int
        Panels per row.
    marked : int, optional
        Sample to mark with a ring in every panel.
    """
    low, high = _range(target)
    columns = min(columns, max(1, len(panels)))
    n_rows = -(-len(panels) // columns)
    height = 210 * n_rows + 50
    gap_x, gap_y = 0.02, 40 / height
    width = (1 - gap_x * (columns - 1)) / columns
    tall = (1 - gap_y * (n_rows - 1)) / n_rows
    traces, rings, notes = [], [], []
    axes: dict[str, Any] = {}
    for k, panel in enumerate(panels):
        row, column = divmod(k, columns)
        left, top = column * (width + gap_x), 1 - row * (tall + gap_y)
        n = str(k + 1) if k else ""
        on_panel = {"xaxis": f"x{n}", "yaxis": f"y{n}"}
        n_points = min(PANEL_POINTS, len(panel.true))
        rows = np.linspace(0, len(panel.true) - 1, n_points).astype(int)
        points = _points(panel.true, panel.predicted, panel.samples, rows, panel.colour, size=3)
        traces += [points | on_panel, _identity(low, high, palette) | on_panel]
        if marked is not None:
            ring = _ring(panel.true, panel.predicted, panel.samples == marked, palette)
            rings.append(ring | on_panel)
        shared = {"range": [low, high], "nticks": 4}
        axes[f"xaxis{n}"] = axis(
            "",
            palette,
            domain=[left, left + width],
            anchor=f"y{n}",
            showticklabels=k + columns >= len(panels),
            **shared,
        )
        axes[f"yaxis{n}"] = axis(
            "",
            palette,
            domain=[max(0.0, top - tall), top],
            anchor=f"x{n}",
            showticklabels=column == 0,
            **shared,
        )
        place = {"x": left, "y": top, "xanchor": "left", "yanchor": "bottom"}
        text = f"{_cut(panel.title)}  {r2_text(panel.r2)}"
        notes.append(place | {"text": text, "font": {"size": 11}})
    below = {"x": 0.5, "y": -36 / height, "yanchor": "top"}
    beside = {"x": -0.005, "y": 0.5, "xanchor": "right", "xshift": -38, "textangle": -90}
    notes.append(below | {"text": f"true {target['label']}"})
    notes.append(beside | {"text": f"predicted {target['label']}"})
    shared_note = {"xref": "paper", "yref": "paper", "showarrow": False}
    return figure(
        [*traces, *rings],
        palette,
        axes.pop("xaxis"),
        axes.pop("yaxis"),
        height=height,
        showlegend=False,
        annotations=[shared_note | entry for entry in notes],
        margin={"l": 66, "r": 8, "t": 22, "b": 56},
        **axes,
    )


def _cut(title: str) -> str:
    return plain(title if len(title) <= LONGEST else f"{title[: LONGEST - 1]}…")
