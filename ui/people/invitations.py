"""Invitations: a new one, and those that are open."""

import streamlit as st

from nmr_core.errors import InputError
from nmr_core.people import ROLES, Session
from ui.people import moments
from ui.server import identity
from ui.server.team import Team
from ui.shared import notice


def show(team: Team, own: Session) -> None:
    """The form of a new invitation, its link, and the open invitations.

    Parameters
    ----------
    team : Team
        Whose server it is.
    own : Session
        Of the administrator.
    """
    if not team.config.accounts.enabled:
        return
    st.header("Invite", divider="gray", anchor=False)
    with (
        st.form("invite", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        email = st.text_input("E-mail (optional)", key="invite-email", width=320)
        role = st.selectbox("Role", ROLES, key="invite-role", width=180)
        days = st.number_input("Valid for days", 1, 60, 7, key="invite-days", width=160)
        is_sent = st.form_submit_button("Make a link", icon=":material/person_add:")
    if is_sent:
        _invite(team, own, email, role, days)
    _open_invitations(team, own)


def show_link(team: Team, path: str, sentence: str) -> None:
    """Show the link of an invitation, which works once."""
    st.markdown(f"{sentence} send this link; it works once.")
    st.code(team.config.url.rstrip("/") + path, language=None, wrap_lines=True)


def _invite(team: Team, own: Session, email: str, role: str, days: int) -> None:
    try:
        desk = team.administration(own.person, identity.address())
        secret = desk.invite(role=role, email=email, days=days)
    except InputError as error:
        notice.error(error)
        return
    show_link(team, f"/join#{secret}", f"Valid for {days} days:")


def _open_invitations(team: Team, own: Session) -> None:
    for invitation in team.invitations.list():
        whom = invitation.email or ("a new password" if invitation.person else "anyone")
        expires = moments.text(invitation.expires)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"Open: {invitation.role}, for {whom}, until {expires}")
            st.button(
                "Withdraw",
                key=f"withdraw-{invitation.id}",
                type="tertiary",
                on_click=_withdraw,
                args=(team, own, invitation.id),
            )


def _withdraw(team: Team, own: Session, invitation_id: str) -> None:
    team.administration(own.person, identity.address()).withdraw(invitation_id)
