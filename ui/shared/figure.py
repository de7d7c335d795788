"""Figures on a page: the palette of its theme, and how a figure is shown."""

from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.plots import CONFIG, DARK, LIGHT, Palette

if TYPE_CHECKING:
    import plotly.graph_objects as go


def palette() -> Palette:
    """Light or dark, as the visitor sees the page."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def show(figure: "go.Figure", *, alt: str, key: str, **options):
    """A plotly figure over the full width, with an SVG download in its toolbar."""
    return st.plotly_chart(figure, width="stretch", config=CONFIG, alt=alt, key=key, **options)
