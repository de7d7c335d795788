"""Work in pieces that fit into memory."""

from collections.abc import Iterator, Sequence


def batches(items: Sequence, size: int) -> Iterator[Sequence]:
    """``items`` in order, ``size`` at a time (the last may be shorter)."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
