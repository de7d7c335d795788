"""Where a table begins: the longest runs of lines with the same number of cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.io.tables.splitting import split, width

ROWS = 3
"""Rows of one shape, one below the other, that make a table."""
MAX_COLUMNS = 64
LONGEST = 3
"""Runs of one separator that are looked into."""


@dataclass(frozen=True)
class Run:
    """Lines of one shape, one below the other.

    Attributes
    ----------
    first, last : int
        Indices of its first line and of the one behind its last.
    width : int
        Cells of each line.
    """

    first: int
    last: int
    width: int

    def __len__(self) -> int:
        return self.last - self.first


def cells_of(line: str, separator: str) -> list[str]:
    """Return the cells of a line; a separator at its end begins no further cell."""
    cells = split(line, separator)
    if len(cells) > 1 and not cells[-1]:
        cells.pop()
    return cells


def widths_of(lines: Sequence[str], separator: str) -> np.ndarray:
    """Return the number of cells of each line, int (n_lines,), as :func:`cells_of` splits it."""
    sign = separator.strip(" ") or separator
    counts = (
        width(line, separator) - (separator != " " and line.rstrip(" ").endswith(sign))
        for line in lines
    )
    return np.fromiter(counts, np.int64, len(lines))


def runs_of(widths: np.ndarray, fewest: int) -> list[Run]:
    """Return the longest runs of equal widths, longest first.

    Parameters
    ----------
    widths : int (n_lines,)
        Cells of each line.
    fewest : int
        Cells that a row must have.
    """
    if not len(widths):
        return []
    starts = np.flatnonzero(np.r_[True, widths[1:] != widths[:-1]])
    ends = np.r_[starts[1:], len(widths)]
    fits = (ends - starts >= ROWS) & (widths[starts] >= fewest) & (widths[starts] <= MAX_COLUMNS)
    starts, ends = starts[fits], ends[fits]
    order = np.argsort(starts - ends, kind="stable")[:LONGEST]
    return [Run(int(starts[k]), int(ends[k]), int(widths[starts[k]])) for k in order]
