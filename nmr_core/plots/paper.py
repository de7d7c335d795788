"""Figures in the style of journals: white, framed, in one typeface and size, at column width.

A figure is laid out at the width in pixels at which its 13 px text becomes the chosen size when the
picture is scaled to the chosen width. So all distances keep their proportions.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from nmr_core.errors import InputError
from nmr_core.plots.content import content
from nmr_core.plots.layout import FONT_SIZE
from nmr_core.plots.palette import DARK, LIGHT, Palette, shaded
from nmr_core.plots.paper_legend import place_legend
from nmr_core.plots.paper_lines import distinguish
from nmr_core.plots.paper_panels import reflow, thin_labels

WIDTHS = {"single": 86.0, "one-and-a-half": 129.0, "double": 178.0, "slide": 254.0}
"""Name -> width in mm; a slide is 16:9."""
TYPEFACES = {
    "sans": "Figure Sans, Arial, Liberation Sans, Helvetica, sans-serif",
    "serif": "Figure Serif, Times New Roman, Liberation Serif, Times, serif",
}
"""Name -> font families in order of preference; the first two have the same widths."""
STYLES = ("screen", "paper")
PIXELS_PER_MM = 96 / 25.4
PIXELS_PER_PT = 96 / 72
TALLEST = 0.8
"""Largest height of a figure with one pair of axes, in units of its width."""
ROOM_BELOW = 54
"""Least pixels below the axes, for labels of ticks and a title."""
AXIS_WIDTH = 0.6
"""Width of axes and ticks in pt."""
NARROWEST, WIDEST = 40.0, 500.0
SMALLEST, LARGEST = 5.0, 24.0
HEX = re.compile(r"#[0-9A-Fa-f]{6}")
CHANNELS = re.compile(r"rgba\((\d+),(\d+),(\d+),")


@dataclass(frozen=True)
class Paper:
    """Size and typeface of a figure in print.

    Attributes
    ----------
    width : float
        mm, 40 to 500.
    font_size : float
        pt, 5 to 24.
    typeface : str
        "sans" or "serif".
    slide : bool
        Make the figure 16:9.

    Raises
    ------
    InputError
        If a value is outside its range.
    """

    width: float = WIDTHS["single"]
    font_size: float = 8.0
    typeface: str = "sans"
    slide: bool = False

    def __post_init__(self):
        if not NARROWEST <= self.width <= WIDEST:
            raise InputError(
                f"The width of a figure must be {NARROWEST:g} to {WIDEST:g} mm, "
                f"got {self.width:g} mm."
            )
        if not SMALLEST <= self.font_size <= LARGEST:
            raise InputError(
                f"The font size of a figure must be {SMALLEST:g} to {LARGEST:g} pt, "
                f"got {self.font_size:g} pt."
            )
        if self.typeface not in TYPEFACES:
            raise InputError(
                f"The typeface of a figure must be one of {', '.join(TYPEFACES)}, "
                f"got {self.typeface!r}."
            )

    @property
    def scale(self) -> float:
        """Pixels of the picture (96 per inch) per pixel of the layout."""
        return self.font_size * PIXELS_PER_PT / FONT_SIZE

    @property
    def pixels(self) -> float:
        """Width of the layout in pixels."""
        return self.width * PIXELS_PER_MM / self.scale

    def points(self, width: float) -> float:
        """Return a width in pt as pixels of the layout."""
        return width * PIXELS_PER_PT / self.scale


@dataclass(frozen=True)
class Look:
    """How figures are drawn in files.

    Attributes
    ----------
    style : str
        "screen" or "paper".
    paper : Paper, optional
        Size in print. Default: that of the screen.
    """

    style: str = "screen"
    paper: Paper | None = None

    @property
    def scale(self) -> float:
        """Pixels of a picture (96 per inch) per pixel of the layout."""
        return self.paper.scale if self.paper else 1.0

    def drawn(self, figure: go.Figure) -> go.Figure:
        """Return a figure in this style and size."""
        if self.style == "paper":
            return on_paper(figure, self.paper)
        return sized(figure, self.paper) if self.paper else figure


def sized(figure: go.Figure, paper: Paper) -> go.Figure:
    """Return a copy of a figure, as on the screen, laid out for a width and a font size.

    Parameters
    ----------
    figure : Figure
        Drawn with the palette :data:`LIGHT` or :data:`DARK`.
    paper : Paper
        Width, font size and typeface.
    """
    traces, layout = content(figure)
    layout["font"] = layout.get("font", {}) | {"family": TYPEFACES[paper.typeface]}
    _fit(layout, paper)
    return go.Figure({"data": traces, "layout": layout})


def on_paper(figure: go.Figure, paper: Paper | None = None) -> go.Figure:
    """Return a copy of a figure in the style of journals.

    White background, black frame, no title and no grid; several curves differ by dashes, markers or
    hatching besides their colours; the legend is inside where it hides nothing.

    Parameters
    ----------
    figure : Figure
        Drawn with the palette :data:`LIGHT` or :data:`DARK`.
    paper : Paper, optional
        Width, font size and typeface. Default: keep the size of the screen.

    References
    ----------
    Okabe and Ito, "Color universal design" (2008), for the colours.
    """
    traces, layout = _on_white(content(figure))
    if layout.pop("sliders", None):
        layout["margin"] = (layout.get("margin") or {}) | {"b": ROOM_BELOW}
    for control in ("updatemenus", "title", "uirevision"):
        layout.pop(control, None)
    black = {"color": "black"}
    family = TYPEFACES[paper.typeface if paper else "sans"]
    layout["font"] = layout.get("font", {}) | black | {"family": family}
    layout |= {"paper_bgcolor": "white", "plot_bgcolor": "white"}
    width = paper.points(AXIS_WIDTH) if paper else 1.0
    shared = _shared_axes(traces)
    for name in [name for name in layout if re.fullmatch(r"[xy]axis\d*", name)]:
        layout[name] = _framed(layout[name], width, name in shared)
    for trace in traces:
        if trace.get("colorbar"):
            trace["colorbar"] = _upright(trace["colorbar"])
    _tighten(layout)
    distinguish(traces, bars=layout.get("showlegend") is not False)
    if paper:
        _fit(layout, paper)
    n_notes = len(layout.get("annotations") or ())
    place_legend(traces, layout)
    if len(layout.get("annotations") or ()) < n_notes and not _is_above(_legend(layout)):
        _tighten(layout)  # the key that was above the figure is inside now
    return go.Figure({"data": traces, "layout": layout})


def _shared_axes(traces: list[dict]) -> set[str]:
    """Names of the axes that belong to several panels."""
    panels = {(trace.get("xaxis") or "x", trace.get("yaxis") or "y") for trace in traces}
    axes = Counter(axis for panel in panels for axis in panel)
    return {f"{axis[0]}axis{axis[1:]}" for axis, count in axes.items() if count > 1}


def _framed(axis: dict, width: float, is_shared: bool) -> dict:
    """An axis with black lines on both sides and without a grid.

    Plotly draws the ticks of further panels on the wrong side of the line, so that a shared axis
    has ticks in its own panel only.
    """
    title = _titled(axis)
    font = (title.get("font") or {}) | {"color": "black", "size": FONT_SIZE}
    if axis.get("visible") is False:
        axis = axis | {"visible": True, "showticklabels": False, "ticks": ""}
    ticks = axis.get("ticks", "outside") and "inside"
    return axis | {
        "ticks": ticks,
        "title": title | {"font": font},
        "tickfont": (axis.get("tickfont") or {}) | {"color": "black"},
        "showgrid": False,
        "linecolor": "black",
        "tickcolor": "black",
        "linewidth": width,
        "tickwidth": width,
        "ticklen": 4,
        "mirror": "all" if is_shared else "ticks",
        "automargin": True,
    }


def _titled(axis: dict) -> dict:
    """The title of an axis or a scale of colours as a dictionary."""
    title = axis.get("title") or {}
    return {"text": title} if isinstance(title, str) else title


def _upright(bar: dict) -> dict:
    """A scale of colours with its title beside it."""
    title = _titled(bar)
    text = str(title.get("text") or "").replace("<br>", " ")
    beside = {"text": text, "side": "right", "font": {"size": FONT_SIZE, "color": "black"}}
    font = (bar.get("tickfont") or {}) | {"color": "black"}
    return bar | {"title": beside, "tickfont": font, "outlinewidth": 0}


def _tighten(layout: dict) -> None:
    """Take away the room of the title that is no longer there; titles of axes get theirs."""
    margin = layout.get("margin") or {}
    margin = margin | {"b": max(margin.get("b", 0), ROOM_BELOW)}
    layout["margin"] = margin
    above = any(_is_above(note) for note in layout.get("annotations", ()))
    if not above:
        layout["margin"] = margin | {"t": 10}


def _legend(layout: dict) -> dict:
    return {"yref": "paper"} | (layout.get("legend") or {})


def _is_above(note: dict) -> bool:
    y = note.get("y")
    return note.get("yref") == "paper" and isinstance(y, int | float) and y >= 1


def _fit(layout: dict, paper: Paper) -> None:
    """Set width and height of the layout in pixels."""
    width = paper.pixels
    height = layout.get("height") or 380
    panels = [name for name in layout if re.fullmatch(r"yaxis\d*", name)]
    if paper.slide:
        height = width * 9 / 16
    elif len(panels) == 1 and height < 500:
        height = min(height, TALLEST * width)
    layout |= {"width": round(width, 3), "height": height, "autosize": False}
    if not paper.slide:
        reflow(layout, width)
    thin_labels(layout, width)
    layout["height"] = round(layout["height"], 3)


def _on_white(value: Any) -> Any:
    """Replace colours of the dark palette, and of light ones nothing, in nested values."""
    if isinstance(value, dict):
        return {key: _on_white(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_on_white(entry) for entry in value]
    if not isinstance(value, str):
        return value
    text = HEX.sub(lambda match: _LIGHTER.get(match[0].upper(), match[0]), value)
    return CHANNELS.sub(_with_opacity, text)


def _with_opacity(match: re.Match) -> str:
    colour = "#" + "".join(f"{int(channel):02X}" for channel in match.groups())
    light = _LIGHTER.get(colour, colour)
    channels = (str(int(light[start : start + 2], 16)) for start in (1, 3, 5))
    return f"rgba({','.join(channels)},"


def _pairs(dark: Palette, light: Palette) -> dict[str, str]:
    """Colour of the dark palette -> that of the light one, shades of runs included."""
    pairs = {
        shaded(one, shade): shaded(other, shade_on_light)
        for one, other in zip(dark.series, light.series, strict=False)
        for shade, shade_on_light in zip(dark.shades, light.shades, strict=True)
    }
    names = ("ink", "muted", "faint")
    pairs |= {getattr(dark, name): getattr(light, name) for name in names}
    return pairs | dict(zip(dark.diverging, light.diverging, strict=True))


_LIGHTER = {dark.upper(): light for dark, light in _pairs(DARK, LIGHT).items()}
