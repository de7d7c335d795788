"""Who takes part: the person who is logged in, without a server this browser."""

from typing import TYPE_CHECKING

from nmr_core.challenge.people import Participant
from nmr_core.serving.profiles import is_insecure
from nmr_core.storage.spaces.person import acting
from ui.shared import visitor

if TYPE_CHECKING:
    from nmr_core.challenge import Challenge


def present() -> Participant:
    """The participant of the page that runs."""
    who = acting()
    if who is not None:
        return Participant(who.id, who.name)
    if is_insecure():  # others may use this server, too
        return Participant(visitor.owner(), f"Visitor {visitor.owner()[:4]}")
    return Participant("you", "You")


def row(challenge: "Challenge") -> str:
    """Id of the row on the board of who looks; "" without one."""
    from nmr_core.challenge import team_of

    team = team_of(challenge, present())
    return team.id if team else ""
