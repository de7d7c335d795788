"""Promised and realised, side by side: the proof of a ranking."""

import streamlit as st

from nmr_core.design.proof.proof import Proof
from nmr_core.design.result import DesignResult
from nmr_core.plots import design_proof as figures
from ui.design import stored, words
from ui.design.question import Question
from ui.shared import adding, compute, export, job_card, job_time, once, tables
from ui.shared.figure import palette, show
from ui.shared.text import quoted

KIND = "prove"
MATERIALS = 1152
"""Materials that are simulated, for training and test."""
SETTINGS = 16
"""Settings of all compared designs, about."""
HELP = (
    "The same networks are trained on the default, on the proposed and on random designs of as "
    "many settings, each in the same total time, on materials that neither the ranking nor the "
    "promise has seen. Fewer echoes can help a learner even when they are chosen at random: "
    "hence the random control."
)


def begin(question: Question, result: DesignResult) -> None:
    """The button that begins the job."""
    problem = result.problem
    one = compute.seconds(problem.experiment(problem.settings[0]), 1)
    seconds = 2 * one * MATERIALS * min(SETTINGS, len(problem.all_settings))
    expected = job_time.Expected(KIND, seconds)
    with st.container(horizontal=True, vertical_alignment="center"):
        if adding.button(
            f"Prove it ({job_time.words(expected)})",
            type="primary",
            key="design-prove",
            icon=":material/verified:",
            disabled=job_card.own_is_live(KIND),
        ) and job_card.submit(KIND, {"design": result.key}, f"Proof: {question.title}", expected):
            st.rerun()
        st.caption(
            "Trains the same learner on the default, the proposed and random designs.",
            help=HELP,
            width="stretch",
        )


def view(question: Question, result: DesignResult | None) -> None:
    """Draw the proof, or what is missing for it."""
    proof = None if result is None else stored.proof(result.key)
    if result is None:
        st.caption("Nothing is promised yet. Press Rank above.")
        return
    if proof is None:
        st.caption("Nothing is proven yet. Press Prove it above.", help=HELP)
        return
    st.markdown(quoted(proof.sentence))
    show(
        once.figure(lambda: figures.proof_figure(proof.table, palette()), *("design proof", proof)),
        key="design-proof",
        name=f"design-proof-{question.source}",
        code=question.figure(
            "design_proof",
            "proof_figure",
            "from nmr_core.design.proof.store import load_proof",
            "proof = load_proof(result.key)",
            "figure = proof_figure(proof.table, LIGHT)",
        ),
        alt="Promised and realised error of every design, relative to the default.",
    )
    st.caption(
        f"{proof.learner}, {proof.n_train:,} materials for training, {proof.n_test:,} for the "
        f"test, {proof.n_repeats} trainings per design; 90 % intervals.",
        help=HELP,
    )
    _table(proof)
    specs = {spec.name: spec for spec in proof.specs}
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(words.for_people(proof.table), specs, "design"),
            "design-proof.csv",
            "text/csv",
            "design-proof-csv",
        )
        export.reproduce(
            f"from nmr_core.design.proof.prove import prove\n{question.python}\n"
            "proof = prove(result)\nprint(proof.sentence)",
            f"{question.command} --prove",
        )


def _table(proof: Proof) -> None:
    """Errors per parameter, and ratios."""
    errors = [f"error_{name}" for name in proof.names]
    table = proof.table[["name", "error", "ratio", "low", "high", "promised", *errors, "seconds"]]
    specs = {spec.name: spec for spec in proof.specs}
    tables.show(table, specs, kind="proof", key="design-proof-table")
