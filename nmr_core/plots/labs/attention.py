"""Figures of lab 8: errors with hidden windows over the echo, and the first layer."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.attention import CENTRES, Attention
from nmr_core.labs.echoes import TARGETS
from nmr_core.plots.labs.axes import LEGEND
from nmr_core.plots.layout import axis, figure
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal, line, note

TIME = "time (µs)"
N_PATTERNS = 3


def figures(results: Mapping[str, Attention], palette: Palette) -> dict[str, go.Figure]:
    """Errors with hidden windows of all results; first layer of the present one."""
    present = next(iter(results.values()))
    return {
        "hidden": _hidden(results, palette),
        "layer": _layer(present, palette),
        "patterns": _patterns(present, palette),
    }


def _hidden(results: Mapping[str, Attention], palette: Palette) -> go.Figure:
    """Error against the centre of the hidden window, over the mean echo."""
    present = next(iter(results.values()))
    traces = [_echo(present, palette)]
    hover = "hidden at %{x} µs: %{y:.1f} %<extra></extra>"
    for i, (label, result) in enumerate(results.items()):
        column = list(TARGETS).index(result.target)
        symbol = TARGETS[result.target]
        name = f"{symbol}, {label}" if len(results) > 1 else f"error of {symbol}"
        colour = palette.series[i % len(palette.series)]
        traces.append(
            line(CENTRES, result.errors[:, column], name, colour, 2.4, hover=hover)
            | {"mode": "lines+markers"}
        )
    traces += _other_targets(present, palette, len(results))
    column = list(TARGETS).index(present.target)
    whole = float(present.whole[column])
    window = {
        "type": "rect",
        "yref": "paper",
        "x0": present.centre - present.width / 2,
        "x1": present.centre + present.width / 2,
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "layer": "below",
        "fillcolor": faded(palette.series[3], 0.25),
    }
    text = note(
        "nothing hidden",
        palette.muted,
        xref="paper",
        x=1,
        xanchor="right",
        y=whole,
        yanchor="bottom",
    )
    return figure(
        traces,
        palette,
        axis(TIME, palette, range=[0, 150]),
        axis("error of the estimate (%)", palette, rangemode="tozero"),
        height=420,
        shapes=[window, horizontal(whole, palette.muted, "dash", 1)],
        annotations=[text],
        legend=LEGEND,
        yaxis2={"overlaying": "y", "visible": False, "range": [0, 0.6]},
    )


def _echo(result: Attention, palette: Palette) -> dict:
    """Mean of |M| as an area behind the errors."""
    area = line(result.time, result.echo, "mean |M|", faded(palette.muted, 0.5), 1)
    return area | {"fill": "tozeroy", "fillcolor": faded(palette.muted, 0.15), "yaxis": "y2"}


def _other_targets(result: Attention, palette: Palette, first: int) -> list[dict]:
    """Thin lines of the other parameters, from colour ``first`` on."""
    others = [name for name in TARGETS if name != result.target]
    traces = []
    for i, name in enumerate(others, first):
        errors = result.errors[:, list(TARGETS).index(name)]
        colour = palette.series[i % len(palette.series)]
        traces.append(line(CENTRES, errors, TARGETS[name], colour, 1.2, dash="dot"))
    return traces


def _layer(result: Attention, palette: Palette) -> go.Figure:
    """Weights on Im M of each neuron, as trained and in the smooth order."""
    n = len(result.time)
    before, after = result.layer.before[:, n:], result.layer.after[:, n:]
    low, middle, high = palette.diverging
    common = {
        "type": "heatmap",
        "x": np.float32(result.time),
        "colorscale": [[0, low], [0.5, middle], [1, high]],
        "showscale": False,
        "hovertemplate": "%{x:.0f} µs, row %{y}: %{z:.2f}<extra></extra>",
    }
    traces = [
        common | {"z": np.float32(map_), "zmin": -limit, "zmax": limit, "xaxis": x, "yaxis": y}
        for map_, limit, x, y in (
            (before, float(np.quantile(np.abs(before), 0.995)), "x", "y"),
            (after, float(np.quantile(np.abs(after), 0.995)), "x2", "y2"),
        )
    ]
    titles = [
        note(text, palette.ink, xref="paper", yref="paper", x=x, y=1.1, xanchor="left")
        for text, x in (("as trained", 0), ("rotated to be smooth", 0.54))
    ]
    return figure(
        traces,
        palette,
        axis(TIME, palette, domain=[0, 0.46]),
        axis("neuron", palette),
        height=300,
        xaxis2=axis(TIME, palette, domain=[0.54, 1], anchor="y2"),
        yaxis2=axis("", palette, anchor="x2", showticklabels=False),
        annotations=titles,
        margin={"l": 60, "r": 16, "t": 36, "b": 48},
    )


def _patterns(result: Attention, palette: Palette) -> go.Figure:
    """The strongest combinations of the neurons, on Im M."""
    n = len(result.time)
    traces = []
    for k in range(N_PATTERNS):
        fraction = 100 * result.layer.fractions[k]
        name = f"pattern {k + 1}"
        values = result.layer.patterns[k, n:]
        hover = f"{fraction:.0f} % of the variance<br>%{{x:.0f}} µs: %{{y:.2f}}<extra></extra>"
        width = 2.4 if k < 2 else 1.2
        traces.append(line(result.time, values, name, palette.series[k], width, hover=hover))
    return figure(
        traces,
        palette,
        axis(TIME, palette, range=[0, 150]),
        axis("weight on Im M", palette),
        height=280,
        shapes=[horizontal(0, palette.muted, "solid", 0.8)],
        legend=LEGEND,
    )
