"""All labs with the own progress, below the first failure as a picture."""

import streamlit as st

from nmr_core.labs.lab import Lab
from nmr_core.labs.progress import Progress
from ui.labs import own, room, strip
from ui.labs.pins import CURRENT
from ui.labs.view import first_figure

FIRST = "overfit"
"""Lab whose picture stands above the list."""
COLUMNS = 3


def overview() -> None:
    """Show the first failure, then a card per lab."""
    labs = room.labs()
    first = labs.get(FIRST) or next(iter(labs.values()))
    text, plot = st.columns([1, 2], gap="large", vertical_alignment="center")
    with text:
        st.markdown(f"#### {first.title}")
        st.markdown(first.lead)
        _button(first, "Guess, then move it", "primary")
    with plot:
        first_figure(first, {CURRENT: first.complete()})
    progress = own.read()
    done = sum(progress.get(slug, Progress()).done for slug in labs)
    minutes = sum(lab.minutes for lab in labs.values())
    st.markdown(f"**{done} of {len(labs)} labs done** · {minutes} min together")
    cards = list(labs.values())
    for start in range(0, len(cards), COLUMNS):
        for column, lab in zip(st.columns(COLUMNS), cards[start : start + COLUMNS], strict=False):
            with column:
                _card(lab, progress.get(lab.slug, Progress()))


def _card(lab: Lab, progress: Progress) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{lab.number} · {lab.title}**")
        st.caption(lab.lead)
        with st.container(horizontal=True, vertical_alignment="center"):
            label = "Again" if progress.done else "Continue" if progress.is_open else "Open"
            _button(lab, label)
            st.caption(f"{lab.minutes} min{' · done' if progress.done else ''}")


def _button(lab: Lab, label: str, type: str = "secondary") -> None:
    st.button(
        label, key=f"lab-open-{type}-{lab.slug}", on_click=strip.go, args=(lab.slug,), type=type
    )
