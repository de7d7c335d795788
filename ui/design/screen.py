"""The fast screen: receiver noise only, computed at once."""

import json

import streamlit as st

from nmr_core.design.information import Information
from nmr_core.design.problem import DesignProblem
from nmr_core.design.screen import ScreenResult, fast_seconds, screen, screen_information
from nmr_core.plots.design_gains import gains_figure
from nmr_core.plots.design_ranking import ranking_figure
from ui.design import ways, words
from ui.design.question import Question
from ui.shared import compute, export, once, picture_cost
from ui.shared.figure import palette, show
from ui.shared.text import duration

HELP = (
    "How to read: the slopes of simulated echoes and receiver noise give the smallest error that "
    "an estimate could have if the offsets of the spins were known. They are not, so real errors "
    "are larger, and a gain may vanish. The ranking counts disorder."
)


def result_of(question: Question, problem: DesignProblem) -> ScreenResult:
    """Return the screen, computed once; weights, costs and budget need no simulation.

    Raises
    ------
    InputError
        If no parameter that counts can be determined.
    """
    stored = problem.to_dict()
    physics = {name: stored[name] for name in ("candidates", "default", "noise", "nuisances")}
    physics |= {"preset": compute.key_of(problem.preset), "seed": problem.seed}
    with st.spinner("Screening …"):
        known = once.table(
            lambda: _information(problem),
            "design information",
            json.dumps(physics, sort_keys=True),
        )
        result: ScreenResult = once.table(
            lambda: screen(problem, criterion=question.criterion, known_information=known),
            "design screen",
            question.key,
        )
    return result


def _information(problem: DesignProblem) -> Information:
    with compute.turn():
        return screen_information(problem)


def view(question: Question, problem: DesignProblem, *, with_ways: bool = True) -> None:
    """Draw the headline, the errors per parameter, and every setting as the next one.

    Parameters
    ----------
    question : Question
        Choices of the form.
    problem : DesignProblem
        The same, checked.
    with_ways : bool
        Whether to propose other questions where no design gains.
    """
    seconds = fast_seconds(problem)
    if seconds > picture_cost.PATIENCE:
        st.info(
            f"A screen of {len(problem.settings)} such settings takes about {duration(seconds)}, "
            "which is too much for a page. Rank them above, or leave some out.",
            icon=":material/timer:",
        )
        return
    result = result_of(question, problem)
    st.markdown(words.screened(result, problem))
    st.caption(
        "Receiver noise only, as if the offsets of the spins were known: a first look, not a "
        f"promise. From {result.n_points} points of the prior.",
        help=HELP,
    )
    if with_ways and words.gains_nothing(result):
        ways.show(question, problem)
    show(
        once.figure(
            lambda: gains_figure(result.errors, problem.specs, palette()),
            *("design screen", result),
        ),
        key="design-gains",
        name=f"design-screen-{question.source}",
        code=question.screen_figure(
            "design_gains",
            "gains_figure",
            "figure = gains_figure(result.errors, problem.specs, LIGHT)",
        ),
        alt="Standard error of every parameter with the default and with the proposed design.",
    )
    words.unknown_parameters(result.unknown, problem)
    with st.expander("Every setting as the next measurement"):
        _next(question, result)
    with st.container(horizontal=True):
        export.download(
            "Table (CSV)",
            lambda: compute.csv(words.for_people(result.ranking), None, "design"),
            "design-screen.csv",
            "text/csv",
            "design-screen-csv",
        )
        export.reproduce(
            question.screen_python + "\nprint(result.ranking)", question.command + " --screen"
        )


def _next(question: Question, result: ScreenResult) -> None:
    """Every setting, measured after the default for as long as one of its acquisitions takes."""
    now = result.error_present
    show(
        once.figure(
            lambda: ranking_figure(result.ranking, now, palette()),
            *("design screen ranking", result),
        ),
        key="design-screen-ranking",
        name=f"design-screen-ranking-{question.source}",
        code=question.screen_figure(
            "design_ranking",
            "ranking_figure",
            "figure = ranking_figure(result.ranking, result.error_present, LIGHT)",
        ),
        alt="Expected error after every setting as the next measurement.",
    )
