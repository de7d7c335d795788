"""The verdicts: a card a parameter, with its reason in one sentence."""

import numpy as np
import streamlit as st

from nmr_core.inference.identifiability import Identification
from nmr_core.plots.identifiability import percent
from ui.identify import results
from ui.identify.form import Question
from ui.shared import compute, job_card, verdicts
from ui.shared.text import duration, quoted

A_ROW = 5
N_CURVES = 4 * 48
"""Places and seeds that are simulated for every value of a parameter."""


def cards(found: Identification) -> None:
    """Symbol, verdict, smallest possible standard error in units and in % of the range, reason."""
    for start in range(0, len(found.names), A_ROW):
        names = found.names[start : start + A_ROW]
        for name, place in zip(
            names, st.columns(min(A_ROW, len(found.names)), border=True), strict=False
        ):
            with place:
                _card(found, name)
    noise = f"noise {found.sigma:.2g} in Re M and in Im M (SNR {found.snr:.4g})"
    disorder = "the disorder of the offsets" if found.disorder else "known offsets"
    st.caption(
        f"Standard error of the best linear reading of one measurement, at {found.n_places} places of the prior: {noise}, "
        f"{disorder} ({found.n_seeds} seeds; more would lower it, most for long echoes). "
        f"Computed in {duration(found.seconds)}."
    )


def _card(found: Identification, name: str) -> None:
    verdict, spec = found.verdicts[name], found.spec(name)
    unit = f" :small[{quoted(spec.unit)}]" if spec.unit else ""
    st.subheader(f"{quoted(spec.symbol)}{unit}", anchor=False)
    st.markdown(verdicts.badge(verdicts.kind_of(verdict)))
    if np.isfinite(verdict.bound):
        st.markdown(
            f"**{verdicts.standard_error(verdict, spec)}**  \n:small[{percent(verdict.bound_percent)} of its range]"
        )
    else:
        st.markdown("**no bound**  \n:small[the prior is all that is known]")
    st.caption(quoted(verdict.reason))


def ask(asked: Question) -> None:
    """Nobody asked this yet: what is known at once, and the button that finds out the rest."""
    hidden = compute.hidden_parameters(
        compute.key_of(asked.preset), asked.preset.fixed, asked.preset
    )
    for reason in hidden.values():
        st.info(f"Known at once: {reason}", icon=":material/visibility_off:")
    n_curves = N_CURVES * (4 * len(asked.preset.drawn) + 1) * len(asked.preset.settings)
    wait = compute.seconds(asked.preset.experiments()[0], n_curves)
    about = f" (about {duration(wait)})" if wait > 5 else ""
    if st.button(
        f"Find out{about}",
        type="primary",
        key="identify",
        icon=":material/fingerprint:",
        shortcut="Ctrl+Enter",
    ) and job_card.submit(
        "identify", results.job(asked), f"What can an echo tell: {asked.preset.label}"
    ):
        st.rerun()
    st.caption(
        "Moves every parameter a little up and down, with the same disorder, and compares the change of the echo with "
        "what noise and disorder do. It is simulated in the background, and kept."
    )
