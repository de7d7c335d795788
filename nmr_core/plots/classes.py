"""Classifiers: confusion, F1 by class and along a parameter, and their probabilities."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import band


def confusion_figure(
    counts: pd.DataFrame, palette: Palette, colour: str, title: str = ""
) -> go.Figure:
    """Draw the confusion matrix: counts of test echoes by true and predicted class.

    Colours are fractions of a row, which sum to 1.

    Parameters
    ----------
    counts : DataFrame, (n_classes, n_classes)
        Samples, or sums of their weights; rows are true classes, columns predicted ones.
    palette : Palette
        Colours of the theme.
    colour : str
        Colour of the markers or lines, as a CSS value.
    title : str
        Title of the figure.
    """
    values = counts.to_numpy()
    share = values / np.maximum(1, values.sum(axis=1, keepdims=True))
    text = [
        [f"{n:,.0f}<br>{p:.1%}" for n, p in zip(*row, strict=True)]
        for row in zip(values, share, strict=True)
    ]
    names = [plain(str(name)) for name in counts]
    cells = {
        "type": "heatmap",
        "z": share,
        "x": names,
        "y": names,
        "text": text,
        "texttemplate": "%{text}",
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, faded(colour, 0.03)], [1, faded(colour, 0.85)]],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "true %{y}, predicted %{x}: %{text}<extra></extra>",
    }
    return figure(
        [cells],
        palette,
        axis("predicted", palette, showgrid=False, automargin=True),
        axis("true", palette, autorange="reversed", showgrid=False, automargin=True),
        title=title,
        height=130 + 70 * len(names),
    )


def f1_figure(tables: dict[str, tuple[str, pd.DataFrame, str]], palette: Palette) -> go.Figure:
    """Draw F1 of every class, one bar per run; a dashed line per class is the baseline.

    Parameters
    ----------
    tables : dict of str to (title, table, colour)
        By run id; tables with one row per class and the columns f1, baseline_f1 and support.
    palette : Palette
        Colours of the theme.
    """
    traces = []
    for title, table, colour in tables.values():
        traces.append(
            {
                "type": "bar",
                "x": [plain(str(name)) for name in table.index],
                "y": table["f1"].to_numpy(float),
                "name": plain(title),
                "marker": {"color": colour},
                "customdata": table["support"].to_numpy(),
                "hovertemplate": f"F1 %{{y:.4f}}, %{{customdata}} "
                f"echoes<extra>{plain(title)}</extra>",
            }
        )
    first = next(iter(tables.values()))[1]
    baselines = [
        {
            "type": "line",
            "x0": k - 0.48,
            "x1": k + 0.48,
            "y0": value,
            "y1": value,
            "line": {"color": palette.ink, "dash": "dash", "width": 1.2},
        }
        for k, value in enumerate(first["baseline_f1"])
    ]
    return figure(
        traces,
        palette,
        axis("class", palette, showgrid=False),
        axis("F1 (dashed: baseline)", palette, range=[0, 1.02]),
        height=340,
        shapes=baselines,
        barmode="group",
        showlegend=len(traces) > 1,
    )


def f1_along_figure(
    tables: dict[str, tuple[str, pd.DataFrame, str]], label: str, palette: Palette
) -> go.Figure:
    """Draw weighted F1 by ranges of a parameter, one line per run with 95 % intervals.

    Parameters
    ----------
    tables : dict of str to (title, table, colour)
        By run id; tables as returned by :func:`nmr_core.evaluation.regimes.f1_by`.
    label : str
        Symbol and unit of the parameter.
    palette : Palette
        Colours of the theme.
    """
    traces, lowest = [], min(float(table["low"].min()) for _, table, _ in tables.values())
    for title, table, colour in tables.values():
        value = table["f1"].to_numpy(float)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": table["value"].to_numpy(float),
                "y": value,
                "name": plain(title),
                "line": {"color": colour, "width": 2},
                "customdata": table["n"].to_numpy(),
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": table["high"].to_numpy(float) - value,
                    "arrayminus": value - table["low"].to_numpy(float),
                    "thickness": 1,
                    "width": 3,
                },
                "hovertemplate": f"F1 %{{y:.4f}}, %{{customdata}} "
                f"echoes<extra>{plain(title)}</extra>",
            }
        )
    return figure(
        traces,
        palette,
        axis(label, palette),
        axis("weighted F1", palette, range=[max(0.0, lowest - 0.05), 1.01]),
        height=360,
    )


def calibration_figure(
    tables: dict[str, pd.DataFrame], palette: Palette, title: str = ""
) -> go.Figure:
    """Draw how often a class is right against its predicted probability, one line per class.

    Bands are binomial 95 % intervals. Calibrated probabilities lie on the diagonal.

    Parameters
    ----------
    tables : dict of str to DataFrame
        By class, as returned by :func:`nmr_core.learning.class_metrics.reliability`.
    palette : Palette
        Colours of the theme.
    title : str
        Title of the figure.
    """
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [0, 1],
            "y": [0, 1],
            "hoverinfo": "skip",
            "showlegend": False,
            "line": {"color": palette.ink, "width": 1, "dash": "dash"},
        }
    ]
    for k, (name, table) in enumerate(tables.items()):
        colour, share = palette.series[k % len(palette.series)], table["share"].to_numpy(float)
        traces += [
            _band(table, colour),
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": table["probability"].to_numpy(float),
                "y": share,
                "name": plain(str(name)),
                "line": {"color": colour, "width": 2},
                "customdata": table["n"].to_numpy(),
                "hovertemplate": "predicted %{x:.3f}, true %{y:.3f}, %{customdata} echoes<extra>"
                + plain(str(name))
                + "</extra>",
            },
        ]
    return figure(
        traces,
        palette,
        axis("predicted probability", palette, range=[0, 1.02]),
        axis("fraction that is of the class", palette, range=[0, 1.02]),
        title=title,
        height=380,
    )


def _band(table: pd.DataFrame, colour: str) -> dict:
    x = table["probability"].to_numpy(float)
    return band(x, table["low"], table["high"], faded(colour, 0.15))


def probability_figure(
    classes: Sequence[str], probability: np.ndarray, palette: Palette
) -> go.Figure:
    """Draw the probability of every class as bars; the most probable one has the full colour.

    Parameters
    ----------
    classes : sequence of str
        Names of the classes.
    probability : array, (n_classes,)
        Predicted probability of each class.
    palette : Palette
        Colours of the theme.
    """
    best = int(np.argmax(probability))
    colours = [
        palette.series[0] if k == best else faded(palette.series[0], 0.4)
        for k in range(len(classes))
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [plain(name) for name in classes],
        "x": probability,
        "marker": {"color": colours},
        "text": [f"{value:.0%}" for value in probability],
        "textposition": "auto",
        "hovertemplate": "%{y}: %{x:.3f}<extra></extra>",
    }
    return figure(
        [bars],
        palette,
        axis("probability", palette, range=[0, 1]),
        axis("", palette, automargin=True, showgrid=False, autorange="reversed"),
        height=90 + 34 * len(classes),
        showlegend=False,
        bargap=0.3,
    )
