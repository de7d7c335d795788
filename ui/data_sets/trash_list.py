"""The trash: what was deleted in the last week, by whom, and a button that brings it back."""

import time

import streamlit as st

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import trash
from ui.shared import notice, visitor
from ui.shared.text import quoted

SHOWN = 30


def trash_list() -> None:
    """Everything that can be restored, the visitor's deletions first; nothing if there is none."""
    entries = sorted(trash.entries(), key=lambda entry: visitor.person(entry.by) != "you")
    if not entries:
        return
    with st.expander(f"Trash ({len(entries)})", icon=":material/delete:", key="trash"):
        st.caption(
            f"Deleted data sets, runs, studies and calibrations are kept for {trash.DAYS_KEPT} "
            "days."
        )
        for entry in entries[:SHOWN]:
            _line(entry)
        if len(entries) > SHOWN:
            st.caption(
                f"{len(entries) - SHOWN} more; the command line lists all: python -m nmr_core trash"
            )


def _line(entry: trash.TrashEntry) -> None:
    when = time.strftime("%d %B, %H:%M", time.localtime(entry.when))
    by = visitor.person(entry.by)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{quoted(entry.title)}**  \n:small[{entry.label} · deleted "
            f"{when}{f' by {by}' if by else ''}]",
            width="stretch",
        )
        st.button(
            "Restore",
            key=f"trash-{entry.kind}-{entry.id}",
            icon=":material/undo:",
            on_click=_restore,
            args=(entry,),
        )


def _restore(entry: trash.TrashEntry) -> None:
    """Callback: put a thing back; a data set is then shown."""
    try:
        trash.restore(entry.kind, entry.id)
    except (InputError, FailedError) as error:
        notice.toast(error)
        return
    st.toast(f"Restored {quoted(entry.title)}.", icon=":material/undo:")
    if entry.kind == "dataset":
        st.session_state["dataset"] = entry.id
