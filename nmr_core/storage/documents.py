"""Documents in memory, read again when their file was replaced: a page lists all on every click."""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

REMEMBERED = 10_000
"""Documents in memory."""
_cache: OrderedDict[tuple, Any] = OrderedDict()
_lock = threading.Lock()

Document = TypeVar("Document")


def read_once(folder: Path, name: str, read: Callable[[Path], Document]) -> Document:
    """Read a document, or return it as it was read before if its file is still the same.

    Parameters
    ----------
    folder : Path
        Folder of the file.
    name : str
        Its name.
    read : callable
        Folder of the file -> its content, which must not be changed.

    Raises
    ------
    FailedError
        It cannot be read. The next call tries again: the reason may have passed.
    """
    try:
        status = os.stat(f"{folder}{os.sep}{name}")
    except OSError:
        return read(folder)
    key = (str(folder), name, status.st_mtime_ns, status.st_size, status.st_ino)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    content = read(folder)
    with _lock:
        _cache[key] = content
        while len(_cache) > REMEMBERED:
            _cache.popitem(last=False)
    return content
