"""Rows of numbers read one by one: exact, and with a sentence for what is wrong.

The naive twin of :mod:`nmr_core.io.fast_numbers`.
"""

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.matrix_style import MatrixStyle
from nmr_core.io.tables.grammar import read_number


def explain(
    block: bytes, name: str, n_rows: int, n_columns: int, style: MatrixStyle | None = None
) -> np.ndarray:
    """Return the numbers of all lines of a block.

    Parameters
    ----------
    block : bytes
        Whole lines; those that begin with "#" are comments.
    name : str
        File name, for messages.
    n_rows : int
        Rows of the file before this block.
    n_columns : int
        Numbers expected in every row.
    style : MatrixStyle, optional
        Separator and decimal sign; default: white space and a point.

    Returns
    -------
    float64 (n_lines, n_columns)

    Raises
    ------
    InputError
        With the first row and column in which something is wrong.
    """
    style = style or MatrixStyle()
    lines = [
        style.cells(line)
        for line in block.decode("utf-8", errors="replace").split("\n")
        if line.strip() and not line.lstrip().startswith("#")
    ]
    matrix = np.empty((len(lines), n_columns))
    for k, cells in enumerate(lines):
        if len(cells) != n_columns:
            raise InputError(
                f"{name}, row {n_rows + k + 1:,}, has {len(cells)} numbers, {n_columns} are "
                "expected in every row. It may be cut off, or be another file; repair that row or "
                "get the file again."
            )
        for column, cell in enumerate(cells):
            matrix[k, column] = _number(cell, style, name, n_rows + k, column)
    return matrix


def _number(cell: str, style: MatrixStyle, name: str, row: int, column: int) -> float:
    number = read_number(cell, style.numbers)
    if number is not None and number.plain is not None:
        return number.plain
    raise InputError(
        f"{name}, row {row + 1:,}, column {column + 1}: {cell[:30]!r} is no number. Give a text "
        f"file of numbers with a {style.numbers.words}, one row per curve, without a header."
    )
