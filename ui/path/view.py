"""The agenda as a bar and as a list of steps with links, own progress and speaker notes."""

from collections.abc import Collection

import streamlit as st

from nmr_core.labs.agenda import Agenda, agendas, get
from nmr_core.labs.steps import KINDS, Step
from nmr_core.plots.agenda import agenda_figure
from nmr_core.storage.spaces.person import ADMIN, acting
from ui.path import clock, own
from ui.shared import inputs, once, pages
from ui.shared.figure import palette, show


def agenda_view() -> None:
    """Show the chosen agenda."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = {key: agenda.title for key, agenda in agendas().items()}
        agenda = get(inputs.tabs(titles, "agenda", label="Length", label_visibility="visible"))
        begin = clock.minutes_of(
            inputs.text("Begins at", "begins", link=True, most=5, placeholder="14:00", width=110)
        )
        notes = _is_speaker() and inputs.toggle("Speaker notes", "notes", True, link=True)
    now = clock.now(begin)
    _bar(agenda, now)
    done = own.done(agenda)
    _next(own.following(agenda, done))
    current = agenda.at(now) if now is not None else None
    for number, (start, step) in enumerate(zip(agenda.starts, agenda.steps, strict=True), start=1):
        marks = [mark for mark, holds in _marks(step, done, current) if holds]
        _step(f"{clock.label(begin, start)} · {number}. {step.title}", step, marks, notes)


def _is_speaker() -> bool:
    """Whether there are notes: for everyone but the people of a room, whose answers they hold."""
    person = acting()
    return person is None or not person.is_guest


def _bar(agenda: Agenda, now: float | None) -> None:
    code = (
        "from nmr_core.labs.agenda import get\n"
        "from nmr_core.plots import LIGHT\n"
        "from nmr_core.plots.agenda import agenda_figure\n\n"
        f"figure = agenda_figure(get({agenda.key!r}), LIGHT)"
    )
    minute = None if now is None else float(int(now))
    show(
        once.figure(lambda: agenda_figure(agenda, palette(), minute), "agenda", agenda.key, minute),
        key="agenda-bar",
        name=f"agenda-{agenda.key}",
        code=code,
        alt=f"{len(agenda.steps)} steps in {agenda.minutes} minutes.",
    )


def _next(step: Step | None) -> None:
    if step is None:
        st.success("You have done all steps with a page of their own.", icon=":material/check:")
    elif is_offered(step.page):
        pages.link(step.page, f"Next for you: {step.title}", **step.query)


def _marks(step: Step, done: Collection[str], current: Step | None) -> tuple[tuple[str, bool], ...]:
    return (
        (":green-badge[:material/check: done]", step.key in done),
        (":orange-badge[now]", step is current),
    )


def _step(head: str, step: Step, marks: list[str], notes: bool) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            about = f":small[{step.minutes} min · {KINDS[step.kind]}]"
            st.markdown(f"**{head}** {about} {' '.join(marks)}", width="stretch")
            if is_offered(step.page):
                pages.link(step.page, "Open", **step.query)
        st.markdown(step.task)
        if notes and step.notes:
            st.caption("\n".join(f"- {note}" for note in step.notes))


def is_offered(page: str) -> bool:
    """Whether the app has a page of this name for this visitor."""
    person = acting()
    has_room = person is not None and (person.role == ADMIN or person.is_guest)
    sections = [*pages.PAGES.values(), *([pages.ROOM_PAGES] if has_room else [])]
    return any(page in section for section in sections)
