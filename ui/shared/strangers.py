"""Uploaded files, read in a process of their own; what one person may hold of them in memory."""

import threading
import weakref
from collections import defaultdict
from typing import Any, TypeVar

from nmr_core.errors import InputError
from nmr_core.io import isolated
from nmr_core.io.isolated import Limits
from ui.shared import visitor
from ui.shared.text import megabytes

EACH = 100e6
"""Bytes of one file when it is decoded."""
PER_PERSON = 200e6
"""Bytes of all files of one person that are open at the same time, decoded."""
SMALLEST = 1e6
"""Bytes that must be left for another file."""
Value = TypeVar("Value")
_lock = threading.RLock()  # a value may be freed, and released, while this thread holds it
_open: defaultdict[str, float] = defaultdict(float)


def read(name: str, **arguments: Any) -> Any:
    """Read a file of a stranger, see :func:`nmr_core.io.isolated.call`.

    Parameters
    ----------
    name : str
        What to read: "curves", "peek", "measurements", "prior".
    **arguments
        Of the function that reads.

    Raises
    ------
    InputError
        The file is refused, or the files that this person has open leave no memory for it.
    FailedError
        It cannot be opened.
    """
    who = visitor.owner()
    taken = open_bytes(who)
    left = PER_PERSON - taken
    if left < SMALLEST:
        raise InputError(
            f"Your open files take {megabytes(taken)} of {megabytes(PER_PERSON)} in "
            "memory. Choose another file where one is open, or close a tab and wait some minutes."
        )
    return isolated.call(name, who=who, limits=Limits(decoded=min(EACH, left)), **arguments)


def hold(value: Value, n_bytes: float) -> Value:
    """Count what a person holds in memory, as long as it exists.

    Parameters
    ----------
    value : object
        Kept in the session.
    n_bytes : float
        Its arrays.

    Returns
    -------
    object
        The value itself.
    """
    who = visitor.owner()
    with _lock:
        _open[who] += n_bytes
    weakref.finalize(value, _release, who, n_bytes)
    return value


def open_bytes(who: str) -> float:
    """Bytes that a person holds in memory now."""
    with _lock:
        return _open.get(who, 0.0)


def _release(who: str, n_bytes: float) -> None:
    with _lock:
        _open[who] -= n_bytes
        if _open[who] <= 0:
            del _open[who]
