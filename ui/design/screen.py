"""The fast screen: receiver noise only, at once."""

import streamlit as st

from nmr_core.design.problem import DesignProblem
from ui.design.question import Question


def view(question: Question, problem: DesignProblem) -> None:
    """Draw the screen."""
    st.caption("-")
