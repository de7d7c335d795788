"""Which lab is shown: a strip of their numbers, which fits a phone."""

import streamlit as st

from nmr_core.labs.lab import Lab
from nmr_core.labs.registry import LABS
from ui.labs import own, room
from ui.shared import address, inputs

KEY = "lab"
ALL = "all"


def choice() -> Lab | None:
    """The lab of the address, None for the overview of all."""
    done = {slug for slug, progress in own.read().items() if progress.done}
    labels = {
        slug: f"{lab.number}{' ✓' if slug in done else ''}" for slug, lab in offered().items()
    }
    slug = inputs.tabs({ALL: "Labs", **labels}, KEY, label="Lab", brief=True)
    return LABS.get(slug)


def offered() -> dict[str, Lab]:
    """The labs of the room, and the one that the address names, by slug."""
    linked = address.values(KEY)
    labs = room.labs()
    return {slug: lab for slug, lab in LABS.items() if slug in labs or slug in linked}


def go(slug: str) -> None:
    """Callback: open a lab."""
    inputs.assign(KEY, slug)


def next_lab(lab: Lab) -> None:
    """A button that opens the lab after this one."""
    slugs = list(offered())
    position = slugs.index(lab.slug) + 1
    if position < len(slugs):
        following = LABS[slugs[position]]
        st.button(
            f"Next: {following.title}",
            icon=":material/arrow_forward:",
            key="lab-next",
            on_click=go,
            args=(following.slug,),
        )
