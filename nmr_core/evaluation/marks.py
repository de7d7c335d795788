"""Stars and notes of runs: ``marks/<run id>.json`` in the data folder.

They are stored beside the runs, not in them, so that shipped runs can have them too.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from nmr_core.errors import FailedError, InputError
from nmr_core.storage.files import failure, read_json, write_json
from nmr_core.storage.workspace import checked_id, data_folder

MOST = 2000
"""Characters of a note."""


@dataclass(frozen=True)
class Marks:
    """Star and note of a run."""

    star: bool = False
    note: str = ""


def marks_of(run: str) -> Marks:
    """Star and note of a run; empty if it has not been marked.

    Raises
    ------
    FailedError
        If the file is damaged.
    """
    path = _path(run)
    if not path.exists():
        return Marks()
    stored = read_json(path, "note")
    star, note = stored.get("star", False), stored.get("note", "")
    if not isinstance(star, bool) or not isinstance(note, str):
        raise FailedError(
            f"The note at {path} cannot be read: it holds {str(stored)[:60]}. Delete the file."
        )
    return Marks(star, note)


def all_marks() -> dict[str, Marks]:
    """Run id -> marks, of all runs that have any; damaged files are left out."""
    marks = {}
    for path in (data_folder() / "marks").glob("*.json"):
        with suppress(FailedError, InputError):
            marks[path.stem] = marks_of(path.stem)
    return marks


def mark(run: str, *, star: bool | None = None, note: str | None = None) -> Marks:
    """Set star or note of a run.

    Parameters
    ----------
    run : str
        Id.
    star : bool, optional
        None: unchanged.
    note : str, optional
        At most :data:`MOST` characters; "" removes it, None leaves it unchanged.

    Returns
    -------
    Marks
        Star and note as stored; without either there is no file. A damaged file is replaced.

    Raises
    ------
    InputError
        If the note is too long.
    """
    try:
        stored = marks_of(run)
    except FailedError:
        stored = Marks()
    new_star = stored.star if star is None else bool(star)
    new_note = stored.note if note is None else _checked(note)
    marks = Marks(new_star, new_note)
    if marks == Marks():
        unmark(run)
    elif marks != stored:
        write_json(_path(run), asdict(marks))
    return marks


def unmark(run: str) -> None:
    """Delete star and note of a run."""
    path = _path(run)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise failure(error, path) from error


def _path(run: str) -> Path:
    return data_folder() / "marks" / f"{checked_id(run)}.json"


def _checked(note: str) -> str:
    """The note without control characters."""
    text = "".join(c for c in note if c in "\n\t" or c.isprintable()).strip()
    if len(text) > MOST:
        raise InputError(f"A note has at most {MOST:,} characters, got {len(text):,}. Shorten it.")
    return text
