"""Figures of lab 7: estimates against true values, and the errors per epoch."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from nmr_core.labs.echoes import TARGETS
from nmr_core.labs.unknowable import Memory
from nmr_core.plots.labs.axes import LEGEND, markers
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import line, vertical

RANGE = (-0.25, 1.25)
"""Drawn part of the range of a parameter, in units of it."""


def figures(results: Mapping[str, Memory], palette: Palette) -> dict[str, go.Figure]:
    """Estimates and errors of the present result and of the pinned ones."""
    return {
        "estimates": _estimates(results, palette),
        "targets": _targets(results, palette),
        "errors": _errors(results, palette),
    }


def _estimates(results: Mapping[str, Memory], palette: Palette) -> go.Figure:
    present = next(iter(results.values()))
    ends = np.array(RANGE)
    mean = np.full(2, present.true_train.mean())
    traces = [
        line(ends, ends, "perfect", palette.muted, 1.2, dash="dash"),
        line(ends, mean, "mean of the training", palette.muted, 1.2, dash="dot"),
    ]
    for i, (label, result) in enumerate(results.items()):
        colour = palette.series[i % len(palette.series)]
        name = label if len(results) > 1 else "other echoes"
        other = markers(result.true_test, result.fit_test, name, faded(colour, 0.55))
        other["marker"] |= {"size": 7, "line": {"width": 0}}
        traces.append(other)
    trained = markers(present.true_train, present.fit_train, "training echoes", palette.series[3])
    traces.append(trained)
    symbol = TARGETS[present.target]
    return figure(
        traces,
        palette,
        axis(f"true {symbol} (fraction of its range)", palette, range=[-0.03, 1.03]),
        axis(f"estimate of {symbol} (fraction of its range)", palette, range=list(RANGE)),
        height=420,
        legend=LEGEND,
    )


def _targets(results: Mapping[str, Memory], palette: Palette) -> go.Figure:
    """Test error of each parameter at the chosen epoch, beside that of the mean."""
    symbols = list(TARGETS.values())
    traces = []
    for i, (label, result) in enumerate(results.items()):
        name = label if len(results) > 1 else "network"
        errors = result.test[list(result.epochs).index(result.epoch)]
        traces.append(_bars(symbols, errors, name, palette.series[i % len(palette.series)]))
    present = next(iter(results.values()))
    traces.append(_bars(symbols, present.baseline, "mean", palette.faint))
    return figure(
        traces,
        palette,
        axis("parameter", palette),
        axis("error, other echoes (%)", palette, rangemode="tozero"),
        height=280,
        barmode="group",
        legend=LEGEND,
    )


def _bars(symbols: list[str], errors: np.ndarray, name: str, colour: str) -> dict:
    return {
        "type": "bar",
        "x": symbols,
        "y": np.float32(errors),
        "name": plain(name),
        "marker": {"color": colour},
        "hovertemplate": "%{x}: %{y:.1f} %<extra></extra>",
    }


def _errors(results: Mapping[str, Memory], palette: Palette) -> go.Figure:
    """Training (dotted) and test error of the parameter per epoch."""
    present = next(iter(results.values()))
    column = list(TARGETS).index(present.target)
    symbol = TARGETS[present.target]
    traces = []
    for i, (label, result) in enumerate(results.items()):
        colour = palette.series[i % len(palette.series)]
        hover = "epoch %{x}: %{y:.1f} %<extra></extra>"
        name = label if len(results) > 1 else "other echoes"
        train, test = result.train[:, column], result.test[:, column]
        traces.append(line(result.epochs, test, name, colour, 2.4, hover=hover))
        dotted = line(result.epochs, train, "training echoes", colour, 1.6, dash="dot", hover=hover)
        traces.append(dotted | {"showlegend": i == 0})
    ends = present.epochs[[0, -1]]
    mean = np.full(2, present.baseline[column])
    traces.append(line(ends, mean, "mean", palette.muted, 1.2, dash="dash"))
    return figure(
        traces,
        palette,
        axis("epoch", palette, type="log", tickvals=[1, 10, 100], range=[0, np.log10(300)]),
        axis(f"error of {symbol} (%)", palette, rangemode="tozero"),
        height=280,
        shapes=[vertical(present.epoch, palette.muted, "dot")],
        legend=LEGEND,
    )
