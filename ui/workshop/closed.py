"""Rooms that were closed: what is left of them, as a zip file."""

import streamlit as st

from nmr_core.workshop import Room
from nmr_core.workshop.ending import exported
from ui.shared import room_news
from ui.shared.text import clock, quoted

MOST = 20
"""Newest closed rooms that are listed."""


def section() -> None:
    """List the zip files; nothing where there are none."""
    folder = room_news.rooms().folder
    rooms = [room for room in room_news.rooms().list() if room.closed]
    kept = [room for room in rooms if exported(folder, room).exists()][:MOST]
    if not kept:
        return
    with st.expander("Closed rooms", icon=":material/inventory:"):
        for room in kept:
            _line(room)


def _line(room: Room) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        closed = clock(room.closed, st.context.timezone)
        st.markdown(f"{quoted(room.title)} · closed {closed}", width="stretch")
        file = exported(room_news.rooms().folder, room)
        st.download_button(
            "Zip file",
            data=file.read_bytes,
            file_name=file.name,
            mime="application/zip",
            on_click="ignore",
            icon=":material/download:",
            key=f"closed-{room.id}",
        )
