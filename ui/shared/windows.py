"""Windows behind a button that close once their action is done, so that its progress is in view."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.shared import inputs

_DONE = "_close-{}"


def window(label: str, key: str, icon: str) -> DeltaGenerator:
    """A button that opens a window.

    Parameters
    ----------
    label, icon : str
        Of the button.
    key : str
        Of the window, for :func:`close`.
    """
    if st.session_state.pop(_DONE.format(key), False):
        inputs.assign(key, False)
    return st.popover(label, icon=icon, key=key, on_change="rerun")


def close(key: str) -> None:
    """Close a window at the next run of the page."""
    st.session_state[_DONE.format(key)] = True
