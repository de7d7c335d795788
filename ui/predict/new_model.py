"""The way on for a measurement that no run was trained for: a data set like it."""

from collections.abc import Sequence

import streamlit as st

from nmr_core.effects.gaussian_noise import GaussianNoise
from nmr_core.learning import Run
from nmr_core.measured import Measurement, Target
from nmr_core.measured.for_run import DataSetSuggestion, suggest_data_set
from nmr_core.presets import PRESETS
from ui.shared.inputs import assign


def offer(
    run: Run,
    measurements: Sequence[Measurement],
    target: Target,
    name: str,
    sigma: float | None = None,
) -> None:
    """Show the button that opens the form for a new data set with tau and noise of the measurement.

    ``sigma`` is the noise of one quadrature in units of M, where the measurement was prepared.
    """
    suggestion = suggest_data_set(run, measurements, target, sigma=sigma)
    if suggestion is None or suggestion.preset not in PRESETS:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Make a data set for this measurement",
            key="new-model",
            icon=":material/add:",
            type="primary",
        ):
            _prefill(suggestion, name)
            st.switch_page("pages/data_sets.py")
        st.caption(
            f"{PRESETS[suggestion.preset].label} with τ = {suggestion.tau:g} µs and noise "
            f"{suggestion.sigma:g} in units of M. Then train a run on it and calibrate that run."
        )


def _prefill(suggestion: DataSetSuggestion, name: str) -> None:
    """Set the fields of the form for a new data set."""
    noise = GaussianNoise.name
    values = {
        "new-preset": suggestion.preset,
        f"new-tau-{suggestion.preset}": suggestion.tau,
        "new-title": f"For {name}"[:80],
        "new-more": ["effects"],
        "new-effects": [noise],
        f"new-{noise}-snr": 0.0,
        f"new-{noise}-sigma": suggestion.sigma,
    }
    for key, value in values.items():
        assign(key, value)
