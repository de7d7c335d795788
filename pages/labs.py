"""How does a model learn, and how does it fail?"""

import streamlit as st

from ui.labs import controls, room, strip
from ui.labs.overview import overview
from ui.labs.view import lab_view
from ui.shared import address, boot, pages

boot.guard(__file__)
pages.title("How does a model learn, and how does it fail?")


@st.fragment
def play() -> None:
    """Everything that answers a move: only this is run again, not the whole app."""
    with boot.part("lab"):
        is_linked = boot.is_opening() or bool(address.new(strip.KEY))
        lab = strip.choice()
        room.note_place(lab.slug if lab else "")
        if lab is None:
            overview()
            return
        if is_linked:
            controls.arrive(lab)
        lab_view(lab)


play()
