"""Pinned echoes: up to six that stay in the picture while the sliders move; they are part of the page's address."""

from contextlib import suppress

import streamlit as st

from nmr_core.errors import InputError
from ui.shared import address
from ui.shared.query import Asked

MOST = 6
KEY = "pin"


def pinned() -> list[Asked]:
    """What is pinned, oldest first; lines in the address that cannot be read are dropped."""
    found: list[Asked] = []
    for text in address.remembered(KEY)[:MOST]:
        with suppress(InputError):
            found.append(Asked.read(text))
    return found


def labels(pins: list[Asked], current: Asked) -> dict[str, Asked]:
    """ "1 · α = 0.1" -> pinned echo."""
    return {f"{k} · {pin.differences(current)}": pin for k, pin in enumerate(pins, 1)}


def buttons(pins: list[Asked], current: Asked) -> None:
    """Pin what is shown; take all pins away."""
    st.button(
        "Pin",
        icon=":material/keep:",
        key="pin-this",
        on_click=_write,
        args=([*pins, current],),
        disabled=len(pins) >= MOST or current in pins,
        help=f"Keep this curve to compare with (up to {MOST}).",
    )
    if pins:
        st.button(
            "Clear pins", icon=":material/keep_off:", key="pin-clear", on_click=_write, args=([],)
        )


def _write(pins: list[Asked]) -> None:
    address.remember(KEY, [pin.text for pin in pins])
