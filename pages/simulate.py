"""What does the echo of this material look like?"""

import streamlit as st

from ui.shared import boot, pages

boot.guard(__file__)
pages.title("What does the echo of this material look like?")

from ui.shared import compute, inputs
from ui.shared.experiment_form import form
from ui.simulate import echo as echo_view
from ui.simulate import lattice, layout, pins, spectrum, sweep

VIEWS = {"echo": "Echo", "spectrum": "Spectrum", "lattice": "Lattice", "sweep": "Sweep"}


@st.fragment
def play() -> None:
    """Everything that answers a slider: only this is run again, not the whole app."""
    with boot.part("echo"):
        _play()


def _play() -> None:
    controls, plot = layout.columns()
    with controls:
        query = form()
    with plot, boot.worded():
        echo = compute.echo(query.experiment, query.seed, query.setting)
        pinned = pins.labelled(pins.affordable(pins.pinned(), query), query)
        last = list(pinned.values())[-1:]
        echo_view.numbers(echo, echo_view.echo_of(last[0]) if last else None)
        view = inputs.tabs(VIEWS, "view")
        if view == "echo":
            echo_view.view(query, echo, pinned)
        elif view == "spectrum":
            spectrum.view(query, echo, pinned)
        elif view == "lattice":
            lattice.view(query)
        else:
            sweep.view(query)
        fixed = query.source.fix(**dict(query.changed))
        for reason in compute.hidden_parameters(query.preset, query.changed, fixed).values():
            st.info(f"Move it and see: {reason}", icon=":material/visibility_off:")


play()
