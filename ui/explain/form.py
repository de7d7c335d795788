"""Which run is explained, and which parts of the explanation are computed."""

import streamlit as st

from nmr_core.evaluation.compare import RunEntry
from nmr_core.evaluation.explain import estimate
from nmr_core.learning import Run
from nmr_core.storage.kinds import EXPLANATION
from ui.explain.views import VIEWS, parts_of
from ui.shared import adding, inputs, job_card, job_time, state
from ui.shared.text import quoted


def first_run(entries: dict[str, RunEntry]) -> int:
    """Return the position of the run to open first.

    The newest run of the data folder that has an explanation, else the newest run; without own runs
    the shipped run with an explanation.
    """
    own = [id for id, entry in entries.items() if not entry.shipped]
    candidates = own or list(entries)
    with_explanation = state.runs_with(EXPLANATION)
    explained = [id for id in candidates if id in with_explanation]
    return list(entries).index((explained or candidates)[0])


def form(run: Run, again: bool) -> None:
    """Show the choice of parts and the button that submits the job.

    Parameters
    ----------
    run : Run
        Fitted model with its manifest.
    again : bool
        Whether the run already has an explanation.
    """
    m = run.manifest
    available = parts_of(run)
    has_dataset = state.dataset(m.dataset) is not None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        parts = inputs.several(
            "Parts",
            {part: VIEWS[part] for part in available},
            f"explain-parts-{len(available)}",
            first=available,
            pills=True,
        )
        repeats = st.number_input(
            "Shuffles",
            1,
            50,
            5,
            key="explain-repeats",
            persist_state="session",
            width=130,
            help=(
                "How often every group of features is shuffled; more shuffles narrow the interval."
            ),
        )
        expected = job_time.Expected("explain", estimate(m, parts, repeats), m.model)
        label = "Explain again" if again else "Explain"
        if adding.button(
            f"{label} ({job_time.words(expected)})",
            type="secondary" if again else "primary",
            disabled=not (parts and has_dataset),
            key="explain",
            icon=":material/search_insights:",
        ):
            params = {"run": run.id, "parts": parts, "n_repeats": int(repeats)}
            if job_card.submit("explain", params, f"Explain: {m.title}", expected):
                st.rerun()
    if not has_dataset:
        st.info(
            f"The data set {quoted(m.dataset)} of this run no longer exists, so there are no "
            "held-out echoes to predict. "
            "Generate it again, or choose another run.",
            icon=":material/info:",
        )
