"""One person of a room, for the organiser: the way back, another code, removal."""

import streamlit as st

from nmr_core.people import Person
from nmr_core.workshop.codes import spaced
from ui.people import changes
from ui.shared import room_news
from ui.shared.text import quoted


def show(person: Person) -> None:
    """Draw what helps a person, or removes one.

    Parameters
    ----------
    person : Person
        Of the room.
    """
    code = spaced(room_news.rooms().return_code(person.id))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Return code of **{quoted(person.name)}**: `{code}`")
        st.button(
            "New code",
            key=f"person-code-{person.id}",
            on_click=_change,
            args=("new_return_code", person),
        )
        with st.popover("Remove", icon=":material/person_remove:"):
            st.markdown(
                f"Deletes {quoted(person.name)} and everything made by this person, for good and "
                "without a zip file."
            )
            st.button(
                f"Remove {quoted(person.name)}",
                key=f"person-remove-{person.id}",
                type="primary",
                on_click=_change,
                args=("remove_person", person),
            )


def _change(what: str, person: Person) -> None:
    """Callback."""
    changes.make(lambda admin: getattr(room_news.rooms(), what)(person.id))
