"""The page that the organiser shows everyone in a room: it opens once, and there is a way back."""

import time
from collections import OrderedDict
from urllib.parse import parse_qs

import streamlit as st

from nmr_core.storage.spaces import person
from nmr_core.workshop import Look
from ui.shared import address, pages, room_news, spaces

LATE = 300.0
"""Seconds for which those who arrive later are led there, too."""
HANDLED, BACK, CLOSED = "_room-handled", "_room-back", "_room-closed"
"""In the session: time of the newest look that was followed; page and query before it; time of the
look whose line was closed.
"""
_MOST = 20_000  # people in memory
_followed: OrderedDict[str, float] = OrderedDict()
"""Id of a person -> time of the newest look that one of the person's pages has followed."""


def follow() -> None:
    """Open a new page to look at, instead of the page that runs."""
    who = person.acting()
    news = room_news.present()
    if who is None or news is None:
        return
    before = st.session_state.get(HANDLED)
    if before is None:  # another tab, or a reload, does not go there again
        before = max(_followed.get(who.id, 0.0), time.time() - LATE)
    look = news.look
    st.session_state[HANDLED] = max(before, look.time if look else 0.0)
    if look is None or look.time <= before or look.page not in pages.every():
        return
    _followed[who.id] = look.time
    while len(_followed) > _MOST:
        _followed.popitem(last=False)
    _open(look)


def _open(look: Look) -> None:
    """Open the page with the choices of the organiser; the workspace stays that of the person."""
    here = pages.name_of(str(st.session_state.get("_page", "")))
    st.session_state[BACK] = here, address.present()
    query = parse_qs(look.query, keep_blank_values=True)
    query.pop(spaces.KEY, None)
    st.switch_page(f"pages/{look.page}.py", query_params=query)


def show(look: Look) -> None:
    """Draw the line that names the page, until it is closed.

    Parameters
    ----------
    look : Look
        The page.
    """
    if look.page not in pages.every() or st.session_state.get(CLOSED) == look.time:
        return
    title = pages.every()[look.page][0]
    is_there = st.session_state.get("_page") == title
    back_to, query = st.session_state.get(BACK, ("", {}))
    with st.container(key="room-look", horizontal=True, vertical_alignment="center"):
        text = f"The organiser shows **{title}** to everyone."
        st.info(text, icon=":material/visibility:", width="stretch")
        if not is_there and st.button("Open it", key="room-open"):
            _open(look)
        if is_there and back_to and st.button("Back to my page", key="room-back"):
            st.session_state[CLOSED] = look.time
            st.switch_page(f"pages/{back_to}.py", query_params=query)
        st.button(
            "",
            key="room-close",
            icon=":material/close:",
            type="tertiary",
            help="Close",
            on_click=_close,
            args=(look.time,),
        )


def _close(time: float) -> None:
    """Callback."""
    st.session_state[CLOSED] = time
