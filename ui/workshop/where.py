"""Where everyone in a room is, and who is stuck."""

import time
from collections import Counter

import pandas as pd
import streamlit as st

from nmr_core.plots.room import presence_figure
from nmr_core.workshop import Room, presence
from nmr_core.workshop.presence import AWAY, HERE, STATES, STUCK, Presence
from ui.shared import boot, once, room_news, tables
from ui.shared.figure import palette, show
from ui.shared.text import duration
from ui.workshop import person_card

EVERY = 3
"""Seconds between two looks."""
ORDER = {STUCK: 0, HERE: 1, AWAY: 2}
NO_PAGE = "no page yet"
MARKS = {STUCK: "🟠 stuck", HERE: "here", AWAY: "away"}


def section(room_id: str) -> None:
    """Numbers, figure and table of a room, drawn again while the page is open.

    Parameters
    ----------
    room_id : str
        Id of the room.
    """
    st.fragment(_section, run_every=EVERY)(room_id)


def _section(room_id: str) -> None:
    with boot.part("room-where"):
        room = room_news.rooms().get(room_id)
        rows = presence.table(room_news.rooms().people(room), challenge=room.challenge)
        _numbers(room, rows)
        if not rows:
            st.info("No one is here yet. Show the QR code, or say the short link and the code.")
            return
        _figure(rows)
        _table(rows)


def _numbers(room: Room, rows: list[Presence]) -> None:
    states = Counter(row.state for row in rows)
    with st.container(horizontal=True, gap="medium"):
        st.metric("Joined", f"{len(rows)} of {room.seats}", width="content")
        st.metric("With an open page", states[HERE] + states[STUCK], width="content")
        st.metric(
            "Stuck",
            states[STUCK],
            width="content",
            help=f"Without progress for {duration(presence.LONG)}: no job, no lab, no submission.",
        )
        st.metric("Jobs", sum(row.live for row in rows), width="content")


def _figure(rows: list[Presence]) -> None:
    counts = Counter((row.page or NO_PAGE, row.state) for row in rows)
    key = tuple(sorted((*pair, n) for pair, n in counts.items()))
    by_page: dict[str, dict[str, int]] = {}
    for (page, state), n in counts.items():
        by_page.setdefault(page, {})[state] = n
    show(
        once.figure(lambda: presence_figure(by_page, STATES, palette()), "room-where", key),
        key="room-where",
        alt="People per page: " + ", ".join(f"{n} on {page}, {state}" for page, state, n in key),
        name="room",
    )


def _table(rows: list[Presence]) -> None:
    now = time.time()
    ordered = sorted(rows, key=lambda row: (ORDER[row.state], row.progress))
    frame = pd.DataFrame([_row(row, now) for row in ordered])
    event = tables.plain(
        frame,
        width="stretch",
        key="room-people",
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Page": st.column_config.TextColumn(width="medium")},
    )
    for n in event.selection.rows[:1]:
        if n < len(ordered):
            person_card.show(ordered[n].person)


def _row(row: Presence, now: float) -> dict[str, object]:
    detail = f" · {row.detail}" if row.detail else ""
    return {
        "Name": row.person.name,
        "State": MARKS[row.state],
        "Page": (row.page or NO_PAGE) + detail,
        "There for": duration(now - row.since) if row.since else "",
        "Last progress": row.what or "joined",
        "Ago": duration(now - row.progress),
        "Jobs": row.live,
    }
