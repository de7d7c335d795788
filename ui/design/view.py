"""The page from the form to the answer: fast screen, ranking, shape, proof, lab book."""

import streamlit as st

from nmr_core.design.problem import DesignProblem
from nmr_core.design.result import DesignResult
from nmr_core.design.shots import baseline
from nmr_core.errors import InputError
from ui.design import book, form, opened, proof, ranking, screen, shape, stored, ways, words
from ui.design.question import Question
from ui.shared import address, boot, inputs, job_card, notice
from ui.shared.text import duration

VIEWS = {
    "screen": "Fast screen",
    "next": "Ranking",
    "time": "Error against time",
    "shape": "Shape",
    "proof": "Proof",
    "book": "Lab book",
}
OF_STORED = {name: label for name, label in VIEWS.items() if name != "screen"}
KINDS = (ranking.KIND, proof.KIND, shape.KIND)


def view() -> None:
    """Show the whole page."""
    controls, answer = st.columns([1, 1.9], gap="large")
    with answer:
        # static/app.css knows by this key what comes first on a phone
        place = st.container(key="design-answer")
    with place:
        past = opened.question()
    if past is not None:
        with controls, st.container(border=True):
            opened.card(past)
        with place:
            _answer(past, past.problem(), past.result, OF_STORED)
        return
    try:
        with controls, st.container(border=True):
            question = form.read_question()
    except InputError as error:
        # The fields below the refused one keep their values in the address
        address.incomplete()
        with place:
            notice.error(error)
        return
    with place:
        try:
            problem = question.problem()
        except InputError as error:
            notice.error(error)
            return
        _answer(question, problem, stored.design(problem, question.criterion), VIEWS)


def _answer(
    question: Question, problem: DesignProblem, result: DesignResult | None, views: dict[str, str]
) -> None:
    """Show what is known of the answer to a question, and what can be computed."""
    if result is not None:
        words.promised(result, stored.proof(result.key), stored.shaped(result.key))
    n_settings = "1 setting" if len(problem.settings) == 1 else f"{len(problem.settings)} settings"
    st.caption(
        f"{n_settings} to choose from, up to {problem.most} in {duration(problem.budget)}, SNR "
        f"{0.5 / problem.noise:.4g} per shot. Default: {words.described(baseline(problem))}."
    )
    if result is None:
        ranking.begin(question, problem)
    elif stored.proof(result.key) is None:
        proof.begin(question, result)
    if views is VIEWS and result is not None and not result.is_better:
        ways.show(question, problem)
    job_card.cards(KINDS, limit=2)
    _views(question, problem, result, views)


@st.fragment
def _views(
    question: Question, problem: DesignProblem, result: DesignResult | None, views: dict[str, str]
) -> None:
    """Draw the tabs; a click redraws only this part of the page."""
    with boot.part("design"):
        side = inputs.tabs(views, "design-side", link="side", brief=True)
        if side == "screen":
            screen.view(question, problem, with_ways=result is None)
        elif side == "book":
            book.view(question, problem)
        elif side == "shape":
            shape.view(question, result)
        elif side == "proof":
            proof.view(question, result)
        elif result is None:
            st.caption("Nothing ranked yet. Press Rank above.")
        else:
            {"next": ranking.next_settings, "time": ranking.error_against_time}[side](
                question, result
            )
