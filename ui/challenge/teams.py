"""Teams: make one, join by its code, leave it, see its members."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.spaces.rights import check_pause
from ui.challenge import cached, participant
from ui.shared import notice
from ui.shared.text import quoted

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge, Team


def show(challenge: "Challenge", team: "Team | None") -> None:
    """The own team with its code, or the forms that make one or join one.

    Nothing where people take part alone, and where a person has submitted alone.
    """
    from nmr_core.challenge import leave_team

    if challenge.team_size < 2 or (team is not None and not team.code):
        return
    if team is None:
        with st.popover("Team", icon=":material/group_add:"):
            _forms(challenge)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/group: **{quoted(team.name)}**: {quoted(', '.join(team.members))}  \n"
            f"Others join with the code `{team.code}`."
        )
        if st.button("Leave", key="team-leave", type="tertiary"):
            _do(lambda: leave_team(challenge, participant.present()))


def _forms(challenge: "Challenge") -> None:
    from nmr_core.challenge import join_team, make_team

    st.caption(f"At most {challenge.team_size} people, who share their tries.")
    with st.form("make-team", border=False):
        name = st.text_input("Name of a new team", max_chars=40, key="team-name")
        if st.form_submit_button("Make a team"):
            _do(lambda: make_team(challenge, participant.present(), name))
    with st.form("join-team", border=False):
        code = st.text_input("Code of a team", max_chars=40, key="team-code")
        if st.form_submit_button("Join"):
            _do(lambda: join_team(challenge, participant.present(), code))


def _do(action: Callable[[], object]) -> None:
    try:
        check_pause(participant.present().id)
        action()
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    cached.refresh()
    st.rerun()
