"""The reason for a change of what belongs to another person, who will see it."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from nmr_core.storage.spaces import people, rights
from nmr_core.storage.spaces.policy import Action

_KEY = "reason-{}"


def field(action: Action, owner: str | None, key: str) -> None:
    """A field for the reason, where one is needed.

    Parameters
    ----------
    action : str
        What is done.
    owner : str or None
        Whose the thing is.
    key : str
        Of the change, for :func:`given`.
    """
    if owner and rights.reason_needed(action, owner):
        st.text_input(
            "Reason",
            key=_KEY.format(key),
            max_chars=rights.LONGEST_REASON,
            placeholder=f"{people.name_of(owner) or 'The owner'} will see it",
        )


def text(key: str) -> str:
    """The reason in the field of a change, "" without one."""
    return st.session_state.get(_KEY.format(key), "")


@contextmanager
def given(key: str) -> Iterator[None]:
    """What is done inside has the reason in the field of a change."""
    with rights.because(text(key)):
        yield
