"""What may help where no design gains: another field that changes, more time, rough knowledge."""

from collections.abc import Callable

import streamlit as st

from nmr_core.design.problem import DesignProblem
from ui.design import known, vary
from ui.design.question import Question
from ui.shared import inputs
from ui.shared.text import duration

LONGER = 600.0
"""s, of the longer budget."""
PART = 0.5
"""Of every range, about its middle: what is roughly known."""
HELP = (
    "At a small budget receiver noise hides the differences between settings; over the whole prior "
    "the best settings of one material are not those of another; and settings of one kind, such as "
    "angles, tell about the same. Each button changes the form."
)


def show(question: Question, problem: DesignProblem) -> None:
    """Draw one button per change that is left to try; nothing where there is none."""
    ways = _ways(question, problem)
    if not ways:
        return
    with st.container(border=True):
        st.markdown(
            ":material/lightbulb: **The default is as good as these settings get.** Try:",
            help=HELP,
        )
        with st.container(horizontal=True):
            clicked = [
                st.button(label, key=f"design-way-{name}", icon=icon, on_click=act)
                for name, (label, icon, act) in ways.items()
            ]
    if any(clicked):
        # In a fragment the form is not drawn again by itself
        st.rerun()


Way = tuple[str, str, Callable[[], None]]


def _ways(question: Question, problem: DesignProblem) -> dict[str, Way]:
    """Name -> label, icon, and what a click does."""
    preset, options = question.preset, question.options
    ways: dict[str, Way] = {}
    varied = options.get("vary", {})
    if "tau" in vary.offered(preset) and "tau" not in varied:
        ways["tau"] = (
            "Let τ change, too",
            ":material/timer:",
            lambda: vary.add(preset, list(varied), "tau"),
        )
    if problem.budget < LONGER:
        ways["budget"] = (
            f"Measure for {duration(LONGER)}",
            ":material/schedule:",
            lambda: inputs.assign("design-budget", f"{LONGER / 60:g} min"),
        )
    if not options.get("posterior"):
        ways["known"] = (
            "Ranges roughly known",
            ":material/filter_alt:",
            lambda: known.assign_middle(preset, PART),
        )
    return ways
