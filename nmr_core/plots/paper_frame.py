"""Where the curves, lines and texts of a figure are, as fractions of its frame."""

import re
from dataclasses import dataclass

import numpy as np

from nmr_core.plots.layout import LETTER

FONT = 13
"""Size of the text of legends and notes in pixels of the layout."""
LINE = 1.45
"""Height of a line of text in units of its size."""
ANCHORS = {"left": 0.0, "bottom": 0.0, "center": 0.5, "middle": 0.5, "right": 1.0, "top": 1.0}


Curve = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Frame:
    """The plotted area.

    Attributes
    ----------
    x, y : tuple of float
        Ends of the axes; of logarithmic ones the logarithms.
    width, height : float
        Pixels.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    width: float
    height: float

    def fractions(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return points as fractions of width and height."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return across, up


def drawn(traces: list[dict], layout: dict) -> tuple[Frame, list[Curve]] | None:
    """Return the frame of a figure and what is drawn in it, each as points in fractions of it.

    Parameters
    ----------
    traces : list of dict
        Plotly traces.
    layout : dict
        Axes, lines, texts, and the size in pixels.

    Returns
    -------
    tuple or None
        None where the figure has several panels, or draws other than curves and points.
    """
    n_axes = sum(bool(re.fullmatch(r"[xy]axis\d*", name)) for name in layout)
    if n_axes != 2 or any(trace.get("type") != "scatter" for trace in traces):
        return None
    curves = [curve for trace in traces for curve in _curves(trace, layout)]
    frame = _frame(curves, layout)
    if frame is None:
        return None
    inside = [frame.fractions(*curve) for curve in curves]
    return frame, [*inside, *_lines(layout, frame), *_notes(layout, frame)]


def _curves(trace: dict, layout: dict) -> list[Curve]:
    """The line or points of a trace and the ends of its error bars; none where axes have names."""
    try:
        x, y = (np.asarray(trace[name], dtype=float).ravel() for name in ("x", "y"))
    except (KeyError, TypeError, ValueError):
        return []
    n = min(len(x), len(y))
    x, y = x[:n], y[:n]
    curves = [_finite(x, y, "lines" in trace.get("mode", "lines"), layout)]
    bars = trace.get("error_y") or {}
    if bars.get("array") is not None and len(bars["array"]) == n:
        above = np.asarray(bars["array"], dtype=float)
        below = bars.get("arrayminus")
        below = above if below is None else np.asarray(below, dtype=float)
        curves += [_finite(x, edge, False, layout) for edge in (y + above, y - below)]
    return [curve for curve in curves if len(curve[0])]


def _finite(x: np.ndarray, y: np.ndarray, joined: bool, layout: dict) -> Curve:
    """Finite points in the numbers of the axes; of a joined line also those between."""
    if _is_log(layout, "xaxis"):
        x = np.log10(np.where(x > 0, x, np.nan))
    if _is_log(layout, "yaxis"):
        y = np.log10(np.where(y > 0, y, np.nan))
    n = len(x)
    if joined and 1 < n < 100:
        along, dense = np.arange(n), np.linspace(0, n - 1, 200)
        x, y = np.interp(dense, along, x), np.interp(dense, along, y)
    finite = np.isfinite(x) & np.isfinite(y)
    return x[finite], y[finite]


def _lines(layout: dict, frame: Frame) -> list[Curve]:
    """Horizontal and vertical lines of the layout, as fractions of the frame."""
    lines = []
    for shape in layout.get("shapes") or ():
        if shape.get("type") != "line":
            continue
        places = [_place(shape, letter, k, layout) for letter in "xy" for k in "01"]
        ends = [place for place in places if place is not None]
        if len(ends) < len(places):
            continue
        x0, x1, y0, y1 = ends
        whole = np.linspace(0, 1, 200)
        lines.append(
            (
                whole if shape.get("xref") == "paper" else _along(x0, x1, frame.x),
                whole if shape.get("yref") == "paper" else _along(y0, y1, frame.y),
            )
        )
    return lines


def _along(first: float, last: float, ends: tuple[float, float]) -> np.ndarray:
    return (np.linspace(first, last, 200) - ends[0]) / (ends[1] - ends[0])


def _notes(layout: dict, frame: Frame) -> list[Curve]:
    """The areas of texts inside the frame, as fractions of it."""
    areas = []
    for note in layout.get("annotations") or ():
        x, y = (_place(note, letter, "", layout) for letter in "xy")
        if x is None or y is None:
            continue
        if note.get("xref") != "paper":
            x = (x - frame.x[0]) / (frame.x[1] - frame.x[0])
        if note.get("yref") != "paper":
            y = (y - frame.y[0]) / (frame.y[1] - frame.y[0])
        width = LETTER * FONT * len(str(note.get("text", ""))) / frame.width
        height = LINE * FONT / frame.height
        left = x - width * ANCHORS.get(note.get("xanchor"), 0.5)
        bottom = y - height * ANCHORS.get(note.get("yanchor"), 0.5)
        across, up = np.meshgrid(np.linspace(0, width, 9), np.linspace(0, height, 5))
        areas.append((left + across.ravel(), bottom + up.ravel()))
    return areas


def _place(entry: dict, letter: str, end: str, layout: dict) -> float | None:
    """A coordinate of a shape or text in the numbers of its axis; None for names and dates."""
    value = entry.get(f"{letter}{end}")
    if not isinstance(value, int | float):
        return None
    logarithmic = end and entry.get(f"{letter}ref") != "paper" and _is_log(layout, f"{letter}axis")
    if logarithmic:
        return float(np.log10(value)) if value > 0 else None
    return float(value)


def _is_log(layout: dict, axis: str) -> bool:
    return (layout.get(axis) or {}).get("type") == "log"


def _frame(curves: list[Curve], layout: dict) -> Frame | None:
    """Ends of the axes as given, else those of the curves and lines."""
    if not curves:
        return None
    ends = [_ends(letter, curves, layout) for letter in "xy"]
    if ends[0] is None or ends[1] is None:
        return None
    margin = layout.get("margin") or {}
    width = (layout.get("width") or 600) - margin.get("l", 60) - margin.get("r", 16)
    height = (layout.get("height") or 380) - margin.get("t", 10) - margin.get("b", 48)
    return Frame(ends[0], ends[1], max(width, 1), max(height, 1))


def _ends(letter: str, curves: list[Curve], layout: dict) -> tuple[float, float] | None:
    own = layout[f"{letter}axis"].get("range")
    if own is not None and None not in own:
        return float(own[0]), float(own[1])
    values = [value for curve in curves for value in curve["xy".index(letter)]]
    for shape in layout.get("shapes") or ():
        if shape.get(f"{letter}ref") != "paper":
            values += [_place(shape, letter, end, layout) for end in "01"]
    numbers = [value for value in values if value is not None]
    low, high = min(numbers), max(numbers)
    margin = 0.05 * (high - low)
    return (low - margin, high + margin) if high > low else None
