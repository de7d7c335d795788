"""One change of a folder at a time, by whichever process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from nmr_core.errors import FailedError
from nmr_core.storage.files import failure


@contextmanager
def locked(place: Path, busy: str, patience: float) -> Iterator[None]:
    """Hold the lock of a folder, which is made if it is missing.

    Parameters
    ----------
    place : Path
        Folder.
    busy : str
        Sentence where another process holds the lock all the time.
    patience : float
        Longest wait, s.

    Raises
    ------
    FailedError
        Another process holds the lock, or the disk refuses it.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place / ".lock", timeout=patience).acquire()
    except Timeout:
        raise FailedError(busy) from None
    except OSError as error:
        raise failure(error, place) from error
    with lock:
        yield
