"""The time by which old things are removed for good: it does not follow a clock that jumps ahead.

Ages are counted by how long the computer has been running, as far as the clock disagrees; a file
in the server's data folder holds the last look. A clock that stays ahead for :data:`TRUSTED`
seconds is believed. A clock that is set back makes things younger, which removes nothing.
"""

import json
import math
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from nmr_core.errors import FailedError
from nmr_core.storage.files import write_json
from nmr_core.storage.workspace import server_folder

DOCUMENT = "trash/.clock.json"
STEP = 3600.0
"""Seconds by which a clock may be ahead; summer time and time servers stay below."""
OFF = 30 * 86400.0
"""Longest time that a computer is believed to have been off, s."""
TRUSTED = 7 * 86400.0
"""Running time, s, after which a clock that stayed ahead is believed."""


@dataclass(frozen=True)
class Look:
    """A look at the clock.

    Parameters
    ----------
    believed : float
        Time that was believed, s since 1970.
    wall : float
        Time of the clock, s since 1970.
    boot : str
        Which start of the computer it was, "" if unknown.
    running : float
        Seconds since that start.
    ahead : float
        Running time for which the clock has been ahead, s.
    """

    believed: float
    wall: float
    boot: str
    running: float
    ahead: float = 0.0


def now(folder: Path | None = None) -> float:
    """The time that is believed, s since 1970; at most that of the clock.

    Parameters
    ----------
    folder : Path, optional
        Data folder of the server.
    """
    place = server_folder(folder)
    boot, running = _uptime()
    look = after(_read(place), time.time(), boot, running)
    if place.is_dir():
        with suppress(FailedError):  # a full disk: the next look counts from the one before
            write_json(place / DOCUMENT, asdict(look))
    return look.believed


def after(before: Look | None, wall: float, boot: str, running: float) -> Look:
    """The look that follows an earlier one.

    Parameters
    ----------
    before : Look or None
        The last one, None for the first.
    wall, boot, running
        As in :class:`Look`.
    """
    if before is None:
        return Look(wall, wall, boot, running)
    if boot and boot == before.boot and running >= before.running:
        elapsed = running - before.running
    else:
        elapsed = wall - before.wall if 0 <= wall - before.wall <= OFF else 0.0
    believed = before.believed + elapsed
    ahead = before.ahead + elapsed
    if wall <= believed + STEP or ahead > TRUSTED:
        return Look(wall, wall, boot, running)
    return Look(believed, wall, boot, running, ahead)


def _uptime() -> tuple[str, float]:
    """Which start of the computer this is, and seconds since then; ("", 0) where not known."""
    if sys.platform == "linux":
        with suppress(OSError):
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            return boot, time.clock_gettime(time.CLOCK_BOOTTIME)
    return "", 0.0


def _read(folder: Path) -> Look | None:
    """The last look, None if there is none or it cannot be used."""
    try:
        stored = json.loads((folder / DOCUMENT).read_text("utf-8"))
        look = Look(**{entry.name: stored[entry.name] for entry in fields(Look)})
        numbers = (look.believed, look.wall, look.running, look.ahead)
        return look if isinstance(look.boot, str) and all(map(math.isfinite, numbers)) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
