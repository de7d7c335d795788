"""Copies of data sets, runs and studies into another workspace; into the library: a publication."""

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import catalogue
from nmr_core.storage.spaces.copying import COPIED, copy
from nmr_core.storage.spaces.registry import LIBRARY, Workspace
from nmr_core.storage.trash_entries import entry_of
from ui.shared import notice, spaces
from ui.shared.text import quoted

KINDS = {kind.name: kind for kind in COPIED}


def section(workspace: Workspace) -> None:
    """What is copied, and where to."""
    targets = {space.id: space for space in spaces.addable() if space.id != workspace.id}
    if not targets:
        st.caption("No other workspace takes things from you. Make a team, or ask its owner.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox(
            "What", list(KINDS), key="copy-kind", format_func=lambda name: KINDS[name].label
        )
        things = _things(kind)
        id = st.selectbox(
            "Which",
            list(things),
            index=None,
            key="copy-id",
            format_func=lambda id: things.get(id, id),
            placeholder=f"Choose a {KINDS[kind].label}" if things else "Nothing here yet",
            disabled=not things,
        )
        target = st.selectbox(
            "Into",
            list(targets),
            key="copy-target",
            format_func=lambda id: spaces.label(targets[id]) if id in targets else id,
        )
        st.button(
            "Publish" if targets[target].kind == LIBRARY else "Copy",
            key="copy-now",
            icon=":material/content_copy:",
            on_click=_copy,
            disabled=not id,
        )
    st.caption("A run takes its calibration, robustness, explanation, posterior and notes along.")


def _things(name: str) -> dict[str, str]:
    """Id -> title of the own things of a kind."""
    kind = KINDS[name]
    folders = [folder for folder in catalogue.folders(kind) if not catalogue.is_shipped(folder)]
    return {folder.name: entry_of(kind, folder, folder, "", 0.0).title for folder in folders}


def _copy() -> None:
    """Callback: copy; a refusal is its sentence."""
    state = st.session_state
    kind, id, target = state.get("copy-kind"), state.get("copy-id"), state.get("copy-target")
    if not (kind and id and target):
        return
    try:
        copy(kind, id, target)
    except (InputError, FailedError) as error:
        notice.toast(error)
    else:
        st.toast(f"Copied {quoted(_things(kind).get(id, id))}.", icon=":material/content_copy:")
