"""Sentences of the Design page: the answer, how much it gains, what stays unknown."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from nmr_core.design.problem import DesignProblem
from nmr_core.design.proof.proof import Proof
from nmr_core.design.reshaping import ShapedProposal
from nmr_core.design.result import DesignResult
from nmr_core.design.screen import ScreenResult
from nmr_core.design.settings import Design, Setting
from ui.shared.text import duration, quoted

HARDLY = 0.95
"""Ratio to the error of the default from which on a gain is not worth a word."""


def described(design: Design) -> str:
    """Return a design in short, "β₂ 30°, 45°, 180°, 2 shots each", as Markdown."""
    fields = [dict(setting.fields) for setting in design.settings]
    common = {
        name: value
        for name, value in fields[0].items()
        if all(other.get(name) == value for other in fields)
    }
    own = [{n: v for n, v in one.items() if n not in common} for one in fields]
    parts = [Setting(tuple(sorted(one.items()))).label for one in own]
    if len(own) > 1 and all(len(one) == 1 and one.keys() == own[0].keys() for one in own):
        # The symbol once: β₂ 30°, 45°, 180°
        head = parts[0].split(" ")[0] + " "
        parts = [parts[0], *(part.removeprefix(head) for part in parts[1:])]
        listed = _with_shots(parts, design.shots, ", ")
    else:
        listed = _with_shots(parts, design.shots, " + ")
    if len(fields) == 1 or not common:
        return quoted(listed if own[0] else f"{design.label}")
    return quoted(f"{listed}, all at {Setting(tuple(sorted(common.items()))).label}")


def _with_shots(parts: Sequence[str], shots: Sequence[int], between: str) -> str:
    """Parts with their shots, stated once where they are equal."""
    if len(set(shots)) == 1:
        plural = "shot" if shots[0] == 1 else "shots"
        each = " each" if len(shots) > 1 else ""
        return f"{between.join(parts)}, {shots[0]:,} {plural}{each}"
    return between.join(f"{part} × {n:,}" for part, n in zip(parts, shots, strict=True)) + " shots"


def gains_nothing(result: ScreenResult) -> bool:
    """Whether the best design of the fast screen is hardly better than the default."""
    return result.ratio > HARDLY


def screened(result: ScreenResult, problem: DesignProblem) -> str:
    """Return the answer of the fast screen as Markdown."""
    seconds = duration(problem.seconds(result.proposed))
    design = described(result.proposed)
    if gains_nothing(result):
        return (
            f"**By receiver noise alone no design of {seconds} gains much over the default.**  \n"
            f"The best one: {design}, error × {result.ratio:.2f} of the default's."
        )
    return (
        f"**By receiver noise alone: {design}.**  \n"
        f"Error × {result.ratio:.2f} of the default's in the same {seconds}."
    )


ALIKE = (
    ":blue-badge[:material/shuffle: realised, and by random settings as well]",
    "The gain is one of fewer or other settings than the default's, not of this choice.",
)
"""Badge of a gain that random designs of as many settings share."""
BADGES = {
    "realised": (":green-badge[:material/verified: realised]", ""),
    "not realised": (
        ":orange-badge[:material/warning: gain not realised]",
        "Promised, but not reached by training: measure the default.",
    ),
    "worse": (
        ":red-badge[:material/block: worse than the default]",
        "Promised, but worse when trained: measure the default.",
    ),
}
"""Verdict of a proof -> badge, and what follows."""


def promised(result: DesignResult, proof: Proof | None, shaped: ShapedProposal | None) -> None:
    """Show the proposal, its promise, what became of it, and whether shaping pays."""
    seconds = duration(result.problem.seconds(result.proposed))
    gain = "" if shaped is None else f"  \n{_shaping(shaped)}"
    if result.proposed == result.default:
        line = "**No design of these settings promises less error than the default.**"
        st.markdown(f"{line}{gain}")
        return
    head = described(result.proposed)
    ratio = f"error {result.promised.text} of the default's in the same {seconds}"
    line = f"Promised: {ratio}."
    if not result.is_better:
        line = f"The best one: {head}, {ratio}, which is no significant difference."
        head = "No design of these settings beats the default"
    st.subheader(head, anchor=False)
    if proof is None:
        st.markdown(f"{line} :gray-badge[:material/hourglass_empty: not proven]{gain}")
        return
    badge, advice = BADGES[proof.verdict]
    if proof.holds and not proof.beats_random:
        badge, advice = ALIKE
    if not result.is_better and proof.verdict == "not realised":
        badge, advice = ":gray-badge[:material/drag_handle: no gain, none promised]", ""
    realised = f"Realised: error {proof.realised.text}. {badge}"
    advice = f"  \n{advice}" if advice else ""
    st.markdown(f"{line}  \n{realised}{advice}{gain}")


def _shaping(shaped: ShapedProposal) -> str:
    """Whether other values than those of the candidates are better, in one line of Markdown."""
    if not shaped.improved:
        return "Shaping gains nothing: the proposed values stay."
    return f"Shaped: {described(shaped.found)}, error {shaped.ratio.text} of the proposed design's."


def unknown_parameters(names: Sequence[str], problem: DesignProblem) -> None:
    """List the parameters that no candidate determines within the budget."""
    if not names:
        return
    symbols = {spec.name: spec.symbol for spec in problem.specs}
    listed = ", ".join(quoted(symbols[name]) for name in names)
    st.info(
        f"Unknown with all of these settings in this time: {listed}. All candidates together leave "
        "more than half of the prior's uncertainty, so the minimax criterion leaves them out.",
        icon=":material/visibility_off:",
    )


def for_people(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the columns that programs read."""
    return table.drop(columns=["is_longer", "design"], errors="ignore")
