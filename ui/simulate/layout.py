"""Columns of the Simulate page: the plot stays in view, and comes first on a phone."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nmr_core.presets import PRESETS

KEY = "simulate-plot"
"""static/app.css knows the container of the plot by this key."""


def columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the column of the controls and the container of the plot beside it."""
    controls, picture = st.columns([1, 2.6], gap="large")
    with picture:
        plot = st.container(key=KEY)
    return controls, plot


def forget_other_presets(preset: str) -> None:
    """Drop the keys of other presets from the address, such as "lab-setting"."""
    prefixes = tuple(f"{name}-" for name in PRESETS if name != preset)
    foreign = [key for key in st.query_params if key.startswith(prefixes)]
    for key in foreign:
        del st.query_params[key]
