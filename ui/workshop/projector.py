"""A room on the wall: QR code, link and code in big letters, and who has come."""

import time

import streamlit as st

from nmr_core.workshop import Room
from ui.shared import boot, room_news
from ui.shared.text import clock, duration, quoted
from ui.workshop import joining

EVERY = 2
"""Seconds between two looks."""
NEWEST = 12
"""Names on the wall."""
VIEW = "projector"


def is_chosen() -> bool:
    """Whether the address asks for this view."""
    return st.query_params.get("view") == VIEW


def show(room: Room) -> None:
    """Draw the room for the wall.

    Parameters
    ----------
    room : Room
        The room.
    """
    st.set_page_config(initial_sidebar_state="collapsed")
    st.fragment(_show, run_every=EVERY)(room.id)
    st.page_link(
        "pages/room.py",
        label="Back to the organiser's view",
        icon=":material/arrow_back:",
        query_params={"room": room.id},
    )


def _show(room_id: str) -> None:
    with boot.part("projector"), st.container(key="wall"):
        room = room_news.rooms().get(room_id)
        names = [person.name for person, _ in room_news.rooms().people(room)]
        link = joining.link(room)
        code, words = st.columns([1, 1.25], gap="large", vertical_alignment="center")
        with code:
            st.image(joining.qr(link), width="stretch", alt=f"QR code of {link}")
        with words:
            st.title(quoted(room.title), anchor=False)
            st.markdown(quoted(link.partition("://")[2]))
            st.header(room.code_text, anchor=False)
            st.markdown(f"{len(names)} of {room.seats} are here{_rest(room)}")
            newest = reversed(names[-NEWEST:])
            st.markdown(" ".join(f":blue-badge[{quoted(name)}]" for name in newest))


def _rest(room: Room) -> str:
    if room.status == "frozen":
        return " · pause"
    if room.status != "open":
        return " · the workshop has ended"
    left = room.ends - time.time()
    if left < 3600:
        return f" · {duration(left)} left"
    return f" · until {clock(room.ends, st.context.timezone)}"
