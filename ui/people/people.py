"""Everyone, and changes of one person."""

import pandas as pd
import streamlit as st

from nmr_core.people import ROLES, Person, Session
from nmr_core.people.person import LOCAL
from ui.administration import disk
from ui.people import changes, handover, moments
from ui.people.invitations import show_link
from ui.server.team import Team
from ui.shared import tables
from ui.shared.text import megabytes, quoted


def show(team: Team, own: Session) -> None:
    """The table of people, and what can be changed of one of them.

    Parameters
    ----------
    team : Team
        Whose server it is.
    own : Session
        Of the administrator.
    """
    rooms = {room.issuer: f"room: {room.title}" for room in team.rooms.list()}
    everyone, taken = team.register.list(), disk.of_people()
    sessions = pd.Series([session.person.id for session in team.sessions.list()], dtype=str)
    rows = [
        {
            "Name": person.name,
            "E-mail": person.email,
            "Role": person.role,
            "Login": "password"
            if person.issuer == LOCAL
            else rooms.get(person.issuer, person.issuer),
            "Last seen": moments.moment(person.seen),
            "Sessions": int((sessions == person.id).sum()),
            "Disk": megabytes(taken[person.id]),
            "State": "disabled" if person.disabled else "",
        }
        for person in everyone
    ]
    tables.plain(
        pd.DataFrame(rows),
        width="stretch",
        key="people-table",
        column_config=moments.columns("Last seen"),
    )
    by_id = {person.id: person for person in everyone}
    chosen = st.selectbox(
        "Change a person",
        list(by_id),
        index=None,
        format_func=lambda id: f"{by_id[id].name} · {by_id[id].email}",
        placeholder="Choose a person",
        key="person",
    )
    if chosen:
        _change(team, own, by_id[chosen])


def _change(team: Team, own: Session, person: Person) -> None:
    is_self = person.id == own.person.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Role",
            ROLES,
            index=ROLES.index(person.role),
            key=f"role-{person.id}",
            on_change=_set_role,
            args=(person,),
            width=180,
            disabled=is_self,
        )
        st.button(
            "Enable" if person.disabled else "Disable",
            key="disable",
            on_click=_set_disabled,
            args=(person,),
            disabled=is_self,
            help="A disabled person is logged out at once, and the person's jobs are cancelled. "
            "What the person made stays.",
        )
        st.button("End all sessions", key="end-all", on_click=_end_all, args=(person,))
        is_local = person.issuer == LOCAL
        if is_local and st.button("Link for a new password", key="reset"):
            secret = changes.make(lambda admin: admin.password_link(person))
            st.session_state["_reset-link"] = secret or "", person.name
    if person.disabled:
        handover.show(person)
    secret, name = st.session_state.pop("_reset-link", ("", ""))
    if secret:
        show_link(team, f"/join?password#{secret}", f"For {quoted(name)}, valid for one day:")


def _set_role(person: Person) -> None:
    role = st.session_state[f"role-{person.id}"]
    changes.make(lambda admin: admin.set_role(person.id, role))


def _set_disabled(person: Person) -> None:
    changes.make(lambda admin: admin.set_disabled(person.id, not person.disabled))


def _end_all(person: Person) -> None:
    changes.make(lambda admin: admin.end_sessions(person.id))
