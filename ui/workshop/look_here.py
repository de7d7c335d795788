"""In the sidebar of an organiser: show the page, as it is set now, to everyone in a room."""

from urllib.parse import urlencode

import streamlit as st

from ui.people import changes
from ui.server import identity
from ui.shared import address, pages, room_news, spaces
from ui.shared.text import quoted

LONGEST = 24
"""Characters of a title in the button."""


def button() -> None:
    """Draw a button per open room; nothing for others, and on pages that are not for everyone."""
    person = identity.person()
    name = pages.name_of(str(st.session_state.get("_page", "")))
    if person is None or not person.is_admin or name in ("", "room"):
        return
    rooms = [room for room in room_news.rooms().list() if room.status in ("open", "frozen")]
    for room in rooms[:3]:
        of_room = f" · {room.title[:LONGEST]}" if len(rooms) > 1 else ""
        st.button(
            f"Everybody look here{quoted(of_room)}",
            key=f"look-here-{room.id}",
            icon=":material/visibility:",
            width="stretch",
            help=f"Open this page, as it is now, for everyone in {quoted(room.title)}.",
            on_click=_show,
            args=(room.id, name),
        )


def _show(room_id: str, page: str) -> None:
    """Callback."""
    query = {key: values for key, values in address.present().items() if key != spaces.KEY}
    text = urlencode(query, doseq=True)
    room = changes.make(lambda admin: room_news.rooms().look_here(room_id, page, text))
    if room is not None:
        st.toast("It opens in every browser of the room.", icon=":material/visibility:")
