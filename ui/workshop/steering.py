"""What the organiser of a room can do: a page for everyone, a pause, more time, the end."""

import time

import streamlit as st

from nmr_core.workshop import Room
from nmr_core.workshop.room import EXPORT
from ui.people import changes
from ui.shared import pages, room_news
from ui.shared.text import clock, quoted

MORE = {"+ 15 min": 900.0, "+ 1 h": 3600.0, "+ 1 day": 86400.0}
"""Words -> seconds that are added to the end."""


def section(room: Room) -> None:
    """Draw the buttons.

    Parameters
    ----------
    room : Room
        The room.
    """
    st.subheader("Everybody look here", divider="gray", anchor=False)
    _look(room)
    st.subheader("Pause and time", divider="gray", anchor=False)
    _pause(room)
    _time(room)


def _look(room: Room) -> None:
    names = {name: title for name, (title, _) in pages.every().items() if name != "room"}
    if room.look and room.look.page in names:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{names[room.look.page]}** since {_clock(room.look.time)}")
            st.button("End it", key="look-end", on_click=_change, args=("look_here", room.id, ""))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        page = st.selectbox("Page", list(names), format_func=names.get, key="look-page")
        st.button(
            "Show it to everyone",
            key="look-show",
            icon=":material/visibility:",
            type="primary",
            on_click=_change,
            args=("look_here", room.id, page),
        )
    st.caption(
        "It opens in every browser of the room within 3 s. The button in the sidebar of another "
        "page shows that page as you have set it."
    )


def _pause(room: Room) -> None:
    st.button(
        "End the pause" if room.frozen else "Pause",
        key="room-pause",
        icon=f":material/{'play_arrow' if room.frozen else 'pause'}:",
        on_click=_change,
        args=("unfreeze" if room.frozen else "freeze", room.id),
        help="In a pause everyone can read; nothing can be started or changed. Jobs go on.",
    )


def _time(room: Room) -> None:
    st.markdown(f"Ends at **{_clock(room.ends)}**")
    with st.container(horizontal=True):
        for label, seconds in MORE.items():
            ends = max(room.ends, time.time()) + seconds
            st.button(label, key=f"room-{label}", on_click=_change, args=("extend", room.id, ends))


def end(room: Room) -> None:
    """Draw what ends a room: its zip file, and the button that removes everything.

    Parameters
    ----------
    room : Room
        The room.
    """
    st.subheader("The end", divider="gray", anchor=False)
    rest = "A zip file of it stays on the server." if room.at_end == EXPORT else "No copy stays."
    st.caption(
        f"At {_clock(room.removed_at)}, a day after the end, the people of this room and "
        f"everything of theirs are deleted. {rest}"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            "Everything as a zip file",
            data=lambda: room_news.rooms().export(room.id),
            file_name=f"{room.id}.zip",
            mime="application/zip",
            on_click="ignore",
            icon=":material/download:",
            key="room-export",
        )
        with st.popover("Close the room", icon=":material/delete_forever:"):
            st.markdown(
                f"Deletes all people of this room, their data sets, runs and jobs now. {rest}"
            )
            title = st.text_input("Its title, as a confirmation", key="room-confirm")
            st.button(
                f"Close {quoted(room.title)}",
                key="room-close-now",
                type="primary",
                disabled=title != room.title,
                on_click=_change,
                args=("close", room.id),
            )


def _change(what: str, *arguments: str | float) -> None:
    """Callback: change a room by a method of :class:`Rooms`; a refusal is its sentence."""
    changes.make(lambda admin: getattr(room_news.rooms(), what)(*arguments))


def _clock(seconds: float) -> str:
    return clock(seconds, st.context.timezone)
