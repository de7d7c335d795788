"""Figures on a page: the palette of its theme, and how a figure is shown."""

import re
from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.plots import CONFIG, DARK, LIGHT, Palette
from nmr_core.plots.paper import on_paper
from ui.shared import figure_files
from ui.shared.finished import Finished

if TYPE_CHECKING:
    import plotly.graph_objects as go


def palette() -> Palette:
    """Light or dark, as the visitor sees the page."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show(figure: "go.Figure", *, alt: str, key: str, name: str = "", code: str = "", **options):
    """Show a figure over the full width, with a button for its files.

    Parameters
    ----------
    figure : Figure
        Drawn with :func:`palette`.
    alt : str
        One sentence for readers of the screen.
    key : str
        Key of the chart.
    name : str
        Name of its files, such as "compare-parity-alpha". Default: page and key.
    code : str
        Python that makes the figure as the variable ``figure``. Default: reads its JSON file.
    options
        Of ``st.plotly_chart``.
    """
    name = file_name(name or f"{slug(st.session_state.get('_page', ''))}-{slug(key)}")
    shown = figure_files.Shown(figure, alt, name, code)
    drawn = on_paper(figure) if figure_files.page_style() == "paper" else figure
    with st.container(key=f"figure-box-{slug(key)}", gap=None):
        event = st.plotly_chart(
            drawn if isinstance(drawn, Finished) else Finished(drawn),
            width="stretch",
            config=_config(name),
            alt=alt,
            key=key,
            **options,
        )
        if st.button(
            "Save this figure",
            icon=":material/download:",
            type="tertiary",
            key=f"figure-save-{key}",
            help="Picture, data and Python",
        ):
            figure_files.dialog(shown)
    return event


def _config(name: str) -> dict:
    return CONFIG | {"toImageButtonOptions": CONFIG["toImageButtonOptions"] | {"filename": name}}


def slug(text: str) -> str:
    """Return a text as lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def file_name(text: str) -> str:
    """Return a text as the name of a file, at most 80 characters."""
    return slug(text)[:80].strip("-") or "figure"
