"""A stored design that the address or the card of a job names, with what was asked."""

from dataclasses import dataclass

import streamlit as st

from nmr_core.design.problem import DesignProblem
from nmr_core.design.result import DesignResult
from nmr_core.effects import EFFECTS
from nmr_core.experiment import PHYSICAL
from nmr_core.storage.workspace import checked_id
from ui.design import stored
from ui.design.question import CRITERIA, Question
from ui.shared import address, gone, inputs
from ui.shared.text import duration, quoted

KEY = "design"
"""In the address, and in the session: key of the design that is open, "" for the form."""


@dataclass(frozen=True)
class StoredQuestion(Question):
    """The question of a stored design.

    Attributes
    ----------
    result : DesignResult
        Its answer.
    """

    result: DesignResult

    def problem(self) -> DesignProblem:
        """Return the problem."""
        return self.result.problem

    @property
    def python(self) -> str:
        """Python that reads the variable ``result``."""
        return (
            "from nmr_core.design.store import load_design\n\n"
            f"result = load_design({self.result.key!r})"
        )

    @property
    def command(self) -> str:
        """The command that prints it."""
        return f"python -m nmr_core design --stored {self.result.key}"


def question() -> StoredQuestion | None:
    """Return the question of the design that is open; None, where the form is to be shown."""
    linked = address.read(KEY, checked_id)
    if linked:
        inputs.assign(KEY, linked[0])
    elif address.new("of"):
        inputs.assign(KEY, "")
    key = st.session_state.get(KEY) or ""
    result = stored.by_key(key) if key else None
    address.write(KEY, key or [])
    if result is None:
        if key:
            inputs.assign(KEY, "")
            gone.absent(
                f"There is no stored design {key[:60]}. The link comes from another computer, or "
                "the design was removed. Ask its question again."
            )
        return None
    preset = result.problem.preset
    return StoredQuestion(preset.name, preset.label, preset, {}, {}, result.criterion, result)


def card(question: StoredQuestion) -> None:
    """Say what was asked, beside the button that goes back to the form."""
    problem = question.problem()
    st.markdown(f"**{quoted(question.title)}**  \n:small[Stored design]")
    st.button(
        "Ask another question",
        key="design-ask",
        icon=":material/edit:",
        on_click=inputs.assign,
        args=(KEY, ""),
        width="stretch",
    )
    st.markdown("\n".join(f"- {line}" for line in _lines(problem, question.criterion)))


def _lines(problem: DesignProblem, criterion: str) -> list[str]:
    """What was known, what counted, the instrument and the method, as Markdown."""
    lines = []
    for spec in problem.specs:
        unit = f" {spec.unit}" if spec.unit else ""
        weight = problem.weights[spec.name]
        counts = "" if weight == 1 else f", weight {weight:g}" if weight else ", does not count"
        lines.append(quoted(f"{spec.symbol}: {spec.low:.4g} to {spec.high:.4g}{unit}{counts}"))
    for name, value in problem.preset.fixed:
        own = problem.preset.space if name in problem.preset.space else PHYSICAL
        symbol, unit = (own[name].symbol, own[name].unit) if name in own else (name, "")
        shown = value if isinstance(value, str) else f"{value:.4g} {unit}".strip()
        lines.append(quoted(f"{symbol} = {shown}, fixed"))
    lines.append(f"SNR {0.5 / problem.noise:.4g}, {problem.costs.seconds_per_shot:g} s per shot")
    for name, seconds in problem.costs.change:
        lines.append(f"A change of {quoted(PHYSICAL[name].symbol)} takes {duration(seconds)}")
    for name, strength in problem.nuisances.items():
        lines.append(quoted(f"{EFFECTS[name].label}: {strength:g}"))
    lines.append(f"{quoted(CRITERIA[criterion])}, seed {problem.seed}")
    return lines
