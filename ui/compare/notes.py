"""Notes and tags of the compared runs: signed and dated, like a lab book."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from nmr_core.evaluation.marks import (
    LONGEST_NAME,
    MOST,
    Marks,
    Note,
    add_note,
    all_marks,
    delete_note,
    edit_note,
    retag,
)
from nmr_core.learning import Run
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import acting
from ui.compare import compared
from ui.compare.cached import titles
from ui.shared import boot, inputs, preferences, visitor
from ui.shared.text import quoted

PROBLEM = "_note-problem"
UNSIGNED = "unsigned"


@st.fragment
def view(runs: Sequence[Run]) -> None:
    """Show the notes of all runs, the newest first, and the fields to add one."""
    with boot.part("notes"):
        if problem := st.session_state.pop(PROBLEM, None):
            st.error(quoted(problem), icon=":material/error:")
        marks = all_marks()
        left, right = st.columns([2, 3], gap="large")
        with left:
            id = inputs.choice("Note on", titles(runs), "note-run")
            _tags(id, marks)
            _new(id)
        with right:
            notes = [(note, run) for run in runs for note in marks.get(run.id, Marks()).notes]
            for note, run in sorted(notes, key=lambda pair: pair[0].time, reverse=True):
                _show(note, run)
            if not notes:
                st.caption("These runs have no notes yet.")


def _tags(id: str, marks: dict[str, Marks]) -> None:
    """The tags of one run."""
    own = list(marks.get(id, Marks()).tags)
    others = {tag for entry in marks.values() for tag in entry.tags}
    key = f"tags-{id}"
    inputs.assign(key, own)
    st.multiselect(
        "Tags",
        sorted(others),
        key=key,
        accept_new_options=True,
        placeholder="Choose or type a tag",
        on_change=_retag,
        args=(id, key, own),
    )


def _retag(id: str, key: str, old: list[str]) -> None:
    """Callback: add and remove what this visitor changed."""
    new = st.session_state[key]
    _attempt(id, lambda: retag(id, old, new))


def _new(id: str) -> None:
    """The fields of a new note."""
    with st.form("new-note", clear_on_submit=False, border=False):
        st.text_area("Note", key="note-text", max_chars=MOST, height=110)
        inputs.assign("note-author", st.session_state.get("note-author", preferences.name()))
        if acting() is None:  # else the name of the login signs
            st.text_input(
                "Your name",
                key="note-author",
                max_chars=LONGEST_NAME,
                placeholder="optional; signs your notes",
            )
        st.form_submit_button(
            "Add note",
            key="note-add",
            icon=":material/note_add:",
            on_click=_add,
            args=(id,),
            disabled=not rights.may("create"),
        )


def _add(id: str) -> None:
    """Callback: add the note; what was refused stays in its field."""

    def add() -> None:
        preferences.set_name(st.session_state["note-author"])
        author, owner = preferences.name(), visitor.owner()
        add_note(id, st.session_state["note-text"], author=author, owner=owner)
        inputs.assign("note-text", "")

    _attempt(id, add)


def _show(note: Note, run: Run) -> None:
    with st.container(border=True):
        st.markdown(
            f"**{quoted(_author(note))}** · {_when(note)} :small[on {quoted(run.manifest.title)}]"
        )
        st.text(note.text)
        if note.owner != visitor.owner() and not (visitor.alone() and not note.owner):
            return
        with st.container(horizontal=True):
            with st.popover("Edit", icon=":material/edit:", key=f"edit-{note.id}"):
                _edit(note, run.id)
            st.button(
                "Delete",
                key=f"delete-note-{note.id}",
                icon=":material/delete:",
                type="tertiary",
                on_click=_attempt,
                args=(run.id, lambda: delete_note(run.id, note.id)),
            )


def _edit(note: Note, run: str) -> None:
    key = f"note-{run}-{note.id}"
    inputs.assign(key, st.session_state.get(key, note.text))
    st.text_area("Note", key=key, max_chars=MOST, label_visibility="collapsed")
    st.button(
        "Save",
        key=f"save-{note.id}",
        type="primary",
        on_click=lambda: _attempt(run, lambda: edit_note(run, note.id, st.session_state[key])),
    )


def _author(note: Note) -> str:
    """ "Ada (you)", "Ada", "another visitor" or "unsigned"."""
    person = preferences.person(note.owner)
    if not note.author:
        return person or UNSIGNED
    return f"{note.author} (you)" if person == "you" else note.author


def _when(note: Note) -> str:
    """ "28 Nov 2026 14:05 UTC, edited 29 Nov 2026 08:00 UTC"."""
    written = _time(note.time) or "before version 0.6"
    return f"{written}, edited {_time(note.edited)}" if note.edited else written


def _time(text: str) -> str:
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return moment.strftime("%d %b %Y %H:%M UTC").lstrip("0")


def _attempt(run: str, action: Callable[[], object]) -> None:
    sentence = compared.refusal(run, action)
    if sentence:
        st.session_state[PROBLEM] = sentence
