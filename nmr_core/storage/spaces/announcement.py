"""A sentence of the administrators on every page: ``NMR_DATA/announcement.json``."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import audit
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import read_json, remove_file, write_json
from nmr_core.storage.workspace import new_id, server_folder

DOCUMENT = "announcement.json"
INFO, WARNING = LEVELS = ("info", "warning")
LONGEST = 300
"""Characters of the text."""
FARTHEST = 366 * 86400.0
"""Longest time until an end, s."""


@dataclass(frozen=True)
class Announcement:
    """What everyone reads.

    Parameters
    ----------
    id : str
        Differs for every announcement: who has closed one sees the next.
    text : str
        One line of plain text.
    level : str
        One of :data:`LEVELS`.
    until : float or None
        End, seconds since 1970; None: until it is taken down.
    by : str
        Id of who made it.
    """

    id: str
    text: str
    level: str = INFO
    until: float | None = None
    by: str = ""


def current(server: Path | None = None) -> Announcement | None:
    """The announcement of the server; None without one, after its end, and if it is damaged."""
    folder = server or server_folder()
    if not (folder / DOCUMENT).exists():
        return None
    try:
        announcement = read_once(folder, DOCUMENT, _read)
    except FailedError:
        return None
    has_ended = announcement.until is not None and announcement.until <= time.time()
    return None if has_ended else announcement


def announce(
    text: str, *, level: str = INFO, until: float | None = None, by: str = ""
) -> Announcement:
    """Show a sentence on every page.

    Parameters
    ----------
    text : str
        1 to :data:`LONGEST` characters.
    level : str
        One of :data:`LEVELS`.
    until : float, optional
        End, seconds since 1970; None: until it is taken down.
    by : str
        Id of who makes it.

    Raises
    ------
    InputError
        The text is empty or too long, the end has passed, or there is no such level.
    """
    line = checked_line(text, "An announcement")
    if level not in LEVELS:
        raise InputError(f"level must be one of {', '.join(LEVELS)}, got {level[:40]!r}.")
    check_future(until)
    announcement = Announcement(new_id("note"), line, level, until, by)
    write_json(server_folder() / DOCUMENT, asdict(announcement))
    audit.note("announcement", text=line, level=level, until=until)
    return announcement


def take_down() -> bool:
    """Remove the announcement; False if there is none."""
    is_removed = remove_file(server_folder() / DOCUMENT)
    if is_removed:
        audit.note("announcement", text="")
    return is_removed


def checked_line(text: str, what: str) -> str:
    """One line of 1 to :data:`LONGEST` printable characters; else :class:`InputError`."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not 0 < len(line) <= LONGEST:
        raise InputError(f"{what} must have 1 to {LONGEST} characters, got {len(line)}.")
    return line


def check_future(until: float | None) -> None:
    """Raise :class:`InputError` for a time that has passed, or is years away."""
    if until is not None and not 0 < until - time.time() < FARTHEST:
        raise InputError("The end must be in the future, within a year. Choose it, or none.")


def _read(folder: Path) -> Announcement:
    stored = read_json(folder / DOCUMENT, "announcement")
    try:
        return Announcement(**stored)
    except TypeError as error:
        raise FailedError(f"{folder / DOCUMENT} cannot be used: {error}. Remove it.") from None
