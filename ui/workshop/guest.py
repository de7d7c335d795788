"""The page of a room for its people: the way back, what to do next, what there is."""

import streamlit as st

from nmr_core.labs.registry import LABS
from nmr_core.people import Person
from nmr_core.workshop import Room
from nmr_core.workshop.codes import spaced
from ui.path.own import kinds_of_jobs
from ui.shared import lists, pages, room_news
from ui.shared.text import clock, quoted
from ui.workshop import joining

TICK = ":green[:material/check_circle:]"


def show(room: Room, person: Person) -> None:
    """Draw the page.

    Parameters
    ----------
    room : Room
        The person's room.
    person : Person
        Who looks at the page.
    """
    pages.title(quoted(room.title), link=False)
    st.markdown(
        f"You are **{quoted(person.name)}**. "
        f"The workshop ends at {clock(room.ends, st.context.timezone)}."
    )
    st.header("What next?", divider="gray", anchor=False)
    _steps(room)
    st.header("Here for you", divider="gray", anchor=False)
    _contents(room)
    st.header("Come back in another browser", divider="gray", anchor=False)
    _way_back(room, person)


def _steps(room: Room) -> None:
    kinds = kinds_of_jobs()
    steps = [
        ("Make a data set", "data_sets", "Echoes with known parameters.", "generate" in kinds),
        ("Train a model", "train", "It learns the parameters from the echoes.", "train" in kinds),
        ("See how good it is", "compare", "Predicted against true.", False),
    ]
    if room.challenge and "challenge" in pages.every():
        steps[-1] = (
            "Hand in your predictions",
            "challenge",
            "On echoes with hidden parameters.",
            False,
        )
    for n, (column, step) in enumerate(zip(st.columns(3, border=True), steps, strict=True), 1):
        title, page, sentence, is_done = step
        with column:
            st.markdown(f"**{n}  {title}** {TICK if is_done else ''}  \n{sentence}")
            pages.link(page, pages.every()[page][0])


def _contents(room: Room) -> None:
    ids = {one.id for one in room.contents}
    with st.container(horizontal=True, gap="medium"):
        for entry in lists.datasets():
            if entry.id in ids and entry.manifest:
                pages.link("data_sets", entry.manifest.title, dataset=entry.id)
        for run in lists.runs():
            if run.id in ids and run.run:
                pages.link("compare", run.run.manifest.title, runs=run.id)
        for slug in room.labs:
            if slug in LABS:
                pages.link("labs", LABS[slug].title, lab=slug)
        for name in ("path", "labs", "challenge"):
            if name in pages.every() and (name != "challenge" or room.challenge):
                pages.link(name, pages.every()[name][0])
        pages.link("start", "Three clicks to a first model")


def _way_back(room: Room, person: Person) -> None:
    code = room_news.rooms().return_code(person.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Your return code")
        st.code(spaced(code), language=None, width=220)
    st.caption(
        f"Note it. Open {quoted(joining.link(room))}, choose “I was here before”, and type "
        "your name and this code. Everything you made is there."
    )
