"""Which echoes of the files belong to one sample."""

import streamlit as st

from nmr_core.measured import Measurement
from nmr_core.measured.reading import numbered
from nmr_core.measured.series.choosing import chosen
from nmr_core.measured.series.series import NUMBER, Item
from ui.predict.reading import Reading
from ui.shared import inputs, once
from ui.shared.text import quoted

SWITCH = "measured-series"
"""Key of the switch that makes the files a series."""
MOST = 8
"""Settings of one sample."""


def _offer_series(files: Reading) -> None:
    """The button that opens several files over one quantity as a series."""
    if len(files.files) != len(files.measurements):
        return
    items = [
        Item(name, 1, 1, one) for name, one in zip(files.files, files.measurements, strict=True)
    ]
    series = once.table(lambda: chosen(items, None, files.name), "offered series", *items)
    if series.question or series.source == NUMBER:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Open as a series",
            key="measured-open-series",
            type="primary",
            icon=":material/stacked_line_chart:",
            on_click=inputs.assign,
            args=(SWITCH, True),
        )
        st.markdown(quoted(series.reason))


def choose(files: Reading) -> dict[int, Measurement]:
    """Show what was read, and let the visitor choose the echoes of one sample, by their numbers."""
    by_number = {str(number): one for number, one in numbered(files.measurements).items()}
    for note in dict.fromkeys(note for one in files.measurements for note in one.notes):
        st.caption(quoted(note))
    if len(by_number) == 1:
        return {int(number): one for number, one in by_number.items()}
    _offer_series(files)
    names = {number: f"{number}: {one.name}" for number, one in by_number.items()}
    key = f"measured-which-{files.id[:12]}-{len(names)}"
    numbers = inputs.several(
        f"Which of the {len(names)} echoes? Several are taken as settings of one sample.",
        names,
        key,
        link="which",
        max_selections=MOST,
        first=[next(iter(names))],
    )
    if not numbers:
        st.info("Choose at least one echo.", icon=":material/help:")
    return {int(number): by_number[number] for number in numbers}
