"""What the organiser does with a challenge: freeze, extend, hide, reveal, export."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from nmr_core.errors import FailedError, InputError
from ui.challenge import board, cached, projector
from ui.shared import export, notice

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge

EXTENSIONS = (5, 15, 60)
"""Minutes."""


def show(challenge: "Challenge") -> None:
    """The controls of a challenge."""
    from nmr_core.challenge import changing
    from nmr_core.challenge import export as as_zip

    with st.container(horizontal=True):
        st.page_link(
            "pages/challenge.py",
            label="Projector",
            icon=":material/present_to_all:",
            query_params={"challenge": challenge.id, "view": projector.VIEW},
        )
        if challenge.state == "frozen":
            _button("Go on", "play_arrow", lambda: changing.unfreeze(challenge))
        elif challenge.state == "open":
            _button("Freeze", "pause", lambda: changing.freeze(challenge))
        if not challenge.is_closed:
            _extend(challenge, "Extend", changing.extend)
            _visibility(challenge)
            _close(challenge)
        elif not challenge.is_revealed:
            _extend(challenge, "Open again", changing.reopen)
            _close(challenge)
        _tries(challenge)
        export.download(
            "Export (ZIP)",
            lambda: as_zip(challenge),
            f"{challenge.id}.zip",
            "application/zip",
            "challenge-export",
        )
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown("Deletes the truth and all submissions for good. The training set stays.")
            _button("Delete it", "delete", lambda: changing.delete(challenge))


def _extend(
    challenge: "Challenge", label: str, change: "Callable[[Challenge, float], Challenge]"
) -> None:
    """Minutes from the present end, or from now where that has passed."""
    begin = max(challenge.ends, time.time())
    with st.popover(label, icon=":material/more_time:"):
        for minutes in EXTENSIONS:
            _button(
                f"{minutes} min", "add", lambda end=begin + 60 * minutes: change(challenge, end)
            )


def _visibility(challenge: "Challenge") -> None:
    from nmr_core.challenge import hide

    if challenge.is_hidden:
        _button("Show the board", "visibility", lambda: hide(challenge, False))
    else:
        _button("Hide the board", "visibility_off", lambda: hide(challenge, True))


def _close(challenge: "Challenge") -> None:
    from nmr_core.challenge import close

    with st.popover("Close", icon=":material/flag:"):
        st.markdown("No more submissions. The private result is revealed once and for all.")
        if not challenge.is_closed:
            _button("Close", "lock", lambda: close(challenge, False))
        _button("Close and reveal", "flag", lambda: close(challenge, True))


def _tries(challenge: "Challenge") -> None:
    """The tries of one participant."""
    from nmr_core.challenge.changing import MOST_TRIES, set_tries

    rows = board.present(challenge).rows
    people = {row.team: row.name for row in rows if not row.is_reference}
    if not people or challenge.is_closed:
        return
    with st.popover("Tries", icon=":material/exposure_plus_1:"):
        team = st.selectbox("Participant", list(people), format_func=people.get, key="tries-team")
        n = st.number_input("Tries in all", 0, MOST_TRIES, challenge.tries, key="tries-n")
        _button("Set", "check", lambda: set_tries(challenge, team, int(n)))


def _button(label: str, icon: str, action: Callable[[], object]) -> None:
    """A button that changes the challenge; a refusal is shown as its sentence."""
    key = f"challenge-{label.lower().replace(' ', '-')}"
    if not st.button(label, key=key, icon=f":material/{icon}:"):
        return
    try:
        action()
    except (InputError, FailedError) as error:
        notice.error(error)
        return
    cached.refresh()
    st.rerun()
