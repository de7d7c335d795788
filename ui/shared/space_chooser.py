"""In the sidebar of a server for a team: the workspace, the role in it, and messages of others."""

import streamlit as st

from nmr_core.storage.spaces import messages, person
from ui.shared import inputs, notice, spaces
from ui.shared.text import quoted

CHOICE = "_workspace-choice"


def show() -> None:
    """The choice of the workspace; nothing without a server for several people."""
    if not spaces.are_used():
        return
    if sentence := spaces.problem():
        notice.warning(sentence)
    here = spaces.here()
    options = {space.id: space for space in [*spaces.readable(), here]}
    inputs.assign(CHOICE, here.id)
    st.selectbox(
        "Workspace",
        list(options),
        key=CHOICE,
        format_func=lambda id: spaces.label(options[id]),
        on_change=lambda: spaces.switch(st.session_state[CHOICE]),
    )
    if spaces.role() == "viewer":
        st.caption(":material/visibility: You may read and copy, not add.")
    elif here.has_ended:
        st.caption(f":material/lock_clock: Ended on {here.ends}: read and copy only.")
    elif here.ends:
        st.caption(f":material/event: Until {here.ends}")
    _messages()


def _messages() -> None:
    """What others did with this person's things, until it was read."""
    who = person.acting()
    found = messages.messages_for(who.id) if who else []
    if not found or who is None:
        return
    with st.container(border=True):
        for message in found[:3]:
            st.markdown(f":small[{quoted(message.text)}]")
        if len(found) > 3:
            st.caption(f"{len(found) - 3} more")
        st.button(
            "Close",
            key="messages-close",
            type="tertiary",
            icon=":material/done:",
            on_click=lambda: messages.clear(who.id),
        )
