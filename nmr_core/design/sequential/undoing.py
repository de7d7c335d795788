"""Take the last entry of a lab book back."""

from nmr_core.design.sequential.asking import advised
from nmr_core.design.sequential.book import LabBook
from nmr_core.errors import InputError
from nmr_core.progress import Progress, silent


def undo(book: LabBook, *, advise: bool = True, progress: Progress = silent) -> LabBook:
    """Return the book without its last entry, and with the request before it.

    Parameters
    ----------
    book : LabBook
        With its pool.
    advise : bool
        Whether to find the request.
    progress : callable
        Called with (done, total, message).

    Raises
    ------
    InputError
        Nothing is entered.
    """
    if not book.entries:
        raise InputError(
            f'Nothing is entered in the lab book "{book.title}" that could be taken back. Enter an '
            "echo first."
        )
    *before, last = book.entries
    receiver = {} if last.sets_receiver or not before else book.receiver
    undone = book.changed(entries=tuple(before), receiver=receiver)
    return advised(undone, progress=progress) if advise else undone
