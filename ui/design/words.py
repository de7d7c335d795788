"""Sentences of the Design page: the answer, how much it gains, what stays unknown."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from nmr_core.design.screen import ScreenResult

from nmr_core.design.problem import DesignProblem
from ui.shared.text import duration, quoted


def screened(result: ScreenResult, problem: DesignProblem) -> str:
    """Return the answer of the fast screen as Markdown."""
    seconds = duration(problem.seconds(result.proposed))
    design = quoted(result.proposed.label)
    if result.ratio > 0.98:
        return (
            f"**By receiver noise alone no design of {seconds} gains much over the default** "
            f"(error × {result.ratio:.2f}): {design}."
        )
    return (
        f"**By receiver noise alone: {design}.**  \n"
        f"Error × {result.ratio:.2f} of the default's in the same {seconds}."
    )


def unknown_parameters(names: Sequence[str], problem: DesignProblem) -> None:
    """List the parameters that no candidate determines within the budget."""
    if not names:
        return
    symbols = {spec.name: spec.symbol for spec in problem.specs}
    listed = ", ".join(quoted(symbols[name]) for name in names)
    st.info(
        f"Unknown whatever is measured: {listed}. All candidates together leave more than half of "
        "the prior's uncertainty, so the minimax criterion leaves them out.",
        icon=":material/visibility_off:",
    )


def for_people(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the columns that programs read."""
    return table.drop(columns=["is_longer", "design"], errors="ignore")
