"""Everything of a person who has left goes to another one."""

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.people import Person, Session
from ui.server import identity
from ui.server.team import Team
from ui.shared import notice, spaces

HEIR = "heir"


def show(team: Team, own: Session, person: Person) -> None:
    """The choice of who gets everything of a disabled person, and the button that hands it over.

    Parameters
    ----------
    team : Team
        Whose server it is.
    own : Session
        Of the administrator.
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
            args=(team, own, person.id, heir),
            disabled=not heir,
        )


def _hand_over(team: Team, own: Session, leaving: str, heir: str) -> None:
    """Callback: hand over; a refusal is its sentence."""
    desk = team.administration(own.person, identity.address())
    try:
        result = desk.hand_over(leaving, heir)
    except (InputError, FailedError) as error:
        notice.toast(error)
    else:
        st.toast(notice.sentence(result.text), icon=":material/move_item:")
    spaces.forget()
