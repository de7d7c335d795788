"""What a teacher hides by the address: ``hide=guess&hide=seed``."""

import streamlit as st

from nmr_core.labs.lab import Lab
from ui.labs.states import capital
from ui.shared import inputs

KEY = "hide"
SECTIONS = {
    "guess": "Guess",
    "numbers": "Numbers",
    "explanation": "Explanation",
    "parts": "Four parts",
    "code": "Code",
    "echoes": "On echoes",
}
"""Section of a lab's page -> label."""


def choice(lab: Lab) -> set[str]:
    """Show the button with the choice; return the hidden sections and the keys of controls."""
    options = SECTIONS | {control.key: capital(control.label) for control in lab.controls}
    with st.popover("For a class", icon=":material/visibility_off:"):
        st.caption("What is chosen here is missing on the page of everyone with this link.")
        names = inputs.several("Hide", options, f"lab-hide-{lab.slug}", link=KEY, pills=True)
    return set(names)
