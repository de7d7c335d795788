"""Everything of a person who has left goes to another one."""

import streamlit as st

from nmr_core.people import Person
from ui.people import changes
from ui.shared import notice, spaces

HEIR = "heir"


def show(person: Person) -> None:
    """The choice of who gets everything of a disabled person, and the button that hands it over.

    Parameters
    ----------
    person : Person
        Who has left.
    """
    others = {one.id: one.name for one in spaces.everybody() if one.id != person.id}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        heir = st.selectbox(
            "Hand over to",
            list(others),
            index=None,
            key=HEIR,
            format_func=lambda id: others.get(id, id),
            placeholder="Choose a person",
            help="Data sets, runs, studies and results; the place in teams; the personal workspace "
            "becomes a team's. Notes stay signed.",
        )
        st.button(
            "Hand over everything",
            key="hand-over",
            icon=":material/move_item:",
            on_click=_hand_over,
            args=(person.id, heir),
            disabled=not heir,
        )


def _hand_over(leaving: str, heir: str) -> None:
    """Callback: hand over; a refusal is its sentence."""
    result = changes.make(lambda admin: admin.hand_over(leaving, heir))
    if result is not None:
        st.toast(notice.sentence(result.text), icon=":material/move_item:")
    spaces.forget()
