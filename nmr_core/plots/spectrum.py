"""Spectra of echoes beside the line that the offsets come from."""

import numpy as np
import plotly.graph_objects as go

from nmr_core.plots.layout import axis, figure, plain
from nmr_core.plots.palette import Palette

WIDEST = 0.3
"""MHz: farther out there is nothing but the noise of the time window."""


def spectrum_figure(
    spectra: dict[str, tuple[np.ndarray, np.ndarray]],
    palette: Palette,
    line_width: float | None = None,
    height: int = 440,
) -> go.Figure:
    """|S(f)| by label, thin Re S of the first, and the half maxima of the line at ± line_width/2, dashed.

    spectra    : (f, S) each: MHz from the carrier, (n,), ascending; µs, complex (n,)
    line_width : MHz, full width at half maximum of the line

    The frequency axis ends where 99.9 % of every intensity |S|² lies, at most at ±0.3 MHz, at least at ±2 line widths.
    """
    (first, (frequency, S)), *_ = spectra.items()
    traces = [
        _line(
            f,
            np.abs(values),
            f"|S| {plain(label)}".strip(),
            palette.series[k % len(palette.series)],
            2.2,
        )
        for k, (label, (f, values)) in enumerate(spectra.items())
    ]
    traces.append(_line(frequency, S.real, f"Re S {plain(first)}".strip(), palette.series[0], 1))
    widest = max(_range(*spectrum) for spectrum in spectra.values())
    end = max(min(WIDEST, widest), 2 * (line_width or 0.0))
    edge = {
        "type": "line",
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "opacity": 0.5,
        "line": {"color": palette.ink, "width": 1, "dash": "dash"},
    }
    halves = (
        []
        if line_width is None
        else [edge | {"x0": f, "x1": f} for f in (-line_width / 2, line_width / 2)]
    )
    return figure(
        traces,
        palette,
        axis("frequency f − f₀ (MHz)", palette, range=[-end, end]),
        axis("spectrum S (µs)", palette),
        height=height,
        hovermode="x unified",
        shapes=halves,
    )


def _range(frequency: np.ndarray, values: np.ndarray) -> float:
    """The distance from the carrier that contains 99.9 % of |S|², MHz."""
    order = np.argsort(np.abs(frequency))
    intensity = np.cumsum(np.abs(values[order]) ** 2)
    if not intensity[-1] > 0:
        return WIDEST
    return float(np.abs(frequency[order[np.searchsorted(intensity, 0.999 * intensity[-1])]]))


def _line(x: np.ndarray, y: np.ndarray, name: str, colour: str, width: float) -> dict:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.float32(x),
        "y": np.float32(y),
        "name": name,
        "line": {"color": colour, "width": width},
        "hovertemplate": "%{y:.4g}",
    }
