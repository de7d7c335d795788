"""Files that only the user of a server may read: people, records, what a backup brings back."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

PRIVATE = 0o077
"""Bits that files and folders of a server do not get (umask)."""


@contextmanager
def private_files() -> Iterator[None]:
    """What this process makes in the block belongs to its user alone; not on Windows."""
    before = os.umask(PRIVATE)
    try:
        yield
    finally:
        os.umask(before)
