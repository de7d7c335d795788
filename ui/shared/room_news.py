"""What the organiser of a room has its people see: a page to look at, a pause, the end.

Open pages learn of a change within about a second, see :mod:`ui.server.room_watch`.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from nmr_core.errors import InputError
from nmr_core.storage.spaces import person
from nmr_core.workshop import Look, Room, Rooms, presence
from ui.server.team import current
from ui.shared import spaces

SOON = 600.0
"""Seconds before the end for which every page shows it."""
_MOST = 20_000  # sessions in memory
_lock = threading.Lock()
_shown: OrderedDict[str, tuple[str, "News | None"]] = OrderedDict()
"""Session of Streamlit -> id of its person, and what its page shows."""


@dataclass(frozen=True)
class News:
    """What the pages of the people of a room show.

    Parameters
    ----------
    status : str
        Of the room, see :class:`nmr_core.workshop.Room`.
    ends : float
        End of the room, s since 1970.
    look : Look, optional
        Where everyone is asked to look.
    is_soon : bool
        Whether the end is near.
    """

    status: str
    ends: float
    look: Look | None = None
    is_soon: bool = False


def rooms() -> Rooms:
    """The rooms of this server."""
    team = current()
    if team is None:
        raise InputError("Rooms need a server. Start one: spin-echo-lab serve --profile workshop")
    return team.rooms


def own_room() -> Room | None:
    """The room of the person whose page runs; None for people who came in by other ways."""
    who = person.acting() if spaces.are_used() else None
    return _room_of(who.id) if who else None


def _room_of(person_id: str) -> Room | None:
    team = current()
    return team.rooms.room_of(person_id) if team else None


def news_for(person_id: str) -> News | None:
    """What the pages of a person show; None for people without a room.

    Parameters
    ----------
    person_id : str
        Id of the person.
    """
    room = _room_of(person_id)
    if room is None:
        return None
    is_soon = room.status in ("open", "frozen") and room.ends - time.time() < SOON
    return News(room.status, room.ends, room.look, is_soon)


def present() -> News | None:
    """What the pages of this person show now."""
    who = person.acting() if spaces.are_used() else None
    return news_for(who.id) if who else None


def arrive() -> None:
    """At the start of every run: note where the person is, and what the page is going to show."""
    who = person.acting() if spaces.are_used() else None
    news = news_for(who.id) if who else None
    if who is None or news is None:
        return
    title = str(st.session_state.get("_page", ""))
    presence.note(who.id, title, st.query_params.get("lab", ""))
    context = get_script_run_ctx()
    if context is not None:
        note_shown(context.session_id, who.id, news)


def note_shown(session: str, person_id: str, news: News | None) -> None:
    """Note what a page shows.

    Parameters
    ----------
    session : str
        Id of the session of Streamlit.
    person_id : str
        Id of its person.
    news : News, optional
        What it shows.
    """
    with _lock:
        _shown[session] = person_id, news
        _shown.move_to_end(session)
        while len(_shown) > _MOST:
            _shown.popitem(last=False)


def outdated(sessions: Collection[str]) -> dict[str, tuple[str, News | None]]:
    """Pages of rooms that show what is no longer true.

    Parameters
    ----------
    sessions : collection of str
        Ids of the sessions of Streamlit that are looked at.

    Returns
    -------
    dict
        Id of a session -> id of its person, and what the page should show.
    """
    shown = {session: _shown[session] for session in sessions if session in _shown}
    return {
        session: (person_id, news)
        for session, (person_id, before) in shown.items()
        if (news := news_for(person_id)) != before
    }


def people(sessions: Collection[str]) -> set[str]:
    """Ids of the people of rooms to whom some sessions of Streamlit belong."""
    return {_shown[session][0] for session in sessions if session in _shown}
