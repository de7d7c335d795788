"""One lab: guess, move, number, figures."""

from collections.abc import Mapping

import plotly.graph_objects as go
import streamlit as st

from nmr_core.labs.lab import Lab, State, Value
from ui.labs import computed, controls, explained, guess, hidden, numbers, own, pins, strip
from ui.labs.states import text_of
from ui.shared import boot
from ui.shared.figure import show

BODY, CONTROLS, PLOT, OTHERS = "lab-body", "lab-controls", "lab-plot", "lab-others"
"""Keys of containers, by which static/app.css knows them: controls beside the figures; on a phone
the first figure, the controls, then the other figures."""


def lab_view(lab: Lab) -> None:
    """Show a lab; a move runs this again."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{lab.number} · {lab.title}", anchor=False, width="stretch")
        missing = hidden.choice(lab)
    st.markdown(lab.lead)
    with st.container(key=BODY):
        left, plot, others = (st.container(key=key) for key in (CONTROLS, PLOT, OTHERS))
    progress = own.of(lab)
    is_open = progress.is_open or "guess" in missing
    with left:
        if not is_open:
            guess.form(lab)
        elif "guess" not in missing:
            guess.answer(lab, progress)
        if "guess" not in missing:
            guess.of_the_room(lab, progress)
        state = controls.state(lab, missing)
        pinned = pins.pinned(lab)
        _buttons(lab, state, pinned)
    own.note_move(lab, text_of(lab, state))
    shown = pins.labelled(lab, state, pinned)
    with plot, boot.worded():
        result = computed.result(lab, state)
        if "numbers" not in missing:
            last = computed.result(lab, pinned[-1]) if pinned else None
            numbers.row(result, last, is_open)
        first_figure(lab, shown)
    if is_open:
        with others, boot.worded():
            other_figures(lab, shown)
    explained.sections(lab, state, is_open, missing)
    strip.next_lab(lab)


def _buttons(lab: Lab, state: State, pinned: list[dict[str, Value]]) -> None:
    with st.container(horizontal=True):
        st.button(
            "Rewind",
            icon=":material/replay:",
            key="lab-rewind",
            on_click=controls.rewind,
            args=(lab,),
            help="All controls as in the first picture. The seed stays, and with it the start of "
            "the training.",
        )
        pins.buttons(lab, state, pinned)


def first_figure(lab: Lab, states: Mapping[str, State]) -> None:
    """Show the figure to look at."""
    name, figure = next(iter(computed.figures(lab, dict(states)).items()))
    _show(lab, states, name, figure)


def other_figures(lab: Lab, states: Mapping[str, State]) -> None:
    """Show the other figures, in pairs; some of them answer the question."""
    _, *others = computed.figures(lab, dict(states)).items()
    for start in range(0, len(others), 2):
        pair = others[start : start + 2]
        for column, (name, figure) in zip(st.columns(len(pair)), pair, strict=True):
            with column:
                _show(lab, states, name, figure)


def _show(lab: Lab, states: Mapping[str, State], name: str, figure: go.Figure) -> None:
    show(
        figure,
        key=f"lab-{name}",
        name=f"lab-{lab.slug}-{name}",
        alt=f"{lab.title}: {name.replace('_', ' ')}.",
        code=computed.code(lab, dict(states), name),
    )
