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
from ui.workshop import chosen, person_card

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
            st.info(
                "No one is here yet. Show the QR code, or read out the short link and the code."
            )
            return
        _figure(rows)
        _table(room.id, rows)


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


def _table(room_id: str, rows: list[Presence]) -> None:
    now = time.time()
    by_id = {row.person.id: row for row in rows}
    ids = sorted(by_id, key=lambda id: (ORDER[by_id[id].state], by_id[id].progress))
    frame = pd.DataFrame([_row(by_id[id], now) for id in chosen.order(room_id, ids)])
    tables.plain(
        frame,
        width="stretch",
        key=chosen.key(room_id),
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Page": st.column_config.TextColumn(width="medium")},
    )
    person = chosen.of(room_id).person
    if person:
        person_card.show(by_id[person].person)


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
