"""The form of a new room."""

import time

import streamlit as st

from nmr_core.storage.spaces.registry import LONGEST_TITLE
from nmr_core.workshop.checks import MOST_SEATS, SEATS
from nmr_core.workshop.room import DELETE, EXPORT
from ui.people import changes
from ui.shared import inputs, room_news
from ui.workshop import things

LASTING = {
    "90 minutes": 1.5,
    "4 hours": 4.0,
    "8 hours": 8.0,
    "1 day": 24.0,
    "2 days": 48.0,
    "1 week": 168.0,
}
"""Words -> hours from now on."""
ENDINGS = {EXPORT: "Kept as a zip file, then deleted", DELETE: "Deleted"}
ROOM = "room"
"""Key of the choice of the room."""


def form() -> None:
    """The form of a new room; afterwards the page shows it."""
    challenges = things.challenges()
    with st.form("room-new", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Title", key="room-title", max_chars=LONGEST_TITLE, width=320)
            st.selectbox("Ends in", list(LASTING), index=1, key="room-lasting", width=150)
            st.number_input("Seats", 1, MOST_SEATS, SEATS, key="room-seats", width=120)
        things.choice("room-contents")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            things.labs("room-labs")
            st.selectbox(
                "Challenge",
                list(challenges),
                format_func=lambda id: challenges.get(id, id),
                key="room-challenge",
                width=280,
            )
        st.segmented_control(
            "At the end, everything of its people is",
            list(ENDINGS),
            default=EXPORT,
            format_func=ENDINGS.get,
            required=True,
            key="room-at-end",
        )
        st.form_submit_button(
            "Make the room", type="primary", icon=":material/add:", on_click=_make
        )


def _make() -> None:
    """Callback: make the room that the form describes."""
    state = st.session_state
    ends = time.time() + 3600 * LASTING[state["room-lasting"]]
    room = changes.make(
        lambda admin: room_news.rooms().create(
            state["room-title"],
            ends=ends,
            seats=int(state["room-seats"]),
            contents=things.contents(state["room-contents"]),
            labs=state["room-labs"],
            challenge=state["room-challenge"],
            at_end=state["room-at-end"],
        )
    )
    if room is not None:
        inputs.assign(ROOM, room.id)
        inputs.assign("room-title", "")
