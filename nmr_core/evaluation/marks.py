"""Stars and notes of runs: ``marks/<run id>.json`` in the data folder, so that the shipped examples can have them too."""

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
    """The user's mark on a run. star: worth finding again; note: text."""

    star: bool = False
    note: str = ""


def marks_of(run: str) -> Marks:
    """Star and note of a run; empty if it has not been marked."""
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
    """Run id -> its marks, of all runs that have any; a damaged file is passed over."""
    found, folder = {}, data_folder() / "marks"
    for path in folder.glob("*.json") if folder.is_dir() else ():
        with suppress(FailedError, InputError):
            found[path.stem] = marks_of(path.stem)
    return found


def mark(run: str, *, star: bool | None = None, note: str | None = None) -> Marks:
    """Give a run a star or a note (None: as it is), replacing a damaged file; without either the file goes."""
    try:
        known = marks_of(run)
    except FailedError:
        known = Marks()
    marks = Marks(
        known.star if star is None else bool(star), known.note if note is None else _checked(note)
    )
    if marks == Marks():
        unmark(run)
    elif marks != known:
        write_json(_path(run), asdict(marks))
    return marks


def unmark(run: str) -> None:
    """Forget star and note of a run."""
    path = _path(run)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise failure(error, path) from error


def _path(run: str) -> Path:
    return data_folder() / "marks" / f"{checked_id(run)}.json"


def _checked(note: str) -> str:
    """The note without anything that is no text."""
    text = "".join(c for c in note if c in "\n\t" or c.isprintable()).strip()
    if len(text) > MOST:
        raise InputError(f"A note has at most {MOST:,} characters, got {len(text):,}. Shorten it.")
    return text
