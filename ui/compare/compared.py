"""Which runs are compared: their ids in the session."""

import streamlit as st

from ui.shared.inputs import assign

SHOWN = 20
"""Runs that are compared at once."""
PROBLEM = "_compare-problem"
"""In the session: why a change in the table of runs was refused."""
CHANGED = "_compare-changed"
"""In the session: the table has changed which runs are compared."""


def compare(ids: list[str]) -> None:
    """Compare these runs; callback of the button and of the ticks in the table."""
    if len(ids) > SHOWN:
        st.session_state[PROBLEM] = (
            f"At most {SHOWN} runs are compared at once. Take one away first."
        )
    assign("runs", ids[:SHOWN])
    st.session_state[CHANGED] = True
