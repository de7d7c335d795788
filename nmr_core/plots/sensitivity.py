"""Sensitivity of predictions to every point of the signal, below the mean echo."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.evaluation.explain import Explanation, Sensitivity
from nmr_core.plots.explain import mean_echo, time_edges
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded


def sensitivity_figure(
    explanation: Explanation,
    sensitivity: Sensitivity,
    palette: Palette,
    symbols: dict[str, str],
    *,
    setting: int = 0,
    part: str = "both",
) -> go.Figure:
    """Draw the mean of |d prediction / d M(t)| over time (µs), one row per target or class.

    Parameters
    ----------
    explanation : Explanation
        Result of ``explain``.
    sensitivity : Sensitivity
        Slopes in fractions of the target's range (or of probability) per unit of M.
    palette : Palette
        Colours of the theme.
    symbols : dict of str to str
        Name of a target -> symbol.
    setting : int
        Acquisition of the sample.
    part : {"both", "re", "im"}
        Part of M that is moved.
    """
    strength = sensitivity.strength(part)[:, :, setting].mean(axis=0)
    names = [plain(symbols.get(name, name)) for name in sensitivity.outputs]
    # the first output on top: plotly counts a heat map's rows from below
    unit = (
        "fractions of the probability"
        if explanation.task == "classification"
        else "fractions of its range"
    )
    heat = _heat(
        explanation, sensitivity, strength[::-1], names[::-1], palette, f"{unit}<br>per unit of M"
    ) | {
        "hovertemplate": "%{y} at %{x:.2f} µs<br>%{z:.3g} " + unit + " per unit of M<extra></extra>"
    }
    return _under_echo(
        explanation, setting, heat, palette, {"automargin": True}, 150 + 46 * len(names)
    )


def curve_slopes_figure(
    explanation: Explanation,
    sensitivity: Sensitivity,
    values: np.ndarray,
    label: str,
    palette: Palette,
    output: int = 0,
    *,
    setting: int = 0,
    part: str = "re",
) -> go.Figure:
    """Draw d prediction / d Re M(t) (or Im) of one output for every echo over time (µs).

    Colours are symmetric about zero: blue where a larger signal lowers the prediction.

    Parameters
    ----------
    explanation : Explanation
        Result of ``explain``.
    sensitivity : Sensitivity
        Slopes of the predictions.
    values : array, (n_curves,)
        Values by which the echoes are sorted, from the bottom to the top.
    label : str
        Name of these values.
    palette : Palette
        Colours of the theme.
    output : int
        Target or class.
    setting : int
        Acquisition of the sample.
    part : {"re", "im"}
        Part of M that is moved.
    """
    order = np.argsort(values, kind="stable")
    both = sensitivity.slopes[order][:, output, setting] / sensitivity.scale[output]
    slopes = both[:, ("re", "im").index(part)]
    # One scale for Re and Im, so that a part without signal does not look like one with it
    most = float(np.percentile(np.abs(both), 99.5)) or 1.0
    heat = _heat(
        explanation, sensitivity, slopes, None, palette, "fractions of its range<br>per unit of M"
    ) | {
        "zmin": -most,
        "zmax": most,
        "colorscale": [[k / 2, colour] for k, colour in enumerate(palette.diverging)],
        "hovertemplate": "%{customdata} at %{x:.2f} µs<br>%{z:.3g}<extra></extra>",
        "customdata": np.repeat(
            np.array([f"{value:.4g}" for value in values[order]])[:, None], slopes.shape[1], axis=1
        ),
    }
    ticks = np.unique(np.linspace(0, len(order) - 1, 7).astype(int))
    return _under_echo(
        explanation,
        setting,
        heat,
        palette,
        {
            "tickvals": ticks,
            "ticktext": [f"{values[order][k]:.3g}" for k in ticks],
            "title": {
                "text": f"echoes by {plain(label)}",
                "standoff": 12,
                "font": {"color": palette.ink},
            },
            "automargin": True,
        },
        460,
    )


def _heat(
    explanation: Explanation,
    sensitivity: Sensitivity,
    z: np.ndarray,
    names: list[str] | None,
    palette: Palette,
    unit: str,
) -> dict:
    x = time_edges(explanation.time)[sensitivity.edges]
    y = names if names is not None else np.arange(len(z))
    ground = palette.diverging[1]
    scale = [[0, ground], [0.35, faded(palette.series[0], 0.75)], [1, palette.series[0]]]
    return {
        "type": "heatmap",
        "x": np.float32(x),
        "y": y,
        "z": np.float32(z),
        "colorscale": scale,
        "yaxis": "y",
        "colorbar": {
            "title": {"text": unit, "side": "top", "font": {"size": 11}},
            "thickness": 12,
            "len": 0.8,
            "y": 0.4,
            "outlinewidth": 0,
            "tickfont": {"size": 11},
            "exponentformat": "power",
        },
    }


def _under_echo(
    explanation: Explanation, setting: int, heat: dict, palette: Palette, rows: dict, height: int
) -> go.Figure:
    """A heat map along time below the mean echo."""
    edges, top = time_edges(explanation.time), 1 - 70 / (height - 72)
    y = axis("", palette, domain=[0, top - 0.03], showgrid=False) | rows
    return figure(
        [heat, *mean_echo(explanation, setting, "y2", palette)],
        palette,
        axis("time t (µs)", palette, range=[float(edges[0]), float(edges[-1])], showgrid=False),
        y,
        height=height,
        showlegend=False,
        yaxis2=axis("|M|", palette, domain=[top, 1], range=[0, 0.55], nticks=3, showgrid=False),
    )
