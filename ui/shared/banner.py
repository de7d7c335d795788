"""Above every page: news of the room of a workshop, maintenance of the server, and the announcement
of its administrators.

A page that is open learns of a change when it looks at the jobs, see :func:`check`.
"""

import streamlit as st

from nmr_core.storage.spaces import announcement, maintenance
from nmr_core.storage.spaces.announcement import WARNING
from ui.shared import room_banner, room_news, visitor
from ui.shared.text import quoted

SHOWN = "_banner"
"""In the session: what the page shows."""
_MOST = 2000
_closed: dict[str, str] = {}
"""Visitor -> id of the announcement that was closed."""


def show() -> None:
    """Draw what is to be read above the page."""
    st.session_state[SHOWN] = _present()
    room_banner.show()
    _show_of_server()


def _show_of_server() -> None:
    state = maintenance.current()
    if state is not None:
        st.warning(quoted(state.sentence), icon=":material/engineering:")
    news = announcement.current()
    if news is None or _closed.get(visitor.owner()) == news.id:
        return
    with st.container(key=f"banner-{news.level}", horizontal=True, vertical_alignment="center"):
        is_warning = news.level == WARNING
        draw, icon = (st.warning, "warning") if is_warning else (st.info, "campaign")
        draw(quoted(news.text), icon=f":material/{icon}:", width="stretch")
        st.button(
            "",
            key="banner-close",
            icon=":material/close:",
            type="tertiary",
            help="Close",
            on_click=_close,
            args=(news.id,),
        )


def check() -> None:
    """Draw the page again if what is to be read has changed; called by what polls."""
    present = _present()
    if st.session_state.get(SHOWN, present) != present:
        st.rerun()


def _present() -> tuple[object, ...]:
    state, news = maintenance.current(), announcement.current()
    return state and state.sentence, news and news.id, room_news.present()


def _close(id: str) -> None:
    if len(_closed) >= _MOST:
        _closed.clear()
    _closed[visitor.owner()] = id
