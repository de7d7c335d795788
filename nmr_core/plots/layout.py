"""Axes, margins and tool bar that all figures share."""

from typing import Any

import plotly.graph_objects as go

from nmr_core.plots.palette import Palette, faded
from nmr_core.plots.unchecked import Unchecked

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "svg", "filename": "spin-echo-lab"},
}
"""For ``st.plotly_chart(config=...)``: the camera of the tool bar saves an SVG."""
CLEAR = "rgba(0,0,0,0)"
FONT_SIZE = 13
"""Pixels of the text of a figure."""
LETTER = 0.56
"""Mean width of a letter in units of the size of the text."""


def axis(title: str, palette: Palette, **more) -> dict:
    """Return an axis with a title and a quiet grid.

    Parameters
    ----------
    title : str
        Symbol or words, with the unit in brackets.
    more
        Further entries of a plotly axis, which replace those set here.
    palette : Palette
        Colours of the theme.
    """
    return {
        "title": {"text": title, "font": {"color": palette.ink}},
        "tickfont": {"color": palette.muted},
        "gridcolor": palette.faint,
        "gridwidth": 0.5,
        "zeroline": False,
        "linecolor": palette.faint,
        "showline": True,
        "ticks": "outside",
        "tickcolor": palette.faint,
        # Without these two plotly lays the figure out twice to choose them
        "tickangle": 0,
        "automargin": False,
    } | more


def figure(
    traces: list[dict],
    palette: Palette,
    x: dict,
    y: dict,
    *,
    title: str = "",
    height: int = 380,
    checked: bool = True,
    **layout,
) -> go.Figure:
    """Return a figure of traces on one pair of axes.

    Parameters
    ----------
    traces : list of dict
        Plotly traces as plain dictionaries, which are built twice as fast as trace objects.
    palette : Palette
        Colours of the theme.
    x, y : dict
        Axes, see :func:`axis`.
    title : str
        Title of the figure.
    height : int
        Pixels.
    checked : bool
        Whether plotly checks every entry and completes names such as those of colour scales, which
        takes most of the time. Figures that are drawn while a slider moves are not; a test checks
        them.
    layout
        Further entries of the layout, which replace those set here.
    """
    shared = {
        "xaxis": x,
        "yaxis": y,
        "height": height,
        "margin": {"l": 60, "r": 16, "t": 40 if title else 24, "b": 48},
        "font": {"color": palette.ink, "size": FONT_SIZE},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        # A column at the right edge covers neither title, legend nor R2
        "modebar": {
            "orientation": "v",
            "bgcolor": CLEAR,
            "color": faded(palette.ink, 0.35),
            "activecolor": palette.ink,
        },
        "hovermode": "closest",
        "uirevision": "keep",
        "title": {"text": plain(title), "font": {"size": 14}, "x": 0.01},
    }
    if checked:
        return go.Figure(data=traces, layout=shared | layout)
    return Unchecked(traces, shared | layout)


def key_note(entries: list[tuple[str, str]]) -> dict:
    """Return a one-line key of (name, colour) above the figure.

    Plotly needs as long to draw its own legend as for all the rest of a figure.
    """
    text = "&nbsp;&nbsp;&nbsp;".join(
        f'<span style="color:{colour}">━</span> {plain(name)}' for name, colour in entries
    )
    return {
        "x": 0,
        "y": 1.02,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 12},
    }


def row_axis(row: int, axis: str = "y") -> str:
    """Return the name of an axis of the row: "y", "y2", ... counted from the top."""
    return f"{axis}{row + 1 if row else ''}"


def row_domains(n: int, gap: float = 0.035) -> list[tuple[float, float]]:
    """Return (low, high) of ``n`` rows as fractions of the height, from the top."""
    height = (1 - gap * (n - 1)) / n
    tops = [1 - row * (height + gap) for row in range(n)]
    return [(max(0.0, top - height), top) for top in tops]


def plain(text: str) -> str:
    """Return user text without the angle brackets that plotly would read as markup."""
    return text.replace("<", "‹").replace(">", "›")
