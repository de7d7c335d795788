"""What every figure has in common: quiet axes with symbols and units, room for titles, no background of its own."""

import plotly.graph_objects as go

from nmr_core.plots.palette import Palette

CONFIG = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
    "toImageButtonOptions": {"format": "svg", "filename": "spin-echo-lab"},
}
"""For ``st.plotly_chart(config=...)``: the toolbar's camera saves an SVG."""


def axis(title: str, palette: Palette, **more) -> dict:
    """A plotly axis."""
    return {
        "title": {"text": title},
        "gridcolor": palette.faint,
        "gridwidth": 0.5,
        "zeroline": False,
        "linecolor": palette.faint,
        "showline": True,
        "ticks": "outside",
        "tickcolor": palette.faint,
        "tickangle": 0,
        "automargin": False,
    } | more  # plotly would lay the figure out twice to choose these two


def figure(
    traces: list[dict],
    palette: Palette,
    x: dict,
    y: dict,
    *,
    title: str = "",
    height: int = 380,
    **layout,
) -> go.Figure:
    """Traces (plain dictionaries) on one pair of axes."""
    base = {
        "xaxis": x,
        "yaxis": y,
        "height": height,
        "margin": {"l": 60, "r": 16, "t": 40 if title else 24, "b": 48},
        "font": {"color": palette.ink, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "hovermode": "closest",
        "uirevision": "keep",
        "title": {"text": plain(title), "font": {"size": 14}, "x": 0.01},
    }
    return go.Figure({"data": traces, "layout": base | layout})


def key_note(entries: list[tuple[str, str]]) -> dict:
    """A one-line key of (name, colour) in place of plotly's legend, which takes as long to draw as all the rest."""
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


def plain(text: str) -> str:
    """User text without the angle brackets that plotly would read as markup."""
    return text.replace("<", "‹").replace(">", "›")
