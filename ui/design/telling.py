"""The field for the echo that a lab book asks for."""

import streamlit as st

from nmr_core.design.sequential.book import LabBook
from nmr_core.design.sequential.store import load_book, save_book
from nmr_core.design.sequential.telling import tell
from nmr_core.errors import FailedError, InputError
from nmr_core.measured import READERS, Measurement
from ui.predict import reading
from ui.shared import adding, compute, inputs, notice, uploads
from ui.shared.text import quoted

HELP = "The averaged echo of the asked setting: any file that My measurement reads."


def section(book: LabBook) -> None:
    """Choose a file, and enter its echo into the book."""
    upload, failed = uploads.chooser(
        f"book-{book.id[-6:]}", max_megabytes=reading.MAX_MEGABYTES, help=HELP
    )
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
    if adding.button(
        f"Enter {quoted(measurement.name)}",
        key="design-tell",
        type="primary",
        icon=":material/edit_note:",
    ):
        _enter(book, measurement)


def _enter(book: LabBook, measurement: Measurement) -> None:
    """Estimate with one more echo, find the next request, store both."""
    try:
        with st.spinner("Estimating, and finding the next setting …"), compute.turn(compute.LONG):
            save_book(tell(load_book(book.id), measurement))
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    st.rerun()
