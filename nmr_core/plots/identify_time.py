"""Where in time each parameter shows in the signal, beside what the disorder hides."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from nmr_core.parameters import Parameter
from nmr_core.plots.curves import thinned
from nmr_core.plots.explain_rows import row_axis, row_domains
from nmr_core.plots.layout import axis, figure, key_note, plain
from nmr_core.plots.palette import Palette, faded

ROW = 118
"""Pixels of one parameter."""
MOST_OF_BAND = 4.0
"""A row shows at most so many times its own peak, so that its shape stays visible beside a wide band."""


def sensitivity_curves_figure(
    time: np.ndarray,
    curves: np.ndarray,
    band: np.ndarray,
    specs: Sequence[Parameter],
    palette: Palette,
) -> go.Figure:
    """w dM/dθ over time, a row a parameter: Re and Im as lines, one standard deviation of M from curve to curve as a band.

    time : µs, (n_times,); specs : what the rows are, w = their width
    curves : complex (n_parameters, n_times), dM/dθ times the width of the parameter's range
    band : (n_times,) or complex (real part: Re, imaginary part: Im): the disorder and the noise of one curve
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
        traces += _band(time, band, row_axis(row), palette)
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
            ("disorder and noise of one curve (± 1 sd)", _grey(palette)),
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


def _band(time: np.ndarray, band: np.ndarray, yaxis: str, palette: Palette) -> list[dict]:
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
    """Half the range of a row: its own peak and, as far as the curve stays visible, the band; never 0."""
    peak = float(np.max(np.abs(np.concatenate([curve.real, curve.imag])), initial=0.0))
    behind = float(np.max(band, initial=0.0))
    visible = peak > 1e-9 * behind
    return 1.12 * (max(peak, min(behind, MOST_OF_BAND * peak)) if visible else behind) or 1.0
