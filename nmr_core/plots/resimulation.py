"""A measurement under the simulation of its own estimate, and what the simulation leaves."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.curves import thinned
from nmr_core.plots.layout import axis, figure, key_note
from nmr_core.plots.palette import Palette, faded

SPREAD = 1.96
"""Standard deviations of the seeds that a band is wide on either side."""


def resimulation_figure(
    found, palette: Palette, *, setting: int = 0, curve: np.ndarray | None = None, height: int = 430
) -> go.Figure:
    """Above: Re M and Im M as measured (thin) over the mean of the simulations (thick) and the band that 95 % of samples with
    other spins would stay in. Below: what is left, with the same band.

    found : a :class:`nmr_core.measured.resimulation.Resimulation`
    curve : complex (n_times,), the refined curve, drawn dotted
    """
    keep = thinned(len(found.time))
    time = np.float32(found.time[keep])
    measured, mean = found.measured[setting][keep], found.mean[setting][keep]
    spread = (
        SPREAD * np.asarray(found.sd)[setting][keep] / np.sqrt(2)
    )  # of Re and of Im, sd is of both together
    left, traces = measured - mean, []
    for name, part, k in (("Re M", np.real, 1), ("Im M", np.imag, 2)):
        colour = palette.series[k]
        traces += [
            _edge(time, part(mean) + spread, "y"),
            _edge(time, part(mean) - spread, "y") | _fill(colour),
            _line(time, part(mean), f"{name}, simulated", faded(colour, 0.75), 2.6, "y"),
            _line(
                time,
                part(measured),
                f"{name}, measured",
                palette.ink if k == 1 else faded(palette.ink, 0.7),
                0.9,
                "y",
            ),
        ]
        if curve is not None:
            traces.append(
                _line(
                    time,
                    part(np.asarray(curve)[keep]),
                    f"{name}, refined",
                    palette.series[3],
                    1.3,
                    "y",
                    "dot",
                )
            )
        traces += [
            _edge(time, spread, "y2"),
            _edge(time, -spread, "y2") | _fill(colour),
            _line(time, part(left), f"{name}, left", colour, 1.1, "y2"),
        ]
    key = key_note(
        [
            ("measured", palette.ink),
            ("Re M simulated", palette.series[1]),
            ("Im M simulated", palette.series[2]),
            *([("refined", palette.series[3])] if curve is not None else []),
        ]
    )
    made = figure(
        traces,
        palette,
        axis(
            "time t (µs)", palette, range=[min(0.0, float(time[0])), float(time[-1])], anchor="y2"
        ),
        axis("M per spin", palette, domain=[0.36, 1]),
        height=height,
        showlegend=False,
        annotations=[key],
        margin={"l": 68, "r": 16, "t": 32, "b": 48},
    )
    return made.update_layout(yaxis2=axis("left over", palette, domain=[0, 0.27]))


def _edge(x, y, axis_: str) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": np.float32(y),
        "yaxis": axis_,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _fill(colour: str) -> dict:
    return {"fill": "tonexty", "fillcolor": faded(colour, 0.22)}


def _line(x, y, name: str, colour: str, width: float, axis_: str, dash: str = "solid") -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": np.float32(y),
        "name": name,
        "yaxis": axis_,
        "line": {"color": colour, "width": width, "dash": dash},
        "hovertemplate": "%{x:.4g} µs: %{y:.4f}<extra>" + name + "</extra>",
    }
