"""The field for the echo that a lab book asks for, and the button that takes the last one back.

A click counts for the entries that were on the page: if they changed meanwhile, here or elsewhere,
nothing is entered or taken back.
"""

from collections.abc import Callable

import streamlit as st

from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.store import check_state, load_book, save_book
from nmr_core.design.sequential.telling import tell
from nmr_core.design.sequential.undoing import undo
from nmr_core.errors import FailedError, InputError
from nmr_core.measured import READERS, Measurement
from ui.predict import reading
from ui.shared import adding, compute, inputs, notice, uploads, visitor
from ui.shared.text import quoted

HELP = "The averaged echo of the asked setting: any file that My measurement reads."
CLICKED = "_design-book-clicked"
"""In the session: (button, id of the book, its changes) of a click, for the run that it starts."""


def section(book: LabBook) -> None:
    """Choose a file and enter its echo into the book, or take the last entry back."""
    clicked = _clicked(book)
    if not book.is_finished:
        _field(book, clicked == "design-tell")
    if not book.entries or not visitor.may_change(book.owner):
        return
    adding.button(
        "Take back the last echo",
        key="design-undo",
        icon=":material/undo:",
        on_click=_note_click,
        args=("design-undo", book.id, book.changes),
    )
    if clicked == "design-undo":
        _change(book, undo)


def _note_click(button: str, id: str, changes: tuple[str, ...]) -> None:
    st.session_state[CLICKED] = (button, id, changes)


def _clicked(book: LabBook) -> str:
    """The button that was clicked, if the book is the one that was on the page; else ""."""
    button, id, changes = st.session_state.pop(CLICKED, ("", "", ()))
    if id != book.id:
        return ""
    try:
        check_state(book, changes, book.changes)
    except InputError as error:
        notice.error(error)
        return ""
    return button


def _field(book: LabBook, clicked: bool) -> None:
    """Choose a file, and enter its echo if the button was clicked."""
    key = f"book-{book.id[-6:]}"
    upload, failed = uploads.chooser(key, max_megabytes=reading.MAX_MEGABYTES, help=HELP)
    if failed or upload is None:
        st.caption("Measure what is asked above, and choose the file with the averaged echo.")
        return
    labels = {"": "Recognise by content"} | {name: one.label for name, one in READERS.items()}
    kind = inputs.choice("Format", labels, "design-book-format", brief=True)
    files = reading.read(upload, kind)
    if files is None:
        return
    names = {str(k): one.name for k, one in enumerate(files.measurements)}
    number = 0
    if len(names) > 1:
        number = int(inputs.choice("Measurement", names, "design-book-which"))
    measurement = files.measurements[number]
    accepted = inputs.toggle(
        "Accept a misfit",
        f"design-book-accept-{len(book.changes)}",
        help="Enter an echo that is quite unlike the simulated ones all the same.",
    )
    adding.button(
        f"Enter {quoted(measurement.name)}",
        key="design-tell",
        type="primary",
        icon=":material/edit_note:",
        on_click=_note_click,
        args=("design-tell", book.id, book.changes),
    )
    if clicked:
        _change(book, lambda old: _told(old, measurement, accepted), key)


def _told(book: LabBook, measurement: Measurement, accepted: bool) -> LabBook:
    return tell(book, measurement, accept_misfit=accepted)


def _change(book: LabBook, change: Callable[[LabBook], LabBook], upload: str = "") -> None:
    """Estimate with other entries, find the next request, store both, and forget the file."""
    try:
        with st.spinner("Estimating, and finding the next setting …"), compute.turn(compute.LONG):
            stored = load_book(book.id)
            check_state(book, book.changes, stored.changes)
            save_book(change(stored))
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    if upload:
        uploads.forget(upload)
    st.rerun()
