"""The live board on the page, and for a projector."""

from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.errors import InputError
from ui.challenge import access, cached, live_board, participant
from ui.shared import boot

if TYPE_CHECKING:
    from nmr_core.challenge import Board, Challenge

EVERY, PROJECTED = 3.0, 2.0
"""Seconds between two looks at the board, of a page and of a projector."""
_SHOWN = "_challenge-shown"
"""In the session: what the page around the board depends on."""


def present(challenge: "Challenge") -> "Board":
    """The board as this visitor sees it."""
    return cached.board(challenge, organiser=access.is_organiser())


def show(challenge: "Challenge") -> None:
    """The board, drawn again when it changes.

    The whole page is drawn again when the challenge opens, is frozen, ends or is revealed.
    """
    st.session_state[_SHOWN] = _state(challenge)
    own = participant.row(challenge)
    st.fragment(_part, run_every=EVERY)(challenge.id, own, False)


def project(challenge: "Challenge") -> None:
    """The board in big letters, as participants see it."""
    st.session_state[_SHOWN] = _state(challenge)
    st.fragment(_part, run_every=PROJECTED)(challenge.id, "", True)


def _state(challenge: "Challenge") -> tuple[object, ...]:
    return challenge.state, challenge.is_board_hidden, challenge.is_revealed, challenge.title


def _part(id: str, own: str, big: bool) -> None:
    with boot.part("board"):
        challenge = _opened(id)
        if st.session_state.get(_SHOWN) != _state(challenge):
            st.rerun()
        rows = cached.board(challenge) if big else present(challenge)
        live_board.draw(challenge, rows, own, big=big)


def _opened(id: str) -> "Challenge":
    """The challenge as it is now, unless it was removed, or its room was closed."""
    challenge = next((one for one in cached.challenges() if one.id == id), None)
    if challenge is None:
        raise InputError("This challenge is no longer here. Reload the page.")
    return challenge
