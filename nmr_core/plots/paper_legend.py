"""A legend inside of a figure, in the corner where it hides least, or above the figure."""

import re

from nmr_core.plots.layout import LETTER
from nmr_core.plots.paper_frame import FONT, LINE, Curve, drawn

ENTRY = re.compile(r'<span style="color:([^"]+)">━</span> (.*?)(?=(?:&nbsp;)+|$)')
"""Colour and name of an entry of :func:`nmr_core.plots.layout.key_note`."""
SAMPLE = 42
"""Pixels of the sample of a line and the gap to its name."""
CORNERS = {
    ("right", "top"): (1, 1),
    ("left", "top"): (0, 1),
    ("right", "bottom"): (1, 0),
    ("left", "bottom"): (0, 0),
}
HIDDEN = 0.01
"""Fraction of the drawn length that a legend may hide; else it stands above the figure."""


def place_legend(traces: list[dict], layout: dict) -> None:
    """Turn a key above a figure into a legend, and place the legend.

    Parameters
    ----------
    traces : list of dict
        Plotly traces; entries of the key that are no trace are appended.
    layout : dict
        Its width and height in pixels decide what fits inside.
    """
    _key_to_legend(traces, layout)
    entries = [trace for trace in traces if _is_entry(trace)]
    if layout.get("showlegend") is False or len(entries) < 2:
        layout["showlegend"] = False
        return
    font = (layout.get("legend") or {}).get("font") or {}
    legend = {"font": {"size": FONT} | font, "bgcolor": "rgba(255,255,255,0.75)", "borderwidth": 0}
    names = [str(trace["name"]) for trace in entries]
    place = _corner(traces, layout, names) or _above(layout, names)
    layout |= {"showlegend": True, "legend": legend | place}


def _is_entry(trace: dict) -> bool:
    return bool(trace.get("name")) and trace.get("showlegend") is not False


def _key_to_legend(traces: list[dict], layout: dict) -> None:
    """Replace a key of coloured lines by entries of the legend."""
    notes = layout.get("annotations") or ()
    keys = [note for note in notes if ENTRY.search(str(note.get("text", "")))]
    if not keys:
        return
    layout["annotations"] = [note for note in notes if note not in keys]
    entries = [entry for note in keys for entry in ENTRY.findall(note["text"])]
    names = {name.strip(): colour for colour, name in entries}
    listed = set()
    for trace in traces:
        name = trace.get("name")
        trace["showlegend"] = name in names and name not in listed
        listed |= {name}
    for name, colour in names.items():
        if name not in listed:
            traces.append(_sample(name, colour, traces))
    layout["showlegend"] = True


def _sample(name: str, colour: str, traces: list[dict]) -> dict:
    """An entry without points, dashed and marked as the first trace of its colour."""
    own = {"type": "scatter", "mode": "lines", "line": {"color": colour}}
    for trace in traces:
        drawn = [_hue(trace.get(part, {}).get("color")) for part in ("line", "marker")]
        is_curve = trace.get("type") == "scatter" and trace.get("fill") is None
        if is_curve and _hue(colour) in drawn:
            own = {"type": "scatter", "mode": trace.get("mode", "lines")}
            own |= {part: trace[part] for part in ("line", "marker") if part in trace}
            break
    return own | {"x": [None], "y": [None], "name": name, "showlegend": True}


def _hue(colour: object) -> tuple[int, ...] | None:
    """Red, green and blue of "#RRGGBB" or "rgba(...)", whatever the opacity."""
    text = colour if isinstance(colour, str) else ""
    if text.startswith("#") and len(text) == 7:
        return tuple(int(text[start : start + 2], 16) for start in (1, 3, 5))
    channels = re.match(r"rgba?\((\d+), *(\d+), *(\d+)", text)
    return tuple(map(int, channels.groups())) if channels else None


def _above(layout: dict, names: list[str]) -> dict:
    """Rows above the figure, with room for them."""
    margin = layout.get("margin") or {}
    inner = (layout.get("width") or 600) - margin.get("l", 60) - margin.get("r", 16)
    # Plotly makes all entries as wide as the widest
    per_row = max(1, int(inner // (SAMPLE + LETTER * FONT * max(map(len, names)))))
    n_rows = -(-len(names) // per_row)
    layout["margin"] = margin | {"t": max(margin.get("t", 0), 14 + 20 * n_rows)}
    return {"orientation": "h", "x": 0, "y": 1.01, "xanchor": "left", "yanchor": "bottom"}


def _corner(traces: list[dict], layout: dict, names: list[str]) -> dict | None:
    """The emptiest corner, or None if a legend hides too much in each."""
    content = drawn(traces, layout)
    if content is None:
        return None
    frame, curves = content
    width = (SAMPLE + LETTER * FONT * max(map(len, names))) / frame.width
    height = (LINE * FONT * len(names) + 6) / frame.height
    if width > 0.6 or height > 0.5:
        return None
    hidden = {corner: _hidden(curves, corner, width, height) for corner in CORNERS}
    best = min(hidden, key=lambda corner: hidden[corner])
    if hidden[best] > HIDDEN:
        return None
    x, y = CORNERS[best]
    inset = {"x": 0.99 if x else 0.01, "y": 0.99 if y else 0.01}
    return inset | {"xanchor": best[0], "yanchor": best[1], "orientation": "v"}


def _hidden(
    curves: list[Curve],
    corner: tuple[str, str],
    width: float,
    height: float,
) -> float:
    """Largest fraction of a curve that lies behind a legend in a corner."""
    worst = 0.0
    for across, up in curves:
        beside = across > 1 - width if corner[0] == "right" else across < width
        behind = up > 1 - height if corner[1] == "top" else up < height
        inside = (across >= 0) & (across <= 1) & (up >= 0) & (up <= 1)
        if inside.any():
            worst = max(worst, float((beside & behind & inside).sum() / inside.sum()))
    return worst
