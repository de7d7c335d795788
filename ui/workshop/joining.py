"""How people come into a room: QR code, short link, code."""

import functools

import streamlit as st

from nmr_core.workshop import Room
from ui.server.team import current
from ui.shared.text import quoted


def address() -> str:
    """The server's address in a browser, without a slash at the end."""
    team = current()
    return team.config.url.rstrip("/") if team else ""


def link(room: Room) -> str:
    """The short link of a room."""
    return address() + room.path


@functools.lru_cache(maxsize=64)
def qr(text: str) -> str:
    """A QR code as SVG, dark on white in both themes, of which a quarter may be covered."""
    import segno  # of the extra "server", which only servers with rooms need

    code = segno.make(text, error="q", micro=False)
    return code.svg_inline(border=3, scale=8, dark="#000000", light="#FFFFFF")


def card(room: Room) -> None:
    """Draw QR code, short link and code of a room."""
    address = link(room)
    st.image(qr(address), width=210, alt=f"QR code of {address}")
    st.markdown(f"[{quoted(address.partition('://')[2])}]({address})")
    st.subheader(room.code_text, anchor=False)
