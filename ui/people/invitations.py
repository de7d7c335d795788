"""Invitations: a new one, and those that are open."""

import streamlit as st

from nmr_core.people import ROLES
from ui.people import changes, moments
from ui.server.team import Team


def show(team: Team) -> None:
    """The form of a new invitation, its link, and the open invitations.

    Parameters
    ----------
    team : Team
        Whose server it is.
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
        _invite(team, email, role, days)
    _open_invitations(team)


def show_link(team: Team, path: str, sentence: str) -> None:
    """Show the link of an invitation, which works once."""
    st.markdown(f"{sentence} send this link; it works once.")
    st.code(team.config.url.rstrip("/") + path, language=None, wrap_lines=True)


def _invite(team: Team, email: str, role: str, days: int) -> None:
    secret = changes.make(lambda admin: admin.invite(role=role, email=email, days=days))
    if secret:
        show_link(team, f"/join#{secret}", f"Valid for {days} days:")


def _open_invitations(team: Team) -> None:
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
                args=(invitation.id,),
            )


def _withdraw(invitation_id: str) -> None:
    changes.make(lambda admin: admin.withdraw(invitation_id))
