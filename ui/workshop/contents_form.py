"""What the people of a room get, and how many may join: changed while it is open."""

import streamlit as st

from nmr_core.workshop import Room
from nmr_core.workshop.checks import MOST_SEATS
from ui.people import changes
from ui.shared import notice, room_news
from ui.workshop import things

CONTENTS, CHALLENGE, SEATS = "room-add-contents", "room-add-challenge", "room-add-seats"


def section(room: Room) -> None:
    """The form.

    Parameters
    ----------
    room : Room
        The room.
    """
    titles = things.challenges()
    with (
        st.expander("Contents and seats", icon=":material/inventory_2:"),
        st.form("room-add", border=False),
    ):
        n_labs = len(room.labs) or "all"
        st.caption(
            f"Now: {len(room.contents)} data sets and runs, {n_labs} labs. Everyone gets additions "
            "at once."
        )
        things.choice(CONTENTS)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                "Challenge",
                list(titles),
                index=list(titles).index(room.challenge) if room.challenge in titles else 0,
                format_func=lambda id: titles.get(id, id),
                key=CHALLENGE,
                width=280,
            )
            st.number_input("Seats", 1, MOST_SEATS, room.seats, key=SEATS, width=120)
            st.form_submit_button("Change", key="room-add-change", on_click=_change, args=(room,))


def _change(room: Room) -> None:
    """Callback: add what was chosen, and change the seats."""
    state = st.session_state
    added = things.contents(state[CONTENTS])
    if added or state[CHALLENGE] not in ("", room.challenge):
        add = room_news.rooms().add
        problems = changes.make(lambda admin: add(room.id, added, challenge=state[CHALLENGE]))
        for problem in problems or ():
            notice.toast(problem)
    if state[SEATS] != room.seats:
        seats = int(state[SEATS])
        changes.make(lambda admin: room_news.rooms().set_seats(room.id, seats))
