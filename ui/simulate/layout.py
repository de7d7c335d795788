"""Columns of the Simulate page: the plot stays in view, and comes first on a phone."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

KEY = "simulate-plot"
"""static/app.css knows the container of the plot by this key."""


def columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the column of the controls and the container of the plot beside it."""
    controls, picture = st.columns([1, 2], gap="large")
    with picture:
        plot = st.container(key=KEY)
    return controls, plot
