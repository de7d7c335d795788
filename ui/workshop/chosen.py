"""Which person of a room is chosen in a table that is drawn and sorted again every few seconds.

The browser sends the number of a row, so the order stays as it is while a row is selected, and
the person is remembered by the id.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

_STATE = "_room-people"


@dataclass
class Choice:
    """The table of one room in one session.

    Parameters
    ----------
    ids : list of str
        Ids of its people, in the order in which they were drawn last.
    row : int, optional
        Number of the selected row.
    person : str
        Id of the person who is chosen; "" for none.
    n_tables : int
        Tables before this one; each has a key of its own, and so no selection at first.
    """

    ids: list[str] = field(default_factory=list)
    row: int | None = None
    person: str = ""
    n_tables: int = 0


def of(room_id: str) -> Choice:
    """The choice in the table of a room.

    Parameters
    ----------
    room_id : str
        Id of the room.
    """
    choices = st.session_state.setdefault(_STATE, {})
    return choices.setdefault(room_id, Choice())


def key(room_id: str) -> str:
    """Key of the table of a room."""
    return f"room-people-{room_id}-{of(room_id).n_tables}"


def order(room_id: str, ids: Sequence[str]) -> list[str]:
    """Ids in the order in which they are to be drawn; takes up what was selected since.

    Parameters
    ----------
    room_id : str
        Id of the room.
    ids : sequence of str
        Ids of the people who are there, in the best order.

    Returns
    -------
    list of str
        `ids`; while a person is chosen, the order of before, and new people below. Where one of
        them has left, the rows below have moved up: then no one is chosen any more.
    """
    choice = of(room_id)
    _read(choice, key(room_id))
    if choice.person and not set(choice.ids) <= set(ids):
        choice.row, choice.person = None, ""
        choice.n_tables += 1
    before = choice.ids if choice.person else []
    choice.ids = [*before, *(id for id in ids if id not in before)]
    return choice.ids


def _read(choice: Choice, key: str) -> None:
    """Who stood in the selected row when it was drawn last."""
    table = st.session_state.get(key) or {}
    rows = table.get("selection", {}).get("rows", [])
    row = rows[0] if rows else None
    if row == choice.row:
        return
    is_drawn = row is not None and row < len(choice.ids)
    choice.row, choice.person = row, choice.ids[row] if is_drawn else ""
