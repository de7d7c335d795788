"""Who is on this page."""

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from nmr_core.people import Person, Session
from ui.server.ownership import Ownership
from ui.server.team import Team, current

OWNERSHIP = Ownership()
"""Of the sessions and files of this process."""


def find() -> Session | None:
    """The live session of the browser whose page runs; None if there is none."""
    team = current()
    if team is None:
        return None
    found = team.sessions.find(st.context.cookies.get(team.cookie, ""))
    context = get_script_run_ctx()
    if found is not None and context is not None:
        OWNERSHIP.note(context.session_id, found.person.id)
    return found


def session() -> Session | None:
    """The session of the browser whose page runs; None in the local profile.

    It is looked up in each run: a websocket may outlive its session for a second. A page whose
    session has ended stops here, after ``st.navigation`` only: before it, Streamlit would run the
    page without app.py.
    """
    found = find()
    if found is None and current() is not None:
        st.info("Your session has ended. Reload the page to log in.")
        st.stop()
    return found


def person() -> Person | None:
    """The person whose page runs; None in the local profile, and without a session."""
    found = find()
    return found.person if found else None


def address() -> str:
    """Network address of the browser whose page runs; "" outside of pages."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return st.context.ip_address or "127.0.0.1"


def log_out(all_sessions: bool = False) -> None:
    """End this session, or all of this person; their pages lead to the login within a second."""
    team, own = current(), find()
    if team is None or own is None:
        return
    if all_sessions:
        team.sessions.end_all(own.person.id, "logout")
    else:
        team.sessions.end(own.id, "logout")
    team.audit.write("logout", own.person, address=address(), everywhere=all_sessions)


def require_admin() -> tuple[Team, Session]:
    """The team and the session of an administrator; everyone else stops here."""
    team, own = current(), session()
    if team is None or own is None or not own.person.is_admin:
        st.error("There is no such page.")
        st.stop()
    return team, own
