"""The proposal shaped: its angles and delays changed continuously, judged on other materials."""

import streamlit as st

from nmr_core.design.choosing import STEPS
from nmr_core.design.reshaping import N_SHAPING, ShapedProposal, shaped_fields
from nmr_core.design.result import DesignResult
from nmr_core.design.settings import Design, is_listed
from nmr_core.design.shaping import N_VALUES, SHAPED
from nmr_core.experiment import PHYSICAL
from nmr_core.jobs.capacity import cores
from nmr_core.plots import design_shaped as figures
from ui.design import stored, words
from ui.design.question import Question
from ui.design.ranking import IN_BATCH
from ui.design.vary import offered
from ui.shared import adding, compute, export, inputs, job_card, job_time, once
from ui.shared.figure import palette, show
from ui.shared.text import duration, quoted

KIND = "shape"
HELP = (
    "The candidates are a grid. Here the values of the proposed design move between its points, on "
    f"{N_SHAPING} simulated materials with the same offsets for all values. What the search finds "
    "is judged on other materials, and counts only if the 90 % interval of its error, relative to "
    "that of the proposed design, is below 1."
)


def view(question: Question, result: DesignResult | None) -> None:
    """Draw the fields that move, the button, and what became of the proposal."""
    if result is None:
        st.caption("Nothing is proposed yet. Press Rank above.", help=HELP)
        return
    if all(is_listed(one) for one in result.proposed.settings):
        st.caption("The proposed design is a list of pulses, whose angles are not fields.")
        return
    fields = _fields(question, result)
    if not fields:
        st.caption("Choose a field that may move.")
        return
    shaped = stored.shaped(result.key)
    if shaped is None or set(shaped.fields) != set(fields):
        _begin(question, result, fields)
        return
    _shown(question, shaped)


def _fields(question: Question, result: DesignResult) -> list[str]:
    """Which fields may move; at first those that the candidates vary."""
    names = [name for name in SHAPED if name in offered(question.preset)]
    return inputs.several(
        "May move continuously",
        {name: PHYSICAL[name].label for name in names},
        f"design-shape-{question.preset.name}",
        first=[name for name in shaped_fields(result.problem) if name in names],
        link="shape",
        placeholder="Choose an angle, τ …",
    )


def _begin(question: Question, result: DesignResult, fields: list[str]) -> None:
    """The button that begins the job."""
    expected = job_time.Expected(KIND, _seconds(result, len(fields)))
    with st.container(horizontal=True, vertical_alignment="center"):
        if adding.button(
            f"Shape the proposal ({job_time.words(expected)})",
            type="primary",
            key="design-shape-begin",
            icon=":material/tune:",
            disabled=job_card.own_is_live(KIND),
        ) and job_card.submit(
            KIND,
            {"design": result.key, "fields": fields},
            f"Shaping: {question.title}",
            expected,
        ):
            st.rerun()
        st.caption(
            "Moves the values between the candidates; judges the result on other materials.",
            help=HELP,
            width="stretch",
        )


def _seconds(result: DesignResult, n_fields: int) -> float:
    """Nominal computing time, s: mostly that of the simulations."""
    n = len(result.proposed.settings)
    search = N_VALUES * n * n_fields * n * N_SHAPING
    judged = STEPS[-1] * (2 * n + len(result.default.settings))
    one = compute.seconds(result.problem.experiment(result.proposed.settings[0]), 1)
    return IN_BATCH * one * (search + judged) / cores()


def _shown(question: Question, shaped: ShapedProposal) -> None:
    """The verdict, both designs side by side, and how far each value moved."""
    icon = ":material/trending_down:" if shaped.improved else ":material/drag_handle:"
    st.markdown(f"{icon} **{quoted(shaped.sentence)}**")
    same = shaped.found == shaped.proposed
    left, right = st.columns(2, border=True)
    with left:
        _card("Proposed", shaped.proposed, shaped.proposed_to_default.text)
    with right:
        head = "Shaped" if shaped.improved else "Found by the search"
        _card(head, shaped.found, (shaped.proposed_to_default if same else shaped.to_default).text)
    show(
        once.figure(lambda: figures.shaped_figure(shaped, palette()), *("design shaped", shaped)),
        key="design-shaped",
        name=f"design-shaped-{question.source}",
        code=question.figure(
            "design_shaped",
            "shaped_figure",
            "from nmr_core.design.reshaped_store import find_shaped",
            "shaped = find_shaped(result.key)",
            "figure = shaped_figure(shaped, LIGHT)",
        ),
        alt="Values of the proposed design before and after shaping.",
    )
    st.caption(
        f"{shaped.n_evaluations} designs tried on {shaped.n_shaping} materials, judged on "
        f"{shaped.n_materials:,} others, in {duration(shaped.seconds)}; 90 % intervals.",
        help=HELP,
    )
    with st.container(horizontal=True):
        export.reproduce(
            f"from nmr_core.design.reshaping import shape_proposal\n{question.python}\n"
            f"shaped = shape_proposal(result, {list(shaped.fields)!r})\nprint(shaped.sentence)",
            f"{question.command} --shape {','.join(shaped.fields)}",
        )


def _card(head: str, design: Design, ratio: str) -> None:
    st.markdown(
        f":small[{head}]  \n**{words.described(design)}**  \nError {ratio} of the default's"
    )
