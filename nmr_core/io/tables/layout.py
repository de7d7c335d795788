"""How a table is written: separator, decimal sign, first row, names of its columns."""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.io.tables.beginning import cells_of
from nmr_core.io.tables.grammar import Number, NumberStyle, read_number
from nmr_core.io.text_options import DECIMALS, GROUPS, SEPARATORS, TextOptions


@dataclass(frozen=True, eq=False)
class Layout:
    """How a table is written.

    Attributes
    ----------
    separator : str
        Key of ``SEPARATORS``.
    style : NumberStyle
        Decimal sign and digit groups.
    first_line : int
        Number of its first row in the file, from 1.
    names : list of str
        Names of the columns; [] where there are none.
    kinds : tuple of str
        "number", "text" or "empty" for each column.
    behind : dict of str to str
        Cells of the header to the right of the columns.
    score : float
        How well the sampled rows fit.
    sample : float or complex array (n_rows, n_columns)
        Numbers of sampled rows; NaN for texts.
    rows : tuple of tuple of str
        Cells of the first rows, as they are written.
    grouped : bool
        Whether digit groups were found.
    header_line : int
        Number of the line with the names; 0 if there is none.
    n_names : int
        Names in the line above the rows, if there are not as many as columns; else 0.
    doubts : dict of int to tuple of str
        Column -> two cells that show that its decimal sign may be one of digit groups.
    """

    separator: str
    style: NumberStyle
    first_line: int
    names: list[str]
    kinds: tuple[str, ...]
    behind: dict[str, str]
    score: float
    sample: np.ndarray
    rows: tuple[tuple[str, ...], ...]
    grouped: bool
    header_line: int
    n_names: int = 0
    doubts: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def n_columns(self) -> int:
        """Return the number of columns."""
        return len(self.kinds)

    @property
    def texts(self) -> tuple[int, ...]:
        """Return the columns that hold no numbers."""
        return tuple(k for k, kind in enumerate(self.kinds) if kind != "number")

    @property
    def labels(self) -> list[str]:
        """Return the names of the columns, or else their numbers."""
        return self.names or [str(k) for k in range(1, self.n_columns + 1)]

    @property
    def words(self) -> str:
        """Return how it is written, in words."""
        sign = DECIMALS[self.style.decimal]
        words = f"separated by {SEPARATORS[self.separator]}, decimal {sign}"
        return f"{words}, digit groups" if self.grouped else words

    def cells(self, line: str) -> list[str]:
        """Return the cells of one line without empty ones behind the columns."""
        cells = cells_of(line, self.separator)
        while len(cells) > self.n_columns and not cells[-1]:
            cells.pop()
        return cells

    def number(self, cell: str) -> Number | None:
        """Return the number in a cell."""
        return read_number(cell, self.style)

    def options(self, header_line: int | None) -> TextOptions:
        """Return the options that choose this reading."""
        group = None
        if self.grouped:
            group = next((sign for sign in GROUPS if sign and sign in self.style.groups), None)
        return TextOptions(self.separator, self.style.decimal, header_line, group)

    def same_numbers(self, other: "Layout") -> bool:
        """Whether two readings give the same numbers."""
        mine, theirs = self.sample, other.sample
        if mine.shape[1] != theirs.shape[1] or self.first_line != other.first_line:
            return False
        n = min(len(mine), len(theirs))
        return bool(np.array_equal(mine[:n], theirs[:n], equal_nan=True))
