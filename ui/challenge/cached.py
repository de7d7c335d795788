"""Challenges and boards, read at most once per second for all visitors of a process."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nmr_core.storage.spaces.person import acting
from nmr_core.storage.workspace import server_folder
from ui.challenge import access

if TYPE_CHECKING:
    from nmr_core.challenge import Board, Challenge

SHARED = 1.0
"""Seconds for which one reading serves everybody."""
_MOST = 200
_lock = threading.Lock()
_values: dict[tuple[Path, str], tuple[float, Any]] = {}
"""(Server folder, name) -> when it was read, and what."""


def challenges() -> "list[Challenge]":
    """The challenges that this visitor may enter, the newest first."""
    from nmr_core.challenge import list_challenges

    who = acting()
    return [one for one in _shared("", list_challenges) if access.may_enter(one, who)]


def board(challenge: "Challenge", *, organiser: bool = False) -> "Board":
    """The board of a challenge; an organiser sees its rows while it is hidden, too."""
    from nmr_core.challenge import board as read

    name = f"{challenge.id} {organiser}"
    return _shared(name, lambda: read(challenge, organiser=organiser))


def refresh() -> None:
    """Read again at the next look: this process has changed something."""
    with _lock:
        _values.clear()


def _shared(name: str, read: Callable[[], Any]) -> Any:
    key, now = (server_folder(), name), time.monotonic()
    with _lock:
        when, value = _values.get(key, (-SHARED, None))
        if now - when < SHARED:
            return value
    value = read()
    with _lock:
        if len(_values) >= _MOST:
            _values.clear()
        _values[key] = now, value
    return value
