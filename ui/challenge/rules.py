"""What is asked, in few words."""

from typing import TYPE_CHECKING

import streamlit as st

from ui.challenge import words
from ui.people import moments
from ui.shared.text import duration, quoted

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge


def show(challenge: "Challenge") -> None:
    """Title, task, limits; the metric in full on demand."""
    st.markdown(f"### {quoted(challenge.title)}")
    facts = [
        f"Estimate **{symbols(challenge)}** of {challenge.n_test:,} test curves",
        f"{challenge.n_train:,} training curves",
        f"{words.tries(challenge.tries)}, one per {duration(challenge.pause)}"
        if challenge.pause
        else words.tries(challenge.tries),
    ]
    if challenge.team_size > 1:
        facts.append(f"teams of up to {challenge.team_size}")
    if challenge.ends:
        facts.append(f"ends {moments.text(challenge.ends)}")
    st.markdown(" · ".join(facts))
    with st.popover("Rules", icon=":material/gavel:"):
        st.markdown("\n".join(f"- {rule}" for rule in _rules(challenge)))


def symbols(challenge: "Challenge") -> str:
    """What is estimated: symbols of the parameters, or the classes."""
    if challenge.classes:
        return quoted(f"the kernel ({', '.join(challenge.classes)})")
    return quoted(", ".join(target.symbol for target in challenge.targets))


def _rules(challenge: "Challenge") -> list[str]:
    """The rules, one sentence each."""
    from nmr_core.challenge.submitting import RULE

    return [
        quoted(challenge.metric.rule),
        f"The board shows the score of {challenge.n_public:,} test curves, in two digits. The "
        f"result counts the other {challenge.n_private:,} and is revealed once, at the end.",
        RULE,
        "Scores whose difference is within its standard error share a rank; the earlier one stands "
        "first.",
        "Estimates outside the range of the prior are moved to its edge. A refused file costs no "
        "try.",
    ]
