"""The verdicts: one card per parameter, with the reason in one sentence."""

import numpy as np
import streamlit as st

from nmr_core.inference.identifiability import Identification
from nmr_core.plots.identifiability import percent
from ui.identify import results
from ui.identify.form import Question
from ui.shared import compute, job_card, job_time, verdicts
from ui.shared.text import duration, quoted

PER_ROW = 5
UNEQUAL = 3.0
"""Ratio of bounds at two points above which both are shown."""
HELP = (
    "Bold: the smallest possible standard error of an estimate from one measurement (Cramér-Rao "
    "bound, together with the prior), root mean square over the points of the prior.  \n"
    "In % of the range of the prior: 29 % is what the prior alone gives."
)


def cards(result: Identification) -> None:
    """Symbol, verdict, smallest possible standard error in units and in % of the range, reason."""
    n_columns = min(PER_ROW, len(result.names))
    for start in range(0, len(result.names), PER_ROW):
        names = result.names[start : start + PER_ROW]
        columns = st.columns(n_columns, border=True)
        for name, column in zip(names, columns, strict=False):
            with column:
                _card(result, name)
    noise = f"noise {result.noise:.2g} in Re M and in Im M (SNR {result.snr:.4g})"
    disorder = "random offsets" if result.disorder else "known offsets"
    st.caption(
        f"Bounds for one measurement with {noise} and {disorder}, at {result.n_points} points of "
        f"the prior, from {result.n_seeds} random placements of the offsets; more would lower them "
        f"a little, most for long echoes. Computed in {duration(result.seconds)}.",
        help=HELP,
    )


def _card(result: Identification, name: str) -> None:
    verdict, spec = result.verdicts[name], result.spec(name)
    unit = f" :small[{quoted(spec.unit)}]" if spec.unit else ""
    st.header(f"{quoted(spec.symbol)}{unit}", anchor=False)
    st.markdown(verdicts.badge(verdict))
    if np.isfinite(verdict.bound):
        error = verdicts.standard_error(verdict, spec)
        range_ = f"{percent(verdict.bound_percent)} of its range"
        st.markdown(f"**{error}**  \n:small[{range_}]")
    else:
        st.markdown("**no bound**  \n:small[only the prior is known]")
    if verdict.kind != "identifiable":
        st.caption(quoted(verdict.reason))
    elif spread := _spread(result, name):
        st.caption(spread)


def _spread(result: Identification, name: str) -> str:
    """Least and largest bound over the points of the prior; "" where all are alike."""
    rows = result.bounds[result.bounds["name"] == name]
    percent_of_range = 100 * rows["with_prior"] / result.spec(name).width
    low, high = percent_of_range.min(), percent_of_range.max()
    return f"{percent(low)} to {percent(high)} over the prior" if high > UNEQUAL * low else ""


def ask(question: Question) -> None:
    """What is known without a simulation, and the button that computes the rest."""
    hidden = compute.hidden_parameters(
        compute.key_of(question.preset), question.preset.fixed, question.preset
    )
    for reason in hidden.values():
        st.info(quoted(reason), icon=":material/visibility_off:")
    expected = job_time.Expected("identify", results.seconds(question))
    if st.button(
        f"Identify ({job_time.words(expected)})",
        type="primary",
        key="identify",
        icon=":material/fingerprint:",
        shortcut="Ctrl+Enter",
    ) and job_card.submit(
        "identify",
        results.job(question),
        f"Identifiability: {question.title}",
        expected,
    ):
        st.rerun()
    st.caption(
        "Simulates the echo with every parameter a little smaller and a little larger, and "
        "compares its change with receiver noise and disorder. Runs in the background; the result "
        "is stored."
    )
