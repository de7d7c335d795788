"""What a room can be."""

import time
from collections.abc import Sequence

from nmr_core.errors import InputError
from nmr_core.storage.spaces.copying import COPIED
from nmr_core.storage.workspace import checked_id
from nmr_core.workshop.room import AT_END, Content

SEATS, MOST_SEATS = 40, 500
"""People who may join a room unless said otherwise, and at most."""
LONGEST = 60 * 86400.0
"""Seconds from now to the end of a room, at most."""
MOST_CONTENTS = 50


def checked_end(ends: float) -> float:
    """An end that a room can have, s since 1970. :class:`InputError` for all else."""
    now = time.time()
    if not now < ends <= now + LONGEST:
        raise InputError(
            "The end of a room must be later than now and within "
            f"{LONGEST / 86400:.0f} days. Choose another end."
        )
    return float(ends)


def checked_seats(seats: int) -> int:
    """A number of seats that a room can have. :class:`InputError` for all else."""
    if not 1 <= seats <= MOST_SEATS:
        raise InputError(f"seats must be from 1 to {MOST_SEATS}, got {seats}. Correct it.")
    return int(seats)


def checked_contents(contents: Sequence[Content]) -> tuple[Content, ...]:
    """What a room can hold. :class:`InputError` for all else."""
    if len(contents) > MOST_CONTENTS:
        raise InputError(f"A room holds at most {MOST_CONTENTS} things, got {len(contents)}.")
    kinds = [kind.name for kind in COPIED]
    for content in contents:
        if content.kind not in kinds:
            raise InputError(f"A room holds {', '.join(kinds)}, got {content.kind[:40]!r}.")
        checked_id(content.id), checked_id(content.workspace)
    return tuple(contents)


def checked_at_end(at_end: str) -> str:
    """What can be done at the end of a room. :class:`InputError` for all else."""
    if at_end not in AT_END:
        raise InputError(f"at_end must be one of {', '.join(AT_END)}, got {at_end[:40]!r}.")
    return at_end
