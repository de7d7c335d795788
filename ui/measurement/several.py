"""Which echoes of the files belong to one sample."""

import streamlit as st

from nmr_core.measured import Measurement
from nmr_core.measured.reading import numbered
from ui.predict.reading import Reading
from ui.shared import inputs
from ui.shared.text import quoted

MOST = 8
"""Settings of one sample."""


def choose(files: Reading) -> dict[int, Measurement]:
    """Show what was read, and let the visitor choose the echoes of one sample, by their numbers."""
    by_number = {str(number): one for number, one in numbered(files.measurements).items()}
    for note in dict.fromkeys(note for one in files.measurements for note in one.notes):
        st.caption(quoted(note))
    if len(by_number) == 1:
        return {int(number): one for number, one in by_number.items()}
    names = {number: f"{number}: {one.name}" for number, one in by_number.items()}
    key = f"measured-which-{files.id[:12]}-{len(names)}"
    chosen = inputs.several(
        f"Which of the {len(names)} echoes? Several are taken as settings of one sample.",
        names,
        key,
        link="which",
        max_selections=MOST,
        first=[next(iter(names))],
    )
    if not chosen:
        st.info("Choose at least one echo.", icon=":material/help:")
    return {int(number): by_number[number] for number in chosen}
