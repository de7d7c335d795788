"""Narrow panels moved to further rows, and labels of ticks left out where they would touch."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_core.plots.layout import FONT_SIZE, LETTER

NARROW = 140
"""Pixels of a panel below which panels move to the next row."""
WIDE_GAP, NARROW_GAP = 64, 30
"""Pixels between panels with and without labels and titles of their own."""
CLOSE = 0.02
"""Distance of a note from the corner of its panel, as a fraction of the figure."""


@dataclass
class _Panel:
    """A pair of axes: their keys in the layout, and the upper left corner."""

    x: str
    y: str
    left: float
    top: float


def reflow(layout: dict, width: float) -> None:
    """Put panels into as many columns as fit into a width, if they are too narrow for it.

    Parameters
    ----------
    layout : dict
        Changed in place; only pairs of axes of their own are moved.
    width : float
        Pixels of the figure.
    """
    panels = _pairs(layout)
    if len(panels) < 2:
        return
    margin = layout.get("margin") or {}
    inner = width - margin.get("l", 60) - margin.get("r", 16)
    n_columns = len({round(panel.left, 4) for panel in panels})
    gap = _gap_between_columns(panels, layout)
    if n_columns < 2 or (inner - gap * (n_columns - 1)) / n_columns >= NARROW:
        return
    n_fitting = max(1, int((inner + gap) // (NARROW + gap)))
    _move(panels, layout, inner, min(n_fitting, n_columns))


def _gap_between_columns(panels: list[_Panel], layout: dict) -> float:
    """Pixels: more where a panel has labels and a title of its own at its left."""
    titles = [(layout[panel.y].get("title") or {}).get("text") for panel in panels]
    return WIDE_GAP if any(titles) else NARROW_GAP


def _pairs(layout: dict) -> list[_Panel]:
    """Panels in reading order; none if an axis belongs to several panels."""
    panels = []
    for name, axis in layout.items():
        if not re.fullmatch(r"xaxis\d*", name):
            continue
        anchor = axis.get("anchor") or "y"
        partner = f"yaxis{anchor[1:]}"
        own = layout.get(partner) or {}
        back = own.get("anchor") or "x"
        if f"xaxis{back[1:]}" != name:
            return []
        left, top = (axis.get("domain") or (0, 1))[0], (own.get("domain") or (0, 1))[1]
        panels.append(_Panel(name, partner, left, top))
    n_y = sum(bool(re.fullmatch(r"yaxis\d*", name)) for name in layout)
    if n_y != len(panels):
        return []
    return sorted(panels, key=lambda panel: (-round(panel.top, 4), panel.left))


def _move(panels: list[_Panel], layout: dict, inner: float, n_columns: int) -> None:
    """Set the domains of panels in ``n_columns`` columns, and the height of the figure."""
    margin = layout.get("margin") or {}
    edges = margin.get("t", 24) + margin.get("b", 48)
    old_height = layout.get("height") or 380
    n_old_rows = len({round(panel.top, 4) for panel in panels})
    shares_labels = any(layout[panel.x].get("showticklabels") is False for panel in panels)
    gap_x = _gap_between_columns(panels, layout)
    gap_y = NARROW_GAP if shares_labels else WIDE_GAP
    across = (inner - gap_x * (n_columns - 1)) / n_columns
    tall = min((old_height - edges) / n_old_rows, 0.9 * across)
    n_rows = -(-len(panels) // n_columns)
    plotted = tall * n_rows + gap_y * (n_rows - 1)
    notes = [dict(note) for note in layout.get("annotations") or ()]
    own_notes = [[note for note in notes if _belongs(note, panel)] for panel in panels]
    for k, panel in enumerate(panels):
        row, column = divmod(k, n_columns)
        left = column * (across + gap_x) / inner
        top = 1 - row * (tall + gap_y) / plotted
        layout[panel.x]["domain"] = [left, left + across / inner]
        layout[panel.y]["domain"] = [max(0.0, top - tall / plotted), top]
        if shares_labels:
            layout[panel.x]["showticklabels"] = k + n_columns >= len(panels)
            layout[panel.y]["showticklabels"] = column == 0
        for note in own_notes[k]:
            note |= {"x": left, "y": top}
    for note in notes:
        if note.get("yref") == "paper" and note.get("y", 0) < 0:
            note["y"] *= (old_height - edges) / plotted
    layout |= {"annotations": notes, "height": plotted + edges}


def _belongs(note: dict, panel: _Panel) -> bool:
    if note.get("xref") != "paper" or note.get("yref") != "paper":
        return False
    return abs(note["x"] - panel.left) < CLOSE and abs(note["y"] - panel.top) < CLOSE


def thin_labels(layout: dict, width: float) -> None:
    """Empty those labels of given ticks of horizontal axes that would touch the one before."""
    margin = layout.get("margin") or {}
    inner = width - margin.get("l", 60) - margin.get("r", 16)
    for name, axis in layout.items():
        if re.fullmatch(r"xaxis\d*", name) and axis.get("tickvals") is not None:
            layout[name] = _thinned(axis, inner)


def _thinned(axis: dict[str, Any], inner: float) -> dict[str, Any]:
    values = axis["tickvals"]
    if not len(values) or any(not isinstance(value, int | float | np.number) for value in values):
        return axis
    labels = axis.get("ticktext")
    texts = [f"{value:g}" for value in values] if labels is None else [str(text) for text in labels]
    low, high = axis.get("domain") or (0, 1)
    places = np.asarray(values, dtype=float)
    if axis.get("type") == "log":
        places = np.log10(places)
    ends = axis.get("range") or (places.min() - 0.05, places.max() + 0.05)
    pixels = (places - ends[0]) / (ends[1] - ends[0]) * inner * (high - low)
    shown = list(texts)
    end = -np.inf
    for k in np.argsort(pixels):
        half = LETTER * FONT_SIZE * len(texts[k]) / 2
        if pixels[k] - half < end:
            shown[k] = ""
        elif texts[k]:
            end = pixels[k] + half + 4
    return axis | {"ticktext": shown}
