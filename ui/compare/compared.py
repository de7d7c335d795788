"""Which runs are compared: their ids in the session."""

from collections.abc import Callable

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import trash
from nmr_core.storage.kinds import RUN
from nmr_core.storage.spaces import rights
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


def check_exists(run: str) -> None:
    """Raise :class:`InputError` for a run that was deleted meanwhile.

    Marks of such a run would stand in the way when it is restored.
    """
    if not trash.exists(RUN, run):
        raise InputError(f"The run {run} does not exist any more. Restore it first.")


def refusal(run: str, action: Callable[[], object]) -> str:
    """Run a callback's action on a run that exists.

    Parameters
    ----------
    run : str
        Id of the run.
    action : callable
        May raise InputError or FailedError.

    Returns
    -------
    str
        The sentence of a refused action, "" where it was done.
    """
    try:
        check_exists(run)
        with rights.because("star, tags or notes"):
            action()
    except (InputError, FailedError) as error:
        return str(error)
    return ""


def attempt(run: str, action: Callable[[], object]) -> None:
    """Run :func:`refusal`, whose sentence the page then shows."""
    sentence = refusal(run, action)
    if sentence:
        st.session_state[PROBLEM] = sentence
