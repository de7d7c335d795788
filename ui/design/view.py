"""The page from the form to the answer: fast screen, ranking, proof, lab book."""

import streamlit as st

from nmr_core.errors import InputError
from ui.design import form, screen, words
from ui.design.question import Question
from ui.shared import boot, inputs, job_card, notice
from ui.shared.text import duration

VIEWS = {
    "screen": "Fast screen",
    "rank": "Ranking",
    "time": "Error against time",
    "proof": "Proof",
    "book": "Lab book",
}


def view() -> None:
    """Show the whole page."""
    controls, answer = st.columns([1, 1.9], gap="large")
    with answer:
        # static/app.css knows by this key what comes first on a phone
        place = st.container(key="design-answer")
    with controls, st.container(border=True):
        question = form.read_question()
    with place:
        answered(question)


def answered(question: Question) -> None:
    """Show the answer to a question, or the sentence of the refusal."""
    try:
        problem = question.problem()
    except InputError as error:
        notice.error(error)
        return
    st.caption(
        f"{len(problem.settings)} settings to choose from, "
        f"{duration(problem.budget)} for up to {problem.most} of them at SNR "
        f"{0.5 / problem.noise:.4g} per shot. Default: {words.described(problem.default)}."
    )
    with boot.part("design"):
        side = inputs.tabs(VIEWS, "design-side", link="side", brief=True)
        if side == "screen":
            screen.view(question, problem)
    job_card.cards("design", limit=2)
