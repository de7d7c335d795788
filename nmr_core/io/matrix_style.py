"""How a matrix of numbers is written: separator and decimal sign, by its first rows."""

from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.lines import numbered_lines
from nmr_core.io.source import Source
from nmr_core.io.tables.grammar import POINT, NumberStyle, read_number, style_of
from nmr_core.io.tables.splitting import split
from nmr_core.io.text_options import DECIMALS, SEPARATORS

SEPARATORS_TRIED = (" ", ";", ",", "|")
"""White space first, which includes tabs."""
SAMPLED = 40
"""Rows that decide; 40 rows of 471 numbers are more than the first 64 kB hold."""
LEADING = 20_000
"""Characters of a row that are looked at."""


@dataclass(frozen=True)
class MatrixStyle:
    """How a matrix is written.

    Attributes
    ----------
    separator : str
        " " for any white space, else the sign.
    numbers : NumberStyle
        Decimal sign and digit groups.
    """

    separator: str = " "
    numbers: NumberStyle = POINT

    def plain(self, block: bytes) -> bytes | None:
        """Return a block with spaces and decimal points; None if that would change a number."""
        if self.numbers.decimal == ",":
            if b"." in block:
                return None
            if self.separator != " ":
                block = block.replace(self.separator.encode(), b" ")
            return block.replace(b",", b".")
        if self.separator != " ":
            block = block.replace(self.separator.encode(), b" ")
        return block

    def cells(self, line: str) -> list[str]:
        """Return the cells of a row; a separator at its end begins no further one."""
        cells = split(line, self.separator)
        return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def style_in(source: Source, name: str) -> MatrixStyle:
    """Return how a file of numbers is written, as chosen or by its first rows.

    Parameters
    ----------
    source : Source
        File, folder or zip; ``source.text`` holds what was chosen.
    name : str
        One of ``source.names``.

    Raises
    ------
    InputError
        If two ways fit equally well and give different numbers.
    """
    text = source.text
    separator = " " if text.separator == "\t" else (text.separator or "").strip() or None
    if text.separator == " ":
        separator = " "
    if separator and text.decimal:
        return MatrixStyle(separator, style_of(text.decimal, text.group))
    rows = [
        line[:LEADING]
        for number, line in numbered_lines(source, name)
        if number > (text.header_line or 0) and not line.lstrip().startswith("#")
    ][:SAMPLED]
    if not text.chosen and not any(sign in row for row in rows for sign in ",;|"):
        return MatrixStyle()
    tried = [
        MatrixStyle(sign, style_of(decimal, text.group))
        for sign in SEPARATORS_TRIED
        for decimal in DECIMALS
        if separator in (None, sign) and text.decimal in (None, decimal) and sign != decimal
    ]
    numbers = {style: _numbers(rows, style) for style in tried}
    fitting = {style: found for style, found in numbers.items() if found is not None}
    if not fitting:
        return MatrixStyle(separator or " ", style_of(text.decimal or ".", text.group))
    best, first = next(iter(fitting.items()))
    for style, found in fitting.items():
        if not _same(found, first):
            raise InputError(
                f"{name} can be read in two ways: separated by {SEPARATORS[best.separator]} with "
                f"{best.numbers.words}s, or by {SEPARATORS[style.separator]} with "
                f"{style.numbers.words}s. Choose separator and decimal sign."
            )
    return best


def _numbers(rows: list[str], style: MatrixStyle) -> np.ndarray | None:
    """Numbers of the rows, (n_rows, n_columns); None if a cell is none, or the rows differ."""
    found: list[list[float]] = []
    cut = any(len(row) == LEADING for row in rows)
    for row in rows:
        cells = style.cells(row)
        # The last cell of a long row may be cut off
        numbers = [read_number(cell, style.numbers) for cell in (cells[:-1] if cut else cells)]
        values = [None if number is None else number.plain for number in numbers]
        if not values or None in values:
            return None
        found.append([value for value in values if value is not None])
    if not found or (len(set(map(len, found))) > 1 and not cut):
        return None
    shortest = min(map(len, found))
    return np.array([row[:shortest] for row in found])


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=True)
