"""In the sidebar of a server for a team: who is logged in, and the way out."""

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.people import Person
from nmr_core.people.own_account import change_password
from nmr_core.people.person import LOCAL
from ui.server import identity
from ui.server.team import current
from ui.shared import notice
from ui.shared.text import quoted


def show() -> None:
    """The name of the person, and Log out; nothing in the local profile."""
    session = identity.session()
    if session is None:
        return
    person = session.person
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="account"):
        with st.popover(
            quoted(person.name), icon=":material/account_circle:", type="tertiary", width="stretch"
        ):
            st.caption(_role(person))
            st.button("Log out in all browsers", on_click=identity.log_out, args=(True,))
            if person.issuer == LOCAL:
                _password_form()
        st.button("Log out", on_click=identity.log_out, key="log-out")


def _role(person: Person) -> str:
    if person.is_guest:
        return "Before you log out, note the return code on the page Room."
    role = "administrator" if person.is_admin else "member"
    return f"{quoted(person.email)} · {role}" if person.email else role


def _password_form() -> None:
    with st.form("password", clear_on_submit=True, border=False):
        old = st.text_input("Present password", type="password", autocomplete="current-password")
        new = st.text_input("New password", type="password", autocomplete="new-password")
        if st.form_submit_button("Change password"):
            _change(old, new)


def _change(old: str, new: str) -> None:
    team, session = current(), identity.session()
    if team is None or session is None:
        return
    try:
        change_password(
            session,
            old,
            new,
            accounts=team.accounts,
            sessions=team.sessions,
            throttle=team.throttle,
            audit=team.audit,
            address=identity.address(),
        )
    except InputError as error:
        notice.error(error)
        return
    st.success("The password was changed, and all other browsers were logged out.")
