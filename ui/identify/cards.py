"""The verdicts: one card per parameter, with the reason in one sentence."""

import numpy as np
import streamlit as st

from nmr_core.errors import InputError
from nmr_core.inference.identifiability import Identification, IdentifyProblem
from nmr_core.inference.identifiability.words import percent, statement
from ui.identify import results
from ui.identify.form import Question
from ui.shared import adding, compute, job_card, job_time, notice, verdicts
from ui.shared.text import duration, quoted

PER_ROW = 5
HELP = (
    "Bold: the standard error of an estimate from one measurement, together with the prior, root "
    "mean square over the points of the prior. In % of the range of the prior: 29 % is what the "
    "prior alone gives.  \n"
    "Linear estimate: from the slopes of the echo and its covariance over random placements of the "
    "offsets. Where it changes by more than 10 % with the number of placements, a ridge regression "
    "is fitted to curves around each point. Where a stored run on such data has a smaller error, "
    "it is that error."
)


def cards(result: Identification) -> None:
    """Symbol, verdict, standard error in units and in % of the range, median and worst, reason."""
    n_columns = min(PER_ROW, len(result.names))
    for start in range(0, len(result.names), PER_ROW):
        names = result.names[start : start + PER_ROW]
        columns = st.columns(n_columns, border=True)
        for name, column in zip(names, columns, strict=False):
            with column:
                _card(result, name)
    st.caption(
        f"{quoted(statement(result))} Computed in {duration(result.seconds)}.",
        help=HELP,
    )


def _card(result: Identification, name: str) -> None:
    verdict, spec = result.verdicts[name], result.spec(name)
    unit = f" :small[{quoted(spec.unit)}]" if spec.unit else ""
    st.header(f"{quoted(spec.symbol)}{unit}", anchor=False)
    st.markdown(verdicts.badge(verdict))
    if np.isfinite(verdict.error):
        error = verdicts.standard_error(verdict, spec)
        range_ = f"{percent(verdict.error_percent)} of its range"
        st.markdown(f"**{error}**  \n:small[{range_}]")
    else:
        st.markdown("**not determined**  \n:small[only the prior is known]")
    if verdict.run:
        st.caption(":material/star: best run on such data")
    if spread := _spread(result, name):
        st.caption(spread)
    if verdict.kind != "identifiable":
        st.caption(quoted(verdict.reason))


def _spread(result: Identification, name: str) -> str:
    """Median and worst point of the estimate, "" of a single point."""
    verdict = result.verdicts[name]
    if result.n_points == 1 or not np.isfinite(verdict.error):
        return ""
    of = "estimate: " if verdict.run else ""
    median, worst = (percent(x) for x in (verdict.median_percent, verdict.worst_percent))
    return f"{of}median {median}, worst point {worst}"


def ask(question: Question) -> None:
    """What is known without a simulation, and the button that computes the rest."""
    hidden = compute.hidden_parameters(
        compute.key_of(question.preset), question.preset.fixed, question.preset
    )
    for reason in hidden.values():
        st.info(quoted(reason), icon=":material/visibility_off:")
    try:
        IdentifyProblem.of(question.preset, **question.options).check_noise()
    except InputError as error:
        notice.error(error)
        return
    expected = job_time.Expected("identify", results.seconds(question))
    if adding.button(
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
        "Simulates the echo at points of the prior with every parameter a little smaller and a "
        "little larger, and compares its change with receiver noise and disorder. Runs in the "
        "background; the result is stored."
    )
