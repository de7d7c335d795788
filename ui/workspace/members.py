"""Members of a workspace, with a role each; owners change them."""

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.spaces import managing, people, person, registry, rights
from nmr_core.storage.spaces.policy import MEMBERS
from nmr_core.storage.spaces.registry import LIBRARY, PERSONAL, TEAM, Workspace
from ui.shared import inputs, notice, spaces
from ui.shared.text import quoted

MEANING = {
    "viewer": "reads and copies",
    "member": "adds, and changes own things",
    "owner": "changes everything",
}


def section(workspace: Workspace) -> None:
    """The list of members, and for owners what changes it."""
    if workspace.kind == PERSONAL:
        st.caption(
            "Yours alone; administrators may open it, which is recorded. "
            "Make a team to share things."
        )
        return
    st.header("Members", divider="gray", anchor=False)
    if workspace.kind == LIBRARY:
        st.caption("Everyone reads the library. Its members and owners publish into it.")
    may_change = rights.may("manage")
    for id, role in sorted(workspace.members.items(), key=lambda pair: _name(pair[0]).casefold()):
        _line(workspace, id, role, may_change)
    if may_change:
        _adding(workspace)


def _line(workspace: Workspace, id: str, role: str, may_change: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        you = " (you)" if (who := person.acting()) and who.id == id else ""
        st.markdown(f"{quoted(_name(id))}{you}", width="stretch")
        if not may_change:
            st.markdown(f":small[{role}]")
            return
        key = f"role-{workspace.id}-{id}"
        inputs.assign(key, role)
        st.selectbox(
            f"Role of {_name(id)}",
            MEMBERS,
            key=key,
            label_visibility="collapsed",
            format_func=lambda role: f"{role} · {MEANING[role]}",
            on_change=lambda: _set(workspace.id, id, st.session_state[key]),
            width=320,
        )
        st.button(
            "",
            key=f"remove-{workspace.id}-{id}",
            icon=":material/person_remove:",
            type="tertiary",
            help="Take out of this workspace",
            on_click=_set,
            args=(workspace.id, id, None),
        )


def _adding(workspace: Workspace) -> None:
    """The choice of a person who is no member yet."""
    others = {one.id: one for one in spaces.everybody() if one.id not in workspace.members}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Add a person",
            list(others),
            index=None,
            key="member-new",
            format_func=lambda id: others[id].name if id in others else id,
            placeholder="Choose a person",
            disabled=not others,
        )
        st.selectbox("Role", MEMBERS, index=1, key="member-role", width=140)
        st.button("Add", key="member-add", icon=":material/person_add:", on_click=_add)


def _add() -> None:
    new = st.session_state.get("member-new")
    if new:
        _set(spaces.here().id, new, st.session_state["member-role"])
        inputs.assign("member-new", None)


def _set(workspace: str, id: str, role: str | None) -> None:
    """Callback: give or take away a role; the core refuses what is not allowed."""
    try:
        managing.set_member(workspace, id, role)
    except (InputError, FailedError) as error:
        notice.toast(error)
    spaces.forget()


def _name(id: str) -> str:
    return people.name_of(id) or "a former person"


def new_team() -> None:
    """The fields of a new team, for everyone but the people of rooms."""
    who = person.acting()
    if who is None or who.is_guest:
        return
    with (
        st.form("team", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input("Title of the team", key="team-title", max_chars=registry.LONGEST_TITLE)
        st.form_submit_button(
            "Make a team", key="team-make", icon=":material/group_add:", on_click=_make
        )


def _make() -> None:
    """Callback: make a team, and enter it."""
    who = person.acting()
    if who is None:
        return
    try:
        team = registry.create_team(st.session_state["team-title"], who)
    except (InputError, FailedError) as error:
        notice.toast(error)
        return
    spaces.switch(team.id)


def settings(workspace: Workspace) -> None:
    """Title and last day of a team, for its owners."""
    if workspace.kind != TEAM or not rights.may("manage"):
        return
    with st.expander("Title and end"), st.form("workspace-settings", border=False):
        st.text_input("Title", workspace.title, key="space-title", max_chars=60)
        with st.container(horizontal=True):
            st.text_input(
                "Last day", workspace.ends, key="space-ends", placeholder="2026-12-24, or none"
            )
            st.number_input(
                "Days without a change until a thing goes to the trash; 0: never",
                0,
                3650,
                workspace.days_kept,
                key="space-days",
            )
        st.form_submit_button("Save", on_click=_save, args=(workspace.id,))


def _save(id: str) -> None:
    state = st.session_state
    try:
        managing.change(
            id,
            title=state["space-title"],
            ends=state["space-ends"].strip(),
            days_kept=int(state["space-days"]),
        )
    except (InputError, FailedError) as error:
        notice.toast(error)
    spaces.forget()


def removal(workspace: Workspace) -> None:
    """Remove a team's workspace now, for its owners, with its title as confirmation."""
    if workspace.kind != TEAM or not rights.may("delete", ""):
        return
    with st.expander("Remove this workspace"), st.form("workspace-removal", border=False):
        st.markdown("Everything in it is deleted for good, at once, and its jobs end.")
        with st.container(horizontal=True):
            st.text_input("Its title, as a confirmation", key="space-confirm")
            st.text_input("Reason, for the record", key="space-reason", max_chars=200)
        st.form_submit_button(
            "Remove for good",
            key="space-remove",
            icon=":material/delete_forever:",
            on_click=_remove,
            args=(workspace.id,),
        )


def _remove(id: str) -> None:
    """Callback: remove; afterwards the page is that of the personal workspace."""
    state = st.session_state
    try:
        managing.remove(id, state["space-confirm"], state["space-reason"])
    except (InputError, FailedError) as error:
        notice.toast(error)
    spaces.forget()
