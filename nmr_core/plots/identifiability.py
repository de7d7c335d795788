"""Identifiability: sensitivity over time, parameter combinations, and errors across the prior."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from nmr_core.inference.identifiability.words import percent
from nmr_core.parameters import Parameter
from nmr_core.plots.dataset import thinned
from nmr_core.plots.layout import axis, figure, key_note, plain, row_axis, row_domains
from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.traces import vertical

ROW = 118
"""Pixels of one parameter."""
MOST_OF_BAND = 4.0
"""A row shows at most this many times its peak: it stays visible beside a wide band."""


def sensitivity_curves_figure(
    time: np.ndarray,
    curves: np.ndarray,
    band: np.ndarray,
    specs: Sequence[Parameter],
    palette: Palette,
) -> go.Figure:
    """Draw w dM/dθ per spin over time (µs), one row per parameter: Re and Im over a noise band.

    Parameters
    ----------
    time : array, (n_times,)
        µs; at most 600 points are drawn.
    curves : complex array, (n_parameters, n_times)
        dM/dθ times the width w of the parameter's range.
    band : array, (n_times,)
        Standard deviation of M by the disorder and the noise of one echo. If complex, that of Re M
        and, as its imaginary part, that of Im M.
    specs : sequence of Parameter
        Parameters of the rows.
    palette : Palette
        Colours of the theme.
    """
    keep = thinned(len(time), 600)
    time, curves, band = (
        np.float32(time[keep]),
        curves[:, keep],
        np.abs(np.asarray(band)[..., keep]),
    )
    colours = (palette.series[0], palette.series[1])
    traces, layout, names = [], {}, []
    for row, (spec, (low, high)) in enumerate(zip(specs, row_domains(len(specs)), strict=True)):
        name = plain(spec.symbol)
        traces += _noise_band(time, band, row_axis(row), palette)
        for part, colour, values in zip(
            ("Re", "Im"), colours, (curves[row].real, curves[row].imag), strict=True
        ):
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "x": time,
                    "y": np.float32(values),
                    "name": f"{part}, {name}",
                    "yaxis": row_axis(row),
                    "line": {"color": colour, "width": 1.6},
                    "hovertemplate": f"{part}: %{{y:.3g}} at %{{x:.2f}} µs<extra>{name}</extra>",
                }
            )
        reach = _reach(curves[row], band)
        layout[row_axis(row, "yaxis")] = axis(
            "",
            palette,
            domain=[low, high],
            range=[-reach, reach],
            nticks=4,
            zeroline=True,
            zerolinecolor=palette.faint,
        )
        names.append(
            {
                "x": 0,
                "xref": "paper",
                "xshift": 6,
                "xanchor": "left",
                "y": high,
                "yref": "paper",
                "yanchor": "top",
                "text": f"<b>{name}</b>",
                "showarrow": False,
                "font": {"size": 15, "color": palette.ink},
            }
        )
    x = axis(
        "time t (µs)",
        palette,
        range=[min(0.0, float(time[0])), float(time[-1])],
        anchor="free",
        position=0,
    )
    key = key_note(
        [
            ("Re", colours[0]),
            ("Im", colours[1]),
            ("disorder and noise of one echo (± 1 sd)", _grey(palette)),
        ]
    )
    return figure(
        traces,
        palette,
        x,
        layout.pop("yaxis"),
        height=84 + ROW * len(specs),
        showlegend=False,
        annotations=[key, *names],
        margin={"l": 60, "r": 16, "t": 30, "b": 48},
        **layout,
    )


def _grey(palette: Palette) -> str:
    return faded(palette.ink, 0.35)


def _noise_band(time: np.ndarray, band: np.ndarray, yaxis: str, palette: Palette) -> list[dict]:
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": time,
        "yaxis": yaxis,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    return [
        edge | {"y": np.float32(band)},
        edge | {"y": np.float32(-band), "fill": "tonexty", "fillcolor": faded(palette.ink, 0.14)},
    ]


def _reach(curve: np.ndarray, band: np.ndarray) -> float:
    """Half the range of a row: its peak and, while the curve stays visible, the band; never 0."""
    peak = float(np.max(np.abs(np.concatenate([curve.real, curve.imag])), initial=0.0))
    behind = float(np.max(band, initial=0.0))
    visible = peak > 1e-9 * behind
    return 1.12 * (max(peak, min(behind, MOST_OF_BAND * peak)) if visible else behind) or 1.0


PRIOR_PERCENT = 100 / np.sqrt(12)
"""Standard deviation of a uniform prior in % of its range: what one knows without any echo."""
FLOOR = 1e-3
"""% of the range; the smallest error that is drawn."""


def directions_figure(
    sd: np.ndarray, vectors: np.ndarray, specs: Sequence[Parameter], palette: Palette
) -> go.Figure:
    """Draw the eigenvectors of the information matrix as panels of bars, the best known one first.

    Parameters
    ----------
    sd : array, (n,)
        1/√λ, standard deviation along each direction in fractions of the ranges, ascending; inf =
        not determined.
    vectors : array, (n, n)
        Row k is direction k; its largest component is drawn to the right.
    specs : sequence of Parameter
        Components of the directions.
    palette : Palette
        Colours of the theme.
    """
    n, gap, blind = len(specs), 0.03, [not 100 * s <= PRIOR_PERCENT for s in sd]
    width = (1 - gap * (n - 1)) / n
    names = [plain(spec.symbol) for spec in specs]
    traces, notes = [], []
    axes: dict[str, Any] = {}
    for k in range(n):
        number, left = str(k + 1) if k else "", k * (width + gap)
        vector = vectors[k] * np.sign(vectors[k, np.abs(vectors[k]).argmax()])
        colours = [_shade(row, blind[k], palette) for row in range(n)]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": names,
                "x": np.float32(vector),
                "xaxis": f"x{number}",
                "width": 0.7,
                "marker": {"color": colours},
                "hovertemplate": "%{y} %{x:.3f}<extra></extra>",
            }
        )
        axes[f"xaxis{number}"] = axis(
            "",
            palette,
            range=[-1.08, 1.08],
            domain=[left, left + width],
            tickvals=[-1, 0, 1],
            zeroline=True,
            zerolinecolor=faded(palette.ink, 0.4),
        )
        error = percent(100 * sd[k])
        text = (
            "not determined"
            if error == "nothing"
            else f"to {error}" + (",<br>the prior is better" if blind[k] else "")
        )
        notes.append(
            {
                "x": left + width / 2,
                "y": 1.02,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "center",
                "yanchor": "bottom",
                "text": text,
                "showarrow": False,
                "font": {"size": 12, "color": palette.ink},
            }
        )
    y = axis(
        "",
        palette,
        type="category",
        autorange="reversed",
        showgrid=False,
        automargin=True,
        tickfont={"size": 15},
    )
    return figure(
        traces,
        palette,
        axes.pop("xaxis"),
        y,
        height=98 + 34 * n,
        showlegend=False,
        annotations=notes,
        margin={"l": 40, "r": 12, "t": 48, "b": 34},
        **axes,
    )


def _shade(k: int, blind: bool, palette: Palette) -> str:
    colour = palette.series[k % len(palette.series)]
    return faded(colour, 0.4) if blind else colour


def points_figure(
    errors: np.ndarray,
    specs: Sequence[Parameter],
    palette: Palette,
    best: Mapping[str, float] | None = None,
) -> go.Figure:
    """Draw the errors at points of the prior, one row per parameter, with rms, median and worst.

    Parameters
    ----------
    errors : array, (n_points, n_parameters)
        Standard errors together with the prior, in % of the range; at most 28.9, which is dotted.
    specs : sequence of Parameter
        Parameters of the rows.
    palette : Palette
        Colours of the theme.
    best : mapping, optional
        Parameter -> error of the best run, % of the range.
    """
    errors, best = np.maximum(errors, FLOOR), best or {}
    names = [plain(spec.symbol) for spec in specs]
    traces: list[dict[str, Any]] = []
    for k, (spec, name) in enumerate(zip(specs, names, strict=True)):
        colour, x = palette.series[k % len(palette.series)], errors[:, k]
        unit = f" {plain(spec.unit)}" if spec.unit else ""
        dots = {
            "type": "scatter",
            "mode": "markers",
            "x": np.float32(x),
            "y": [name] * len(x),
            "name": name,
            "marker": {"size": 9, "color": faded(colour, 0.35)},
            "text": [_both(value, spec, unit) for value in x],
            "hovertemplate": f"{name}, point %{{pointNumber}}: %{{text}}<extra></extra>",
        }
        values = [np.sqrt((x**2).mean()), np.median(x), x.max()]
        summary = {
            "type": "scatter",
            "mode": "markers",
            "x": np.array(values),
            "y": [name] * 3,
            "name": name,
            "marker": {
                "size": [15, 20, 15],
                "symbol": list(SUMMARY.values()),
                "color": colour,
                "line": {"width": [1, 3, 2], "color": [palette.ink, colour, colour]},
            },
            "text": [
                f"{word}: {_both(value, spec, unit)}"
                for word, value in zip(SUMMARY, values, strict=True)
            ],
            "hovertemplate": f"{name}, %{{text}}<extra></extra>",
        }
        traces += [dots, summary]
        if spec.name in best:
            traces.append(_run_marker(best[spec.name], spec, name, unit, palette))
    low = 10.0 ** np.floor(np.log10(min([1.0, errors.min(), *best.values()])))
    ticks = [10.0**k for k in range(-3, 3) if 10.0**k >= low]
    prior = {
        "x": np.log10(PRIOR_PERCENT),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": "the prior alone",
        "showarrow": False,
        "font": {"size": 12},
    }
    return figure(
        traces,
        palette,
        axis(
            "standard error (% of the prior's range)",
            palette,
            type="log",
            tickvals=ticks,
            ticktext=[f"{tick:g}" for tick in ticks],
            range=[np.log10(low), np.log10(60)],
        ),
        axis("", palette, type="category", autorange="reversed", tickfont={"size": 15}),
        height=110 + 46 * len(specs),
        showlegend=False,
        shapes=[vertical(PRIOR_PERCENT, palette.ink, "dot")],
        annotations=[prior],
    )


SUMMARY = {"root mean square": "diamond", "median": "line-ns", "worst point": "circle-open"}
"""What summarises the points -> its marker."""


def _run_marker(
    value: float, spec: Parameter, name: str, unit: str, palette: Palette
) -> dict[str, Any]:
    """A star at the error of the best run."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.array([value]),
        "y": [name],
        "name": name,
        "marker": {
            "size": 15,
            "symbol": "star",
            "color": palette.ink,
            "line": {"width": 1, "color": palette.faint},
        },
        "hovertemplate": f"{name}, best run: {_both(value, spec, unit)}<extra></extra>",
    }


def _both(value: float, spec: Parameter, unit: str) -> str:
    """Return "± 0.002 MHz, 1.1 % of the range"."""
    return f"± {value / 100 * spec.width:.2g}{unit}, {percent(value)} of the range"
