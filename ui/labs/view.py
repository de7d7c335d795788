"""One lab: guess, move, number, figures."""

from collections.abc import Mapping

import streamlit as st

from nmr_core.labs.lab import Lab, State
from ui.labs import computed, controls, explained, guess, hidden, numbers, own, pins, strip
from ui.labs.states import text_of
from ui.shared import boot
from ui.shared.figure import show

PLOT = "lab-plot"
"""static/app.css knows the container of the figures by this key."""


def lab_view(lab: Lab) -> None:
    """Show a lab; a move runs this again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{lab.number} · {lab.title}", anchor=False, width="stretch")
        missing = hidden.choice(lab)
    st.markdown(lab.lead)
    left, right = st.columns([1, 2], gap="large")
    with right:
        plot = st.container(key=PLOT)
    progress = own.of(lab)
    is_open = progress.is_open or "guess" in missing
    with left:
        if not is_open:
            guess.form(lab)
        elif "guess" not in missing:
            guess.answer(lab, progress)
        state = controls.state(lab, missing)
        pinned = pins.pinned(lab)
        with st.container(horizontal=True):
            st.button(
                "Rewind",
                icon=":material/replay:",
                key="lab-rewind",
                on_click=controls.rewind,
                args=(lab,),
                help="All controls as in the first picture. The seed stays, and with it the start "
                "of the training.",
            )
            pins.buttons(lab, state, pinned)
    own.note_move(lab, text_of(lab, state))
    with plot, boot.worded():
        result = computed.result(lab, state)
        if "numbers" not in missing:
            last = computed.result(lab, pinned[-1]) if pinned else None
            numbers.row(result, last, is_open)
        picture(lab, pins.labelled(lab, state, pinned))
    explained.sections(lab, state, is_open, missing)
    strip.next_lab(lab)


def picture(lab: Lab, states: Mapping[str, State], most: int = 9) -> None:
    """Show the figures of a lab, the first one over the full width, the others in pairs."""
    figures = list(computed.figures(lab, dict(states)).items())[:most]
    rows = [figures[:1], *(figures[k : k + 2] for k in range(1, len(figures), 2))]
    for row in rows:
        columns = st.columns(len(row)) if len(row) > 1 else [st.container()]
        for column, (name, figure) in zip(columns, row, strict=True):
            with column:
                show(
                    figure,
                    key=f"lab-{name}",
                    name=f"lab-{lab.slug}-{name}",
                    alt=f"{lab.title}: {name.replace('_', ' ')}.",
                    code=computed.code(lab, dict(states), name),
                )
