"""Who is logged in, and where; any session can be ended."""

import pandas as pd
import streamlit as st

from nmr_core.people import Session
from ui.people import changes, moments
from ui.server.team import Team
from ui.shared import tables

BROWSERS = ("Firefox", "Edg", "Chrome", "Safari")
"""Parts of the names of browsers; the first that occurs is meant."""


def show(team: Team, own: Session) -> None:
    """The live sessions.

    Parameters
    ----------
    team : Team
        Whose server it is.
    own : Session
        Of the administrator.
    """
    st.header("Logged in now", divider="gray", anchor=False)
    sessions = team.sessions.list()
    rows = [
        {
            "Person": session.person.name,
            "Since": moments.moment(session.created),
            "Last seen": moments.moment(session.seen),
            "Address": session.address,
            "Browser": _browser(session.browser),
            "This one": session.id == own.id,
        }
        for session in sessions
    ]
    tables.plain(
        pd.DataFrame(rows),
        width="stretch",
        key="sessions-table",
        column_config=moments.columns("Since", "Last seen"),
    )
    labels = {
        session.id: f"{session.person.name} · {_browser(session.browser)} · {session.address}"
        for session in sessions
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "End a session",
            list(labels),
            index=None,
            format_func=lambda id: labels.get(id, id),
            placeholder="Choose a session",
            key="session",
        )
        st.button(
            "End it",
            key="end-session",
            disabled=not chosen,
            on_click=_end,
            args=(chosen,),
        )


def _end(session_id: str) -> None:
    changes.make(lambda admin: admin.end_session(session_id))


def _browser(agent: str) -> str:
    """Name of a browser; "other" for programs."""
    name = next((name for name in BROWSERS if name in agent), "other")
    return "Edge" if name == "Edg" else name
