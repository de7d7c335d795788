"""The measured numbers of a result."""

import math

import streamlit as st

from nmr_core.labs.lab import Number, Result
from ui.labs.states import capital

SHOWN = 5
"""Numbers beside each other."""
TOO_LARGE = "The numbers became too large to be stored. Lower the rate, or rewind."


def row(result: Result, pinned: Result | None, is_open: bool) -> None:
    """Show the numbers, each with its change from the last pinned result.

    Parameters
    ----------
    result : Result
        Of the controls.
    pinned : Result or None
        Last pinned result.
    is_open : bool
        Whether the values are shown; before a guess they are not.
    """
    with st.container(horizontal=True, gap="medium", key="lab-numbers"):
        for number in result.numbers[:SHOWN]:
            before = (
                next((one for one in pinned.numbers if one.key == number.key), None)
                if (pinned and is_open)
                else None
            )
            st.metric(
                capital(number.label),
                text(number) if is_open else "?",
                _change(number, before),
                delta_color="off",
                help=number.note or None,
            )
    if is_open:
        explain(result)


def text(number: Number) -> str:
    """A value with its unit; "–" where a training diverged."""
    if not math.isfinite(number.value):
        return "–"
    if number.value == int(number.value) and abs(number.value) < 1e6:
        return f"{int(number.value):,} {number.unit}".strip()
    return f"{number.value:.3g} {number.unit}".strip()


def explain(result: Result) -> None:
    """Why a number is missing, in a sentence; the others have theirs at the question mark."""
    missing = [number for number in result.numbers if not math.isfinite(number.value)]
    if missing:
        notes = [number.note for number in missing if number.note]
        st.info(notes[0] if notes else TOO_LARGE, icon=":material/trending_up:")


def _change(number: Number, before: Number | None) -> str | None:
    if before is None:
        return None
    change = number.value - before.value
    return f"{change:+.3g}" if math.isfinite(change) and change else None
