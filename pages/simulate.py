"""What does the echo of this material look like?"""

import streamlit as st

from ui.shared import boot, compute, inputs
from ui.shared.experiment_form import form
from ui.simulate import pins, views

boot.guard(__file__)

st.title("What does the echo of this material look like?")
VIEWS = {"echo": "Echo", "spectrum": "Spectrum", "lattice": "Lattice", "sweep": "Sweep"}


@st.fragment
def play() -> None:
    """Everything that answers a slider: only this is run again, not the whole app."""
    controls, picture = st.columns([1, 2.6], gap="large")
    with controls:
        asked = form()
    with picture, boot.worded():
        echo = compute.echo(asked.experiment, asked.seed, asked.setting)
        kept = pins.labels(pins.pinned(), asked)
        last = list(kept.values())[-1:]
        views.numbers(
            echo, *[compute.echo(pin.experiment, pin.seed, pin.setting) for pin in last] or [None]
        )
        view = inputs.tabs(VIEWS, "view")
        if view == "echo":
            views.echo_view(asked, echo, kept)
        elif view == "spectrum":
            views.spectrum_view(asked, echo, kept)
        elif view == "lattice":
            views.lattice_view(asked)
        else:
            views.sweep_view(asked)
        for reason in compute.hidden_parameters(
            asked.preset, asked.changed, asked.source.fix(**dict(asked.changed))
        ).values():
            st.info(f"Move it and see: {reason}", icon=":material/visibility_off:")


play()
