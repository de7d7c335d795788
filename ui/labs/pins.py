"""Pinned states of a lab: up to four that stay in its figures, as part of the address."""

from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.labs.lab import Lab, State, Value
from ui.labs.states import differences, read, text_of
from ui.shared import address

MOST = 4
KEY = "pin"
CURRENT = "now"
"""Label of the state of the controls."""


def pinned(lab: Lab) -> list[dict[str, Value]]:
    """The pinned states, oldest first; those of another lab and unreadable ones are dropped."""
    states = []
    for text in address.values(KEY)[:MOST]:
        name, _, values = text.partition(":")
        with suppress(InputError):
            if name == lab.slug:
                states.append(read(lab, values))
    address.write(KEY, _texts(lab, states))
    return states


def labelled(lab: Lab, state: State, pins: list[dict[str, Value]]) -> dict[str, State]:
    """The current state and the pinned ones by label, such as "1 · points 20"."""
    others = {f"{k} · {differences(lab, pin, state)}": pin for k, pin in enumerate(pins, 1)}
    return {CURRENT: state, **others}


def buttons(lab: Lab, state: State, pins: list[dict[str, Value]]) -> None:
    """The buttons that pin the current state, and remove all pins."""
    st.button(
        "Pin",
        icon=":material/keep:",
        key="lab-pin",
        on_click=_write,
        args=(lab, [*pins, dict(state)]),
        disabled=len(pins) >= MOST or dict(state) in pins,
        help=f"Keep this result in the figures to compare with (up to {MOST}). Small differences "
        "under the numbers refer to the last pinned one.",
    )
    if pins:
        st.button(
            "Remove pins",
            icon=":material/keep_off:",
            key="lab-unpin",
            on_click=_write,
            args=(lab, []),
        )


def _texts(lab: Lab, states: list[dict[str, Value]]) -> list[str]:
    return [f"{lab.slug}:{text_of(lab, state)}" for state in states]


def _write(lab: Lab, states: list[dict[str, Value]]) -> None:
    address.write(KEY, _texts(lab, states))
