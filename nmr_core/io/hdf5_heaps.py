"""The heaps of an HDF5 file that hold its texts, checked before the library follows them.

The library reads a damaged heap for ever, and nothing in the same process can stop it.
"""

import mmap
import os
import struct
from typing import BinaryIO

from nmr_core.errors import DamagedError

MARK = b"GCOL\x01\x00\x00\x00"
"""Of a collection of objects: the signature, version 1 and reserved bytes."""
HEAD = 16
"""Bytes before its first object, and bytes of the head of each object."""
MAX_COLLECTIONS = 100_000


def check_heaps(file: BinaryIO, name: str) -> None:
    """Refuse a file whose collections of texts do not end where they say.

    Parameters
    ----------
    file : binary file
        Open for reading, on the disk.
    name : str
        What to call it in messages.

    Raises
    ------
    DamagedError
        If the sizes of the objects in a collection do not add up to its own size.
    """
    if os.fstat(file.fileno()).st_size < HEAD:
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        place = content.find(MARK)
        for _ in range(MAX_COLLECTIONS):
            if place < 0:
                return
            if not _is_whole(content, place):
                break
            place = content.find(MARK, place + HEAD)
    raise DamagedError(
        f"{name} is damaged: the texts in it (units, names) do not have the sizes that it states. "
        "Get it again, or export the echo as CSV."
    )


def _is_whole(content: mmap.mmap, place: int) -> bool:
    """Whether the objects of a collection and its free space fill it exactly."""
    if place + HEAD > len(content):
        return False
    (size,) = struct.unpack_from("<Q", content, place + 8)
    end = place + size
    if size < HEAD or end > len(content):
        return False
    at = place + HEAD
    while at + HEAD <= end:
        index, _, _, n_bytes = struct.unpack_from("<HHIQ", content, at)
        # Free space has the index 0 and counts its own head
        inner = n_bytes - HEAD if index == 0 else n_bytes + (-n_bytes % 8)
        if not 0 <= inner <= end - at - HEAD:
            return False
        at += HEAD + inner
    return at <= end
