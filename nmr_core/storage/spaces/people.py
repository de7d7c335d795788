"""Names of the people of a server, as lists show them.

Things store the id of their owner only, so that a name can change. The one list of people is
:class:`nmr_core.people.Register`; without a server no one has a name.
"""

from collections.abc import Callable, Iterable

from nmr_core.errors import FailedError
from nmr_core.storage.spaces.person import Person

_everybody: Callable[[], Iterable[Person]] | None = None


def set_source(everybody: Callable[[], Iterable[Person]] | None) -> None:
    """Say who the people are; None: no one in particular."""
    global _everybody
    _everybody = everybody


def name_of(id: str) -> str:
    """The name of a person, "" if there is none."""
    if _everybody is None or not id:
        return ""
    try:
        return next((one.name for one in _everybody() if one.id == id), "")
    except FailedError:  # what is shown does not depend on a name
        return ""
