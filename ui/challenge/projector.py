"""The board for a projector: big letters, no sidebar, ``?view=projector``."""

from typing import TYPE_CHECKING

import streamlit as st

from ui.challenge import board
from ui.shared import address
from ui.shared.text import quoted

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge

VIEW = "projector"


def is_open() -> bool:
    """Whether the address asks for this view, and leaves it there."""
    is_this = address.values("view")[:1] == [VIEW]
    if is_this:
        address.write("view", VIEW)
    return is_this


def show(challenge: "Challenge | None") -> None:
    """Title and board."""
    st.set_page_config(initial_sidebar_state="collapsed")
    if challenge is None:
        st.info("There is no challenge yet.", icon=":material/info:")
        return
    st.title(quoted(challenge.title), anchor=False)
    board.project(challenge)
