"""Above every page of the people of a room: a pause, the end, the page that everyone looks at."""

import streamlit as st

from ui.shared import room_look, room_news
from ui.shared.text import clock

TEXTS = {
    "frozen": "The organiser has paused the room. You can read; nothing can be started or changed.",
    "ended": "The workshop has ended. You can read and download; nothing new can be started.",
    "closed": "The workshop is over.",
}
"""Status of a room -> what its people read."""
ICONS = {"frozen": "pause_circle", "ended": "event_busy", "closed": "event_busy"}


def show() -> None:
    """Draw what is to be read."""
    news = room_news.present()
    if news is None:
        return
    if news.status in TEXTS:
        st.warning(TEXTS[news.status], icon=f":material/{ICONS[news.status]}:")
    if news.is_soon:
        text = f"The workshop ends at {clock(news.ends, st.context.timezone)}."
        st.warning(text, icon=":material/timer:")
    if news.look:
        room_look.show(news.look)
