"""Star, tags and notes of runs: ``marks/<run id>.json`` in the data folder.

They are stored beside the runs, not in them, so that shipped runs can have them too.
"""

import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from filelock import FileLock, Timeout

from nmr_core.errors import FailedError, InputError
from nmr_core.storage import catalogue
from nmr_core.storage.documents import read_once
from nmr_core.storage.files import failure, read_json, write_json
from nmr_core.storage.kinds import RUN
from nmr_core.storage.spaces import rights
from nmr_core.storage.spaces.person import acting, owner_now
from nmr_core.storage.workspace import checked_id, data_folder

FOLDER = "marks"
"""In the data folder."""
MOST = 2000
"""Characters of a note."""
MOST_NOTES = 100
"""Notes of one run."""
LONGEST_TAG = 30
"""Characters of a tag."""
MOST_TAGS = 20
"""Tags of one run."""
LONGEST_NAME = 40
"""Characters of an author's name."""
OLD_NOTE = "first"
"""Id of the one note of a file of version 0.6 or earlier."""
PATIENCE = 5.0
"""Seconds to wait for another process that writes marks."""


@dataclass(frozen=True)
class Note:
    """A signed and dated note of a run.

    Attributes
    ----------
    text : str
        At most :data:`MOST` characters.
    author : str
        Name, "" if unknown.
    owner : str
        Visitor of the app who wrote it, "" if unknown or written on the command line.
    time : str
        When it was written, UTC in ISO 8601, "" if unknown.
    edited : str
        When it was last changed, "" if never.
    id : str
        Unique within its run.
    """

    text: str
    author: str = ""
    owner: str = ""
    time: str = ""
    edited: str = ""
    id: str = OLD_NOTE


@dataclass(frozen=True)
class Marks:
    """Star, tags and notes of a run, the oldest note first."""

    star: bool = False
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def text(self) -> str:
        """All notes, the newest first, separated by blank lines."""
        return "\n\n".join(note.text for note in reversed(self.notes))


def marks_of(run: str) -> Marks:
    """Marks of a run; empty if it has none.

    Raises
    ------
    FailedError
        If the file is damaged.
    """
    return _marks_in(data_folder() / FOLDER, run)


def _marks_in(folder: Path, run: str) -> Marks:
    """The marks of a run, read again when their file has changed."""
    name = f"{checked_id(run)}.json"
    return read_once(folder, name, lambda folder: _read_file(folder / name))


def _read_file(path: Path) -> Marks:
    if not path.exists():
        return Marks()
    stored = read_json(path, "note")
    try:
        return _read(stored)
    except (TypeError, AttributeError):
        raise FailedError(
            f"The note at {path} cannot be read: it holds {str(stored)[:60]}. Delete the file."
        ) from None


def _read(stored: dict) -> Marks:
    star, tags, notes = (stored.get(key, ()) for key in ("star", "tags", "notes"))
    if "note" in stored:  # until version 0.6 a run had one note, unsigned
        old = stored["note"]
        notes = [{"text": old}] if old or not isinstance(old, str) else []
    marks = Marks(star or False, tuple(tags), tuple(_note(entry) for entry in notes))
    texts = [*marks.tags, *(value for note in marks.notes for value in asdict(note).values())]
    if not isinstance(marks.star, bool) or not all(isinstance(text, str) for text in texts):
        raise TypeError("a star is true or false, all else is text")
    return marks


def _note(entry: dict) -> Note:
    return Note(**{f.name: entry[f.name] for f in fields(Note) if f.name in entry})


def all_marks() -> dict[str, Marks]:
    """Run id -> marks, of all runs that have any; damaged files are left out."""
    folder = data_folder() / FOLDER
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    marks = {}
    for run in [name.removesuffix(".json") for name in names if name.endswith(".json")]:
        with suppress(FailedError, InputError):
            marks[run] = _marks_in(folder, run)
    return marks


def mark(
    run: str,
    *,
    star: bool | None = None,
    add_tags: Collection[str] = (),
    remove_tags: Collection[str] = (),
) -> Marks:
    """Set the star of a run, and add or remove tags.

    Parameters
    ----------
    run : str
        Id.
    star : bool, optional
        None: unchanged.
    add_tags, remove_tags : collection of str
        At most :data:`LONGEST_TAG` characters each; case and repeated blanks do not count.

    Returns
    -------
    Marks
        As stored; without any there is no file. A damaged file is replaced, and stays beside it
        as ``<run id>.damaged``.

    Raises
    ------
    InputError
        If a tag is empty or too long, or if there are too many.
    """
    check_run(run)
    added = [checked_tag(tag) for tag in add_tags]
    removed = [checked_tag(tag) for tag in remove_tags]

    def change(marks: Marks) -> Marks:
        tags = tuple(tag for tag in dict.fromkeys((*marks.tags, *added)) if tag not in removed)
        if len(tags) > MOST_TAGS:
            raise InputError(
                f"A run has at most {MOST_TAGS} tags, got {len(tags)}. Remove some first."
            )
        return replace(marks, star=marks.star if star is None else bool(star), tags=tags)

    return _change(run, change)


def check_run(run: str) -> None:
    """Refuse to change the marks of a run that the person who acts may not mark.

    A run that ships with the package belongs to everybody who may add something here.
    """
    owner = catalogue.owner_of(RUN, run)
    if owner is None:
        rights.check("create", None, f"the marks of the run {run}", kind="run", id=run)
    else:
        rights.check("annotate", owner, f"the run {run}", kind="run", id=run)


def retag(run: str, old: Collection[str], new: Collection[str]) -> Marks:
    """Add and remove the tags in which two lists differ; those that others changed stay so.

    Raises
    ------
    InputError
        As :func:`mark`.
    """
    return mark(
        run,
        add_tags=[tag for tag in new if tag not in old],
        remove_tags=[tag for tag in old if tag not in new],
    )


def add_note(run: str, text: str, *, author: str = "", owner: str = "") -> Note:
    """Add a note to a run.

    Parameters
    ----------
    run : str
        Id.
    text : str
        1 to :data:`MOST` characters.
    author : str
        Name, at most :data:`LONGEST_NAME` characters.
    owner : str
        Visitor of the app who writes it.

    Returns
    -------
    Note
        With its time and id.

    Raises
    ------
    InputError
        If the text is empty or too long, or if there are too many notes.
    """
    rights.check("create", None, f"a note on the run {run}", kind="note", id=run)
    person = acting()
    author = checked_name(person.name[:LONGEST_NAME] if person else author)
    note = Note(_checked(text), author, owner_now(owner), _now(), id=secrets.token_hex(4))

    def change(marks: Marks) -> Marks:
        if len(marks.notes) >= MOST_NOTES:
            raise InputError(f"A run has at most {MOST_NOTES} notes. Delete one first.")
        return replace(marks, notes=(*marks.notes, note))

    _change(run, change)
    return note


def edit_note(run: str, id: str, text: str) -> Marks:
    """Replace the text of a note; its author and time stay, the time of the change is added.

    Raises
    ------
    InputError
        If there is no such note, or the text is empty or too long.
    """
    new = _checked(text)

    def edited(note: Note) -> Note:
        return replace(note, text=new, edited=_now()) if note.text != new else note

    return _change_note(run, id, lambda note: (edited(note),))


def delete_note(run: str, id: str) -> Marks:
    """Delete a note.

    Raises
    ------
    InputError
        If there is no such note.
    """
    return _change_note(run, id, lambda note: ())


def _change_note(run: str, id: str, change: Callable[[Note], tuple[Note, ...]]) -> Marks:
    """Replace one note by none or another."""

    def changed(marks: Marks) -> Marks:
        if id not in {note.id for note in marks.notes}:
            raise InputError(f"The run {run} has no note {id[:40]!r}; it may have been deleted.")
        for note in marks.notes:
            if note.id == id:
                rights.check(
                    "annotate", note.owner, f"a note on the run {run}", kind="note", id=run
                )
        lists = [change(note) if note.id == id else (note,) for note in marks.notes]
        return replace(marks, notes=tuple(note for notes in lists for note in notes))

    return _change(run, changed)


def unmark(run: str) -> None:
    """Delete all marks of a run."""
    check_run(run)
    _change(run, lambda marks: Marks())


def _change(run: str, change: Callable[[Marks], Marks]) -> Marks:
    """Read, change and write the marks of a run, one process at a time."""
    path = _path(run)
    if not path.exists() and change(Marks()) == Marks():
        return Marks()
    with _writing(path):
        try:
            stored = marks_of(run)
        except FailedError:
            stored = Marks()
            path.replace(path.with_suffix(".damaged"))
        marks = change(stored)
        if marks == Marks():
            path.unlink(missing_ok=True)
        elif marks != stored or not path.exists():
            write_json(path, asdict(marks))
    return marks


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(".lock"), timeout=PATIENCE):
            yield
    except Timeout:
        raise FailedError(f"Another process is writing at {path.parent}. Try again.") from None
    except OSError as error:
        raise failure(error, path) from error


def _path(run: str) -> Path:
    return data_folder() / FOLDER / f"{checked_id(run)}.json"


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _printable(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or c.isprintable()).strip()


def _checked(note: str) -> str:
    """The note without control characters."""
    text = _printable(note)
    if not text:
        raise InputError("A note must have at least one character. Write something.")
    if len(text) > MOST:
        raise InputError(f"A note has at most {MOST:,} characters, got {len(text):,}. Shorten it.")
    return text


def checked_tag(tag: str) -> str:
    """Return a tag in lower case with single blanks.

    Raises
    ------
    InputError
        If it is empty, too long or holds a comma.
    """
    text = " ".join(_printable(tag).split()).casefold()
    if not 0 < len(text) <= LONGEST_TAG or "," in text:
        raise InputError(
            f"A tag must have 1 to {LONGEST_TAG} characters and no comma, got {tag[:60]!r}."
        )
    return text


def checked_name(name: str) -> str:
    """Return an author's name on one line, "" for none.

    Raises
    ------
    InputError
        If it is too long.
    """
    text = " ".join(_printable(name).split())
    if len(text) > LONGEST_NAME:
        raise InputError(
            f"A name must have at most {LONGEST_NAME} characters, got {len(text)}. Shorten it."
        )
    return text
