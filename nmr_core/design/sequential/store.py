"""Lab books on disk.

NMR_DATA/lab-books/<id>/book.json, book.npz    entries, estimates and the request; written last
                        pool.json, pool.npz    the simulated materials; written once

To go on from an older state than the stored one is refused: one of the two echoes would be lost. A
lock lets one book be compared and written at a time.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nmr_core.design.pool import Pool
from nmr_core.design.sequential.book import LabBook
from nmr_core.errors import InputError
from nmr_core.storage import catalogue
from nmr_core.storage.catalogue import Entry as ListEntry
from nmr_core.storage.files import write_folder
from nmr_core.storage.kinds import LAB_BOOK
from nmr_core.storage.locking import locked
from nmr_core.storage.results import read_result, write_result
from nmr_core.storage.spaces import rights
from nmr_core.storage.workspace import checked_id

POOL = "pool.json"
AGAIN = "Begin another lab book."
PATIENCE = 10.0
"""Seconds in which another process may finish its change."""


@dataclass(frozen=True)
class LabBookEntry(ListEntry):
    """A stored lab book in a list."""

    title: str = ""
    created: str = ""
    n_entries: int = 0
    seconds: float = 0.0
    sentence: str = ""


def save_book(book: LabBook) -> Path:
    """Store a lab book in the workspace, in place of its earlier state.

    Returns
    -------
    Path
        Its folder.

    Raises
    ------
    InputError
        For a book without its pool, and where the stored entries are not those that the book went
        on from.
    FailedError
        Another process changes lab books, or the stored state is damaged.
    RefusedError
        The earlier state is another person's.
    """
    folder = catalogue.own_folder(LAB_BOOK) / checked_id(book.id)
    busy = "Another process changes the lab books. Try again."
    with locked(folder.parent, busy, PATIENCE):
        return _saved(book, folder)


def check_state(book: LabBook, seen: tuple[str, ...], stored: tuple[str, ...]) -> None:
    """Raise :class:`InputError` if the entries are not those that were seen.

    Parameters
    ----------
    book : LabBook
        Any state of it.
    seen, stored : tuple of str
        ``changes`` of the state that was looked at, and of the present one.
    """
    if seen != stored:
        raise InputError(
            f'The entries of the lab book "{book.title}" were changed meanwhile: an echo was '
            "entered or taken back. Read the book again, and look at what it asks for now."
        )


def _saved(book: LabBook, folder: Path) -> Path:
    before = catalogue.owner_of(LAB_BOOK, book.id)
    thing = f'the lab book "{book.title}"'
    if before is None:
        rights.check("create", None, thing, kind=LAB_BOOK.name, id=book.id)
    else:
        rights.check("delete", before, thing, kind=LAB_BOOK.name, id=book.id)
    if (folder / POOL).is_file():
        stored = load_book(folder, with_pool=False).changes
        check_state(book, book.changes[: len(stored)], stored)
        write_result(book, folder / LAB_BOOK.document, apart=("pool",))
        return folder
    if book.pool is None:
        raise InputError(f"The lab book {book.id} has no simulated materials. {AGAIN}")

    def written(temporary: Path) -> None:
        write_result(book.pool, temporary / POOL)
        write_result(book, temporary / LAB_BOOK.document, apart=("pool",))

    write_folder(folder, written)
    return folder


def load_book(id: str | Path, *, with_pool: bool = True) -> LabBook:
    """Return a stored lab book.

    Parameters
    ----------
    id : str or Path
        Its id or its folder.
    with_pool : bool
        Whether its pool is read, too: :func:`~.asking.ask` and :func:`~.telling.tell` need it.

    Raises
    ------
    InputError
        There is none.
    FailedError
        It is damaged.
    """
    folder = catalogue.located(LAB_BOOK, id)
    book = read_result(
        folder / LAB_BOOK.document, LabBook, what="lab book", again=AGAIN, apart=("pool",)
    )
    if not with_pool:
        return book
    pool = read_result(folder / POOL, Pool, what="pool of a lab book", again=AGAIN)
    return replace(book, pool=pool)


def list_books() -> list[LabBookEntry]:
    """Return the stored lab books, newest first."""

    def content(folder: Path) -> dict[str, Any]:
        book = load_book(folder, with_pool=False)
        return {
            "title": book.title,
            "created": book.created,
            "n_entries": len(book.entries),
            "seconds": book.seconds,
            "sentence": book.sentence,
        }

    return catalogue.entries(LAB_BOOK, LabBookEntry, content)
