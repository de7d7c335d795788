"""Where intervals hold: coverage over two parameters, and the lowest range of each."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.inference.intervals import Coverage, CoverageMap
from nmr_core.inference.intervals.coverage_map import edge_texts
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import vertical

MAP_HEIGHT = 440
REACH = 0.1
"""The colours end at the level plus and minus this."""
OFFSET = 0.2
"""Between the targets of a row, in units of the distance between two rows."""
ROW, EDGES = 34, 96
"""Height of a row, and of what is around the rows, in pixels."""


def coverage_map_figure(cells: CoverageMap, labels: tuple[str, str], palette: Palette) -> go.Figure:
    """Draw the coverage (%) over ranges of two parameters, with the number of echoes per cell.

    The colours diverge from the level: below it towards vermilion, above it towards blue. Cells
    with too few echoes are grey; the cell with the lowest coverage has a frame.

    Parameters
    ----------
    cells : CoverageMap
        Coverage of one target.
    labels : tuple of str
        Symbols and units of the two parameters.
    palette : Palette
        Colours of the theme.
    """
    covered, n = cells.grid("covered"), cells.grid("n")
    limits = np.stack([cells.grid("low"), cells.grid("high")], axis=-1)
    above, middle, below = palette.diverging
    level = cells.level
    grid = {
        "type": "heatmap",
        "x": np.arange(covered.shape[1]),
        "y": np.arange(covered.shape[0]),
        "hoverongaps": False,
        "xgap": 1,
        "ygap": 1,
    }
    filled = grid | {
        "z": 100 * covered,
        "zmin": 100 * (level - REACH),
        "zmax": 100 * (level + REACH),
        "colorscale": [[0, below], [0.5, middle], [1, above]],
        "colorbar": {"title": {"text": "coverage (%)", "side": "right"}, "thickness": 12},
        "text": _texts(covered, n),
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "customdata": np.concatenate([n[..., None], 100 * limits], axis=-1),
        "hovertemplate": "coverage %{z:.1f} % (%{customdata[1]:.1f} to %{customdata[2]:.1f}) of "
        "%{customdata[0]:,} echoes<extra></extra>",
    }
    grey = grid | {
        "z": np.where(np.isfinite(covered), np.nan, 1.0),
        "showscale": False,
        "colorscale": [[0, palette.faint], [1, palette.faint]],
        "customdata": n,
        "hovertemplate": "too few: %{customdata} echoes<extra></extra>",
    }
    return figure(
        [filled, grey],
        palette,
        _edges_axis(labels[0], cells.x_edges, palette),
        _edges_axis(labels[1], cells.y_edges, palette),
        height=MAP_HEIGHT,
        shapes=_frame(covered, palette),
        margin={"l": 72, "r": 16, "t": 24, "b": 52},
    )


def _texts(covered: np.ndarray, n: np.ndarray) -> list[list[str]]:
    """Coverage and number of echoes of every cell."""
    return [
        [
            f"{100 * one:.0f}<br><span style='font-size:9px'>n {count:,}</span>"
            if np.isfinite(one)
            else ""
            for one, count in zip(row, counts, strict=True)
        ]
        for row, counts in zip(covered, n, strict=True)
    ]


def _edges_axis(label: str, edges: np.ndarray, palette: Palette) -> dict:
    """An axis of cells of equal size, with the limits of the ranges as ticks."""
    places = np.arange(len(edges)) - 0.5
    return axis(
        plain(label),
        palette,
        tickvals=places,
        ticktext=edge_texts(edges),
        range=[-0.5, len(edges) - 1.5],
        showgrid=False,
    )


def _frame(covered: np.ndarray, palette: Palette) -> list[dict]:
    """A frame around the cell with the lowest coverage."""
    if not np.isfinite(covered).any():
        return []
    row, column = np.unravel_index(np.nanargmin(covered), covered.shape)
    return [
        {
            "type": "rect",
            "x0": column - 0.5,
            "x1": column + 0.5,
            "y0": row - 0.5,
            "y1": row + 0.5,
            "line": {"color": palette.ink, "width": 2.5},
        }
    ]


def worst_ranges_figure(
    coverage: Coverage, targets: Mapping[str, str], labels: Mapping[str, str], palette: Palette
) -> go.Figure:
    """Draw the lowest coverage (%) among the ranges of every parameter and estimate.

    One row per parameter or estimate, one dot per target with its 95 % interval.

    Parameters
    ----------
    coverage : Coverage
        Coverage of a calibration.
    targets : mapping of str to str
        Target -> symbol; one colour each.
    labels : mapping of str to str
        Parameter or predicted_<t> -> label of its row, from the top.
    palette : Palette
        Colours of the theme.
    """
    rows = coverage.regimes
    rows = rows[rows["target"].isin(list(targets)) & rows["by"].isin(list(labels))]
    worst = rows.loc[rows.groupby(["target", "by"], sort=False)["covered"].idxmin()]
    place = {name: k for k, name in enumerate(labels)}
    traces = []
    for k, (target, symbol) in enumerate(targets.items()):
        own = worst[worst["target"] == target]
        shift = OFFSET * (k - (len(targets) - 1) / 2)
        colour = palette.series[k % len(palette.series)]
        traces.append(_worst_dots(own, own["by"].map(place) + shift, plain(symbol), colour))
    lowest = 100 * float(worst["low"].min()) if len(worst) else 75.0
    expected = worst["expected_low"].median() if len(worst) else coverage.level
    band = {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": 100 * expected,
        "x1": 100 * (worst["expected_high"].median() if len(worst) else coverage.level),
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": faded(palette.series[5], 0.2),
    }
    names = list(map(plain, labels.values()))
    return figure(
        traces,
        palette,
        axis("lowest coverage (%)", palette, range=[min(75.0, lowest - 2), 100.5]),
        axis(
            "",
            palette,
            tickvals=list(range(len(names))),
            ticktext=names,
            range=[len(names) - 0.5, -0.5],
            showgrid=False,
            automargin=True,
        ),
        height=EDGES + ROW * len(names),
        shapes=[band, vertical(100 * coverage.level, palette.ink, "dash")],
    )


def _worst_dots(rows: pd.DataFrame, y: pd.Series, name: str, colour: str) -> dict:
    covered = 100 * rows["covered"].to_numpy()
    return {
        "type": "scatter",
        "mode": "markers",
        "x": covered,
        "y": y.to_numpy(),
        "name": name,
        "marker": {"size": 9, "color": colour},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": 100 * rows["high"].to_numpy() - covered,
            "arrayminus": covered - 100 * rows["low"].to_numpy(),
            "color": colour,
            "thickness": 1.4,
            "width": 3,
        },
        "text": [
            f"{of['from']:.3g} to {of['to']:.3g}, {of['n']:,} echoes"
            for of in rows.to_dict("records")
        ],
        "hovertemplate": "%{x:.1f} % in %{text}<extra>" + name + "</extra>",
    }
