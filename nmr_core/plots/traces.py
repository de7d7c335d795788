"""Traces, lines and notes that several figures draw, as the dictionaries that plotly reads."""

import numpy as np
from numpy.typing import ArrayLike

from nmr_core.plots.layout import plain


def line(
    x: ArrayLike,
    y: ArrayLike,
    name: str,
    colour: str,
    width: float = 2.0,
    *,
    dash: str = "solid",
    hover: str = "",
) -> dict:
    """Return a line through points, in single precision.

    Parameters
    ----------
    x, y : array, (n,)
        Values along x and y.
    name : str
        Entry of the legend; user text is made safe.
    colour : str
        Colour of the markers or lines, as a CSS value.
    width : float
        Width of the line in pixels.
    dash : str
        Style of the line.
    hover : str, optional
        Template of the text under the pointer. Default: none.
    """
    trace = {
        "type": "scatter",
        "mode": "lines",
        "x": np.float32(x),
        "y": np.float32(y),
        "name": plain(name),
        "line": {"color": colour, "width": width, "dash": dash},
    }
    return trace | ({"hovertemplate": hover} if hover else {"hoverinfo": "skip"})


def band(x: ArrayLike, low: ArrayLike, high: ArrayLike, fill: str) -> dict:
    """Return the area between two curves as one closed line without legend and pointer text.

    Parameters
    ----------
    x, low, high : array, (n,)
        Values along x.
    fill : str
        Colour with its opacity.
    """
    x, low, high = np.asarray(x), np.asarray(low), np.asarray(high)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "fill": "toself",
        "fillcolor": fill,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def horizontal(y: float, colour: str, dash: str = "solid", width: float = 1.2) -> dict:
    """Return a line across the whole figure at ``y``."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": y,
        "y1": y,
        "line": {"color": colour, "dash": dash, "width": width},
    }


def vertical(x: float, colour: str, dash: str = "solid", width: float = 1.2) -> dict:
    """Return a line from bottom to top at ``x``."""
    return {
        "type": "line",
        "yref": "paper",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "dash": dash, "width": width},
    }


def note(text: str, colour: str, *, size: int = 12, **place) -> dict:
    """Return a text without an arrow; ``place`` holds x, y, anchors and references."""
    return {
        "text": plain(text),
        "showarrow": False,
        "font": {"size": size, "color": colour},
    } | place


def horizontal_band(low: float, high: float, fill: str, layer: str) -> dict:
    """Return a band over the whole width as a layout shape, "above" or "below" the traces."""
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": low,
        "y1": high,
        "line": {"width": 0},
        "layer": layer,
        "fillcolor": fill,
    }
