"""The files of one figure: pictures for papers and slides, its data, and its Python.

Pictures are made in the browser, so that the server needs none; nothing is computed before the
dialog is opened.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import plotly
import streamlit as st

from nmr_core.plots.data import figure_csv
from nmr_core.plots.paper import STYLES, WIDTHS, Paper, on_paper, sized
from ui.shared import address, caches, inputs

if TYPE_CHECKING:
    import plotly.graph_objects as go

TOOLS = Path(__file__).parents[2] / "static" / "figures"
PLOTLY = Path(plotly.__file__).parent / "package_data"
KEY = "figures"
"""Key of the style of pages in the address."""
WIDTH_LABELS = {
    "single": "1 column, 86 mm",
    "one-and-a-half": "1.5 columns, 129 mm",
    "double": "2 columns, 178 mm",
    "slide": "Slide 16:9, 254 mm",
}
FONT_SIZES = (7, 8, 9, 10, 11, 12, 14, 16, 18)
TYPEFACE_LABELS = {"sans": "Sans serif", "serif": "Serif"}
READ = "import plotly.io\n\nfigure = plotly.io.read_json({!r})  # its JSON file"


@dataclass(frozen=True)
class Shown:
    """A figure of a page.

    Attributes
    ----------
    figure : Figure
        As drawn on the screen.
    alt : str
        One sentence for readers of the screen.
    name : str
        Name of its files, without ending.
    code : str
        Python that makes it as the variable ``figure``; "" if only its JSON file does.
    """

    figure: "go.Figure"
    alt: str
    name: str
    code: str


def page_style() -> str:
    """Return the style of figures on pages: "screen" or "paper", from the address."""
    return "paper" if address.remembered(KEY) == ["paper"] else "screen"


@st.dialog("Save this figure", width="large", icon=":material/download:")
def dialog(shown: Shown) -> None:
    """Show the figure as it will be in print, with its pictures, its data and its Python."""
    style, paper = _choices()
    figure = on_paper(shown.figure, paper) if style == "paper" else sized(shown.figure, paper)
    _mount(figure, paper, shown)
    with st.container(horizontal=True):
        st.download_button(
            "Data (CSV)",
            lambda: figure_csv(shown.figure),
            f"{shown.name}.csv",
            "text/csv",
            on_click="ignore",
            key="figure-csv",
        )
        st.download_button(
            "Figure (JSON of plotly)",
            lambda: shown.figure.to_json(),
            f"{shown.name}.json",
            "application/json",
            on_click="ignore",
            key="figure-json",
        )
    st.markdown("**Python that draws it**")
    if not shown.code:
        st.caption(
            "This figure shows a running job or a form, so nothing is stored that could be drawn "
            "again. Save its JSON file."
        )
    code = shown.code or READ.format(f"{shown.name}.json")
    st.code(code, language="python", wrap_lines=True)
    on_pages = st.toggle(
        "Show the figures of all pages in paper style", page_style() == "paper", key="figure-pages"
    )
    if on_pages != (page_style() == "paper"):
        address.remember(KEY, ["paper"] if on_pages else [])
        st.rerun()


def _choices() -> tuple[str, Paper]:
    """Widgets for style, width, font size and typeface."""
    columns = st.columns([1.3, 1.6, 1, 1.2])
    with columns[0]:
        styles = {name: name.capitalize() for name in reversed(STYLES)}
        style = inputs.tabs(
            styles, "figure-style", label="Style", label_visibility="visible", link=False
        )
    with columns[1]:
        width = inputs.choice("Width", WIDTH_LABELS, "figure-width")
    with columns[2]:
        size = st.selectbox(
            "Font (pt)",
            FONT_SIZES,
            index=FONT_SIZES.index(16 if width == "slide" else 8),
            key=f"figure-font-{width == 'slide'}",
            persist_state="session",
        )
    with columns[3]:
        typeface = inputs.choice("Typeface", TYPEFACE_LABELS, "figure-typeface")
    return style, Paper(WIDTHS[width], float(size), typeface, slide=width == "slide")


@caches.common_resource()
def _component():
    return st.components.v2.component(
        "figure_files",
        html=(TOOLS / "figure.html").read_text(encoding="utf-8"),
        css=(TOOLS / "figure.css").read_text(encoding="utf-8"),
        js=(TOOLS / "figure.js").read_text(encoding="utf-8"),
    )


def _mount(figure: "go.Figure", paper: Paper, shown: Shown) -> None:
    """Serve the scripts and fonts that the browser loads, and mount preview and buttons."""
    st.components.v1.declare_component("plotly", path=str(PLOTLY))
    st.components.v1.declare_component("tools", path=str(TOOLS))
    data = {
        "figure": figure.to_json(),
        "width": paper.width,
        "name": shown.name,
        "alt": shown.alt,
    }
    _component()(data=data, key="figure-files")
