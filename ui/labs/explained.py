"""Below a lab's figures: why, the four parts, the code, and the same with echoes."""

from collections.abc import Collection

import streamlit as st

from nmr_core.labs.lab import Lab, State
from nmr_core.labs.notebook import command_line, notebook
from ui.shared import export, inputs, pages

LANGUAGES = {"numpy": "NumPy", "pytorch": "PyTorch"}


def sections(lab: Lab, state: State, is_open: bool, hidden: Collection[str]) -> None:
    """Show the sections that are not hidden; the explanation once the number is shown."""
    if "explanation" not in hidden and is_open:
        st.markdown(f"**Why.** {lab.explanation}")
    if "echoes" not in hidden:
        _on_echoes(lab)
    if "parts" not in hidden:
        _parts(lab)
    if "code" not in hidden:
        _code(lab, state)


def _on_echoes(lab: Lab) -> None:
    st.markdown(f"**On echoes.** {lab.on_echoes}")
    if lab.page:
        pages.link(lab.page, f"Do it with echoes: {pages.title_of(lab.page)}")


def _parts(lab: Lab) -> None:
    parts = {
        "Data": lab.parts.data,
        "Model": lab.parts.model,
        "Cost": lab.parts.cost,
        "Optimiser": lab.parts.optimiser,
    }
    for column, (name, sentence) in zip(st.columns(4), parts.items(), strict=True):
        column.markdown(f"**{name}**  \n{sentence}")


def _code(lab: Lab, state: State) -> None:
    """The programs of a move, made when the section is opened."""
    with st.expander(
        "The code behind it", icon=":material/code:", key="lab-code", on_change="rerun"
    ) as section:
        if not section.open:
            return
        language = inputs.tabs(LANGUAGES, "lab-language", label="Library", link=False)
        programs = lab.code(state)
        st.code(getattr(programs, language), language="python", wrap_lines=True)
        st.code(command_line(lab, state), language="bash", wrap_lines=True)
        export.download(
            "Notebook",
            lambda: notebook(lab, state),
            f"{lab.slug}.ipynb",
            "application/x-ipynb+json",
            "lab-notebook",
        )
