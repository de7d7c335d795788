"""The page of a room for its organiser."""

import time

import streamlit as st

from nmr_core.workshop import Room
from ui.shared import inputs, pages, room_news
from ui.shared.text import clock, duration, quoted
from ui.workshop import closed, contents_form, joining, making, projector, steering, where

BADGES = {"open": "green", "frozen": "orange", "ended": "gray", "closed": "gray"}
WORDS = {"open": "open", "frozen": "paused", "ended": "ended", "closed": "closed"}
"""Status of a room -> colour and word of its badge."""


def show() -> None:
    """Draw the chosen room; without any, the form of a new one."""
    rooms = {room.id: room for room in room_news.rooms().list() if room.status != "closed"}
    if not rooms:
        pages.title("A room in a minute")
        st.markdown("People join with a link or a QR code, a name and one button.")
        making.form()
        closed.section()
        return
    titles = {id: f"{room.title} · {room.code_text}" for id, room in rooms.items()}
    if projector.is_chosen():
        projector.show(rooms[_settled(titles)])
        return
    pages.title("Where is everyone?")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = inputs.choice("Room", titles, making.ROOM, link=True, width=340)
        st.page_link(
            "pages/room.py",
            label="Projector view",
            icon=":material/present_to_all:",
            query_params={"room": chosen, "view": "projector"},
        )
    _room(rooms[chosen])
    with st.expander("Make another room", icon=":material/add:"):
        making.form()
    closed.section()


def _settled(titles: dict[str, str]) -> str:
    """The room of the address, else the newest."""
    linked = [id for id in st.query_params.get_all(making.ROOM) if id in titles]
    return linked[0] if linked else next(iter(titles))


def _room(room: Room) -> None:
    left = room.ends - time.time()
    rest = f", in {duration(left)}" if left > 0 else ""
    st.markdown(
        f":{BADGES[room.status]}-badge[{WORDS[room.status]}] {quoted(room.title)}"
        f" · ends at {clock(room.ends, st.context.timezone)}{rest}"
    )
    left_side, people = st.columns([1, 2.3], gap="large")
    with left_side:
        joining.card(room)
        steering.section(room)
    with people:
        where.section(room.id)
    contents_form.section(room)
    steering.end(room)
