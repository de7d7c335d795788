"""Download of the cheat sheet."""

import streamlit as st

from nmr_core.extras import install_command, is_installed
from nmr_core.pretrained.first_echoes import first_echoes
from nmr_core.workshop.cheat_sheet import EXTRA, cheat_sheet
from ui.labs import room
from ui.shared import export
from ui.workshop import joining


def button() -> None:
    """Offer the cheat sheet, with link and code of the visitor's room."""
    if not is_installed(EXTRA):
        st.caption(f"The cheat sheet (PDF) needs `{install_command(EXTRA)}`")
        return
    here = room.here()
    link = joining.link(here) if here else ""
    code = here.code_text if here else ""
    export.download(
        "Cheat sheet (PDF)",
        lambda: cheat_sheet(first_echoes(), link, code),
        "spin_echo_lab_cheat_sheet.pdf",
        "application/pdf",
        "cheat-sheet",
    )
