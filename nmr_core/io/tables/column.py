"""One column of sampled cells: how many of them are numbers, and of which kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nmr_core.io.tables.cell_units import is_unit
from nmr_core.io.tables.grammar import Number, NumberStyle, read_number

MOST = 0.5
"""Fraction of the cells that must be numbers in a column of numbers."""
MANY, SPARSE = 100, 0.1
"""Of at least so many cells, the fraction below which the filled ones are no column: oscilloscopes
write their settings beside the first rows.
"""
_GROUP = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+")
_SHORT = re.compile(r"[1-9]\d{0,2}")
LONG = 5
"""Digits before the decimal sign that no writer of digit groups leaves together."""


@dataclass(frozen=True, eq=False)
class SampledColumn:
    """Cells of a column, read in one style.

    Attributes
    ----------
    numbers : list of Number or None
        One per cell.
    kind : str
        "number", "text" or "empty".
    wrong : int
        Cells that are neither empty nor numbers.
    n_grouped, n_long, n_padded : int
        Numbers with digit groups; with five or more digits and none; integers that begin with 0.
    doubt : tuple of str
        Two cells, such as 8.264 and 449, where the sign that is read as the decimal sign may be one
        of digit groups; () if there is no doubt.
    """

    numbers: list[Number | None]
    kind: str
    wrong: int
    n_grouped: int
    n_long: int
    n_padded: int
    doubt: tuple[str, ...] = ()

    @property
    def values(self) -> np.ndarray:
        """Return the values, float or complex (n_rows,), NaN where there is none."""
        values = [np.nan if number is None else number.value for number in self.numbers]
        return np.array(values)


def sampled(cells: Sequence[str], style: NumberStyle) -> SampledColumn:
    """Return the cells of a column as numbers of one style."""
    numbers = [_number(cell, style) for cell in cells]
    n_filled = sum(map(bool, cells))
    n_numbers = sum(number is not None for number in numbers)
    kind = "number" if n_numbers > MOST * n_filled else "text"
    if not n_filled or (len(cells) >= MANY and n_filled < SPARSE * len(cells)):
        kind = "empty"
    found = [(cell, number) for cell, number in zip(cells, numbers, strict=True) if number]
    return SampledColumn(
        numbers,
        kind,
        n_filled - n_numbers,
        sum(number.grouped for _, number in found),
        sum(not number.grouped and _digits(cell) >= LONG for cell, number in found),
        sum(_is_padded(cell) for cell, _ in found),
        _doubt([cell for cell, _ in found], style),
    )


def _doubt(cells: Sequence[str], style: NumberStyle) -> tuple[str, ...]:
    """A cell of digit groups by its form and one below 1000, if a column holds only such.

    Decimals of three digits would have them in all rows: 449.000, not 449.
    """
    texts = [cell.strip('"').lstrip("+-\u2212").strip() for cell in cells]
    groups = [text for text in texts if style.decimal in text and _GROUP.fullmatch(text)]
    short = [text for text in texts if _SHORT.fullmatch(text)]
    n_zeros = sum(text == "0" for text in texts)
    if groups and short and len(groups) + len(short) + n_zeros == len(texts):
        return groups[0], short[0]
    return ()


def _number(cell: str, style: NumberStyle) -> Number | None:
    number = read_number(cell, style)
    if number is not None and number.unit and not is_unit(number.unit):
        return None
    return number


def _digits(cell: str) -> int:
    """Digits at the beginning of a cell, without its sign."""
    text = cell.lstrip("+-\u2212")
    return len(text) - len(text.lstrip("0123456789"))


def _is_padded(cell: str) -> bool:
    text = cell.lstrip("+-\u2212")
    is_minus_zero = text == "0" and cell != text
    return is_minus_zero or (len(text) > 1 and text[0] == "0" and text.isdigit())
