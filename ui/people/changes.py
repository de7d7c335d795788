"""Changes that only an administrator may make, from callbacks: who acts is looked up at each one.

Streamlit runs a callback before the page, and its arguments are those of the last run.
"""

from collections.abc import Callable
from typing import TypeVar

from nmr_core.errors import FailedError, InputError
from nmr_core.people import Administration
from nmr_core.storage.spaces.rights import RefusedError
from ui.server import identity
from ui.server.team import current
from ui.shared import notice

T = TypeVar("T")


def administration() -> Administration:
    """What the person whose page runs may change as an administrator.

    Raises
    ------
    RefusedError
        The session has ended. Who is no administrator is refused at each change.
    """
    team, own = current(), identity.find()
    if team is None or own is None:
        raise RefusedError("Your session has ended. Reload the page to log in.")
    return team.administration(own.person, identity.address())


def make(change: Callable[[Administration], T], action: str = "") -> T | None:
    """Make a change; None if it was refused, or failed: then the sentence is shown.

    Parameters
    ----------
    change : callable
        Makes it.
    action : str
        Name in the record where the change does not look at the right itself,
        see :meth:`Administration.check`.
    """
    try:
        admin = administration()
        if action:
            admin.check(action)
        return change(admin)
    except (InputError, FailedError) as error:
        notice.toast(error)
        return None
