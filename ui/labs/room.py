"""The room of a workshop: its labs, and the guesses of its people."""

import streamlit as st

from nmr_core.labs import progress
from nmr_core.labs.lab import Lab
from nmr_core.labs.registry import LABS
from nmr_core.storage.spaces import person
from nmr_core.storage.spaces.person import ADMIN
from nmr_core.workshop import Room, presence
from ui.shared import caches, room_news
from ui.workshop.making import ROOM

FRESH = 3
"""Seconds for which the guesses of a room are remembered."""


def labs() -> dict[str, Lab]:
    """The labs of the visitor's room by slug; all of them for everyone else."""
    who = person.acting()
    if who is None or who.role == ADMIN:
        return LABS
    room = here()
    chosen = room.labs if room is not None else ()
    return {slug: lab for slug, lab in LABS.items() if slug in chosen} or LABS


def here() -> Room | None:
    """The room of the visitor; of an administrator the one that is chosen on the page Room, else
    the own newest one that is not closed, else the newest.
    """
    who = person.acting()
    if who is None:
        return None
    if who.role != ADMIN:
        return room_news.own_room()
    rooms = [one for one in room_news.rooms().list() if one.status != "closed"]
    chosen = [one for one in rooms if one.id == st.session_state.get(ROOM)]
    own = [one for one in rooms if one.owner == who.id]
    return next(iter([*chosen, *own, *rooms]), None)


def is_organiser() -> bool:
    """Whether the visitor organises the room: any administrator does."""
    who = person.acting()
    return who is not None and who.role == ADMIN and here() is not None


def note_place(slug: str) -> None:
    """Note which lab a person of a room has open, "" for the list of labs.

    A move runs only a part of the page, not the app, which notes this otherwise.
    """
    who = person.acting()
    if who is not None and room_news.own_room() is not None:
        presence.note(who.id, str(st.session_state.get("_page", "")), slug)


def guesses(slug: str) -> list[float]:
    """Guesses of the room in one lab; none outside of a room."""
    room = here()
    return [] if room is None else _guesses(room.id, slug)


@caches.common_data(ttl=FRESH, max_entries=400, show_spinner=False)
def _guesses(room_id: str, slug: str) -> list[float]:
    rooms = room_news.rooms()
    folders = [folder for _, folder in rooms.people(rooms.get(room_id))]
    return progress.guesses(folders, slug)
