"""Errors of parameters against one setting and two, and profile likelihoods."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nmr_core.inference.identifiability.words import BLIND, percent
from nmr_core.parameters import Parameter
from nmr_core.plots.identifiability import FLOOR, PRIOR_PERCENT
from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import horizontal, vertical

CHI2_95 = 1.96**2
"""Rise of χ² at the ends of a 95 % interval of one parameter."""
DECADE = 10.0
"""An axis whose last value is so many times its first is logarithmic."""
COLUMNS = 5
"""Labels of a logarithmic colour bar, about."""


def _along(label: str, values: np.ndarray, palette: Palette, **more) -> dict:
    """Axis of a setting, logarithmic where it covers a decade."""
    if values.min() > 0 and values.max() > DECADE * values.min():
        low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
        ticks = [
            step * 10.0**decade
            for decade in np.arange(low, high + 1)
            for step in ((1,) if high - low > 3 else (1, 2, 5))
        ]
        return (
            axis(
                plain(label),
                palette,
                type="log",
                tickvals=ticks,
                ticktext=[f"{tick:,.10g}" for tick in ticks],
            )
            | more
        )
    return axis(plain(label), palette, **more)


def _vertical(x: float, palette: Palette, dash: str = "dash") -> dict:
    return vertical(x, palette.ink, dash, 1.1)


def _decades(low: float, high: float) -> tuple[list[float], list[str]]:
    """Ticks of a logarithmic axis in %: decades, with 2 and 5 where there are few."""
    steps = (1,) if high / low > 1e3 else (1, 2, 5)
    ticks = [
        step * 10.0**k for k in range(-4, 4) for step in steps if low <= step * 10.0**k <= high
    ]
    return ticks, [f"{tick:.10g}" for tick in ticks]


def scan_figure(
    values: np.ndarray,
    errors: Mapping[str, np.ndarray],
    specs: Mapping[str, Parameter],
    label: str,
    palette: Palette,
    now: float | None = None,
    height: int = 420,
) -> go.Figure:
    """Draw the linear estimate of standard errors, in % of the range, against a setting.

    One line per parameter; the standard deviation of the prior alone is dotted.

    Parameters
    ----------
    values : array, (n_values,)
        The setting.
    errors : mapping of str to array, (n_values,)
        By parameter, %; a line ends where nothing is known (inf).
    specs : mapping of str to Parameter
        Name -> parameter of the axis.
    label : str
        Symbol and unit of the setting.
    palette : Palette
        Colours of the theme.
    now : float, optional
        Value of the setting in the protocol, dashed.
    height : int
        Height of the figure in pixels.
    """
    traces, finite = [], []
    for k, (name, error) in enumerate(errors.items()):
        colour, symbol = palette.series[k % len(palette.series)], plain(specs[name].symbol)
        y = np.where(np.isfinite(error) & (error <= BLIND), np.maximum(error, FLOOR), np.nan)
        finite.append(y)
        drawn_name = symbol if np.isfinite(y).any() else f"{symbol} (not determined)"
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": values,
                "y": y,
                "name": drawn_name,
                "line": {"color": colour, "width": 2.2},
                "marker": {"size": 7},
                "customdata": [_in_units(value, specs[name]) for value in y],
                "hovertemplate": f"{symbol}: %{{y:.3g}} % of its range, "
                f"%{{customdata}}<br>{plain(label)} %{{x:.4g}}"
                "<extra></extra>",
                "showlegend": True,
            }
        )
    all_y = np.concatenate([*finite, [PRIOR_PERCENT]])
    low = float(np.nanmin(all_y)) / 1.6
    high = max(60.0, float(np.nanmax(all_y)) * 1.3)
    ticks, texts = _decades(low, high)
    line = horizontal(PRIOR_PERCENT, palette.ink, "dot")
    note = {
        "xref": "paper",
        "x": 1,
        "y": np.log10(PRIOR_PERCENT),
        "xanchor": "right",
        "yanchor": "bottom",
        "text": "the prior alone",
        "showarrow": False,
        "font": {"size": 12},
    }
    here = (
        [] if now is None or not values.min() <= now <= values.max() else [_vertical(now, palette)]
    )
    return figure(
        traces,
        palette,
        _along(label, values, palette),
        axis(
            "standard error (% of the range)",
            palette,
            type="log",
            range=[np.log10(low), np.log10(high)],
            tickvals=ticks,
            ticktext=texts,
        ),
        height=height,
        shapes=[line, *here],
        annotations=[note],
    )


def _in_units(percents: float, spec: Parameter) -> str:
    return (
        "nothing"
        if not np.isfinite(percents)
        else f"± {percents / 100 * spec.width:.3g} {spec.unit}".strip()
    )


def error_map_figure(
    x: np.ndarray,
    y: np.ndarray,
    errors: np.ndarray,
    spec: Parameter,
    x_label: str,
    y_label: str,
    palette: Palette,
    now: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw the error of one parameter over two settings or parameters; the best is strongest.

    Parameters
    ----------
    x, y : array, (n_x,), (n_y,)
        Values along x and y.
    errors : array, (n_y, n_x)
        % of the range; cells without an error (inf, NaN) stay empty.
    spec : Parameter
        The bounded parameter.
    x_label, y_label : str
        Symbols and units.
    palette : Palette
        Colours of the theme.
    now : tuple of float, optional
        Values of the protocol, marked with a ring.
    """
    shown = np.where(np.isfinite(errors) & (errors <= BLIND), np.maximum(errors, FLOOR), np.nan)
    low, high = (np.nanmin(shown), np.nanmax(shown)) if np.isfinite(shown).any() else (1.0, BLIND)
    low, high = (low, high) if high > 1.05 * low else (low / 1.3, high * 1.3)
    ticks = np.geomspace(low, high, COLUMNS)
    colour = palette.series[0]
    symbol = plain(spec.symbol)
    heat = {
        "type": "heatmap",
        "x": np.float32(x),
        "y": np.float32(y),
        "z": np.float32(np.log10(shown)),
        "xgap": 1,
        "ygap": 1,
        "colorscale": [[0, colour], [0.5, faded(colour, 0.55)], [1, faded(colour, 0.08)]],
        "zmin": float(np.log10(low)),
        "zmax": float(np.log10(high)),
        "hoverongaps": False,
        "customdata": np.array(
            [
                [f"{percent(cell)} of its range, {_in_units(cell, spec)}" for cell in row]
                for row in shown
            ]
        ),
        "hovertemplate": f"{plain(x_label)} %{{x:.4g}}<br>{plain(y_label)} %{{y:.4g}}<br>{symbol}: "
        f"%{{customdata}}"
        "<extra></extra>",
        "colorbar": {
            "title": {
                "text": f"sd of {symbol}<br>(% of its range)",
                "side": "top",
                "font": {"size": 12},
            },
            "tickvals": np.log10(ticks),
            "ticktext": [percent(tick) for tick in ticks],
            "thickness": 14,
            "outlinewidth": 0,
        },
    }
    traces = [heat]
    if now is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [now[0]],
                "y": [now[1]],
                "hoverinfo": "skip",
                "marker": {
                    "size": 15,
                    "symbol": "circle-open",
                    "color": palette.ink,
                    "line": {"width": 2},
                },
            }
        )
    across, up = (
        _along(x_label, x, palette, showgrid=False),
        _along(y_label, y, palette, showgrid=False),
    )
    return figure(traces, palette, across, up, height=440, showlegend=False)


def profile_figure(
    values: np.ndarray,
    rise: np.ndarray,
    spec: Parameter,
    palette: Palette,
    truth: float | None = None,
    others: Sequence[tuple[Parameter, np.ndarray]] = (),
) -> go.Figure:
    """Draw the profile likelihood Δχ² of one parameter, in its unit.

    Values below the dotted line at 1.96² belong to the 95 % interval: a profile that stays below it
    identifies nothing.

    Parameters
    ----------
    values, rise : array, (n_values,)
        Values of the parameter, and Δχ² with all other parameters fitted.
    spec : Parameter
        Parameter of the axis, with symbol and unit.
    palette : Palette
        Colours of the theme.
    truth : float, optional
        Value of the measurement, dashed.
    others : sequence of (Parameter, array)
        Fitted values of the other parameters as fractions of their ranges, (n_values,), drawn
        below.
    """
    inside = rise <= CHI2_95
    top = max(3 * CHI2_95, min(float(np.nanmax(rise)), 12 * CHI2_95)) * 1.05
    colour = palette.series[0]
    share = 0.58 if others else 0.0
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": values,
            "y": np.minimum(rise, 1e6),
            "showlegend": False,
            "line": {"color": colour, "width": 2.2},
            "marker": {
                "size": 8,
                "color": [colour if is_inside else faded(colour, 0.45) for is_inside in inside],
            },
            "hovertemplate": f"{plain(spec.symbol)} = %{{x:.4g}}<br>Δχ² = "
            f"%{{y:.3g}}<extra></extra>",
        }
    ]
    for k, (other, path) in enumerate(others):
        shade = palette.series[(k + 1) % len(palette.series)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": values,
                "y": path,
                "name": plain(other.symbol),
                "yaxis": "y2",
                "line": {"color": shade, "width": 1.8},
                "hovertemplate": f"{plain(other.symbol)} at %{{y:.0%}} of its range<extra></extra>",
            }
        )
    line = horizontal(CHI2_95, palette.ink, "dot")
    note = {
        "xref": "paper",
        "x": 1,
        "y": CHI2_95,
        "xanchor": "right",
        "yanchor": "bottom",
        "text": "95 %",
        "showarrow": False,
        "font": {"size": 12},
    }
    more: dict[str, Any] = (
        {
            "yaxis2": axis(
                "others, share of range",
                palette,
                domain=[0, share - 0.14],
                range=[-0.05, 1.05],
                nticks=4,
                tickformat=".0%",
            )
        }
        if others
        else {}
    )
    x = axis(
        plain(spec.label),
        palette,
        range=[spec.low - 0.02 * spec.width, spec.high + 0.02 * spec.width],
    )
    x |= {"anchor": "y2"} if others else {}
    shapes = [line] + ([] if truth is None else [_vertical(truth, palette)])
    legend = {"orientation": "h", "x": 0, "y": share - 0.13, "yanchor": "bottom"}
    return figure(
        traces,
        palette,
        x,
        axis("Δχ²", palette, range=[-0.03 * top, top], domain=[share, 1]),
        height=480 if others else 380,
        shapes=shapes,
        annotations=[note],
        legend=legend,
        **more,
    )
