"""Rows of numbers read the slow way, number by number: exact, and with a sentence for what is wrong."""

import numpy as np

from nmr_core.errors import InputError


def explain(block: bytes, name: str, n_rows: int, n_columns: int) -> np.ndarray:
    """The numbers of all lines, float64; or an :class:`InputError` that names the first row and column in which something
    is wrong. ``n_rows`` rows came before."""
    lines = [
        line.split()
        for line in block.splitlines()
        if line.strip() and not line.lstrip().startswith(b"#")
    ]
    matrix = np.empty((len(lines), n_columns))
    for k, cells in enumerate(lines):
        if len(cells) != n_columns:
            raise InputError(
                f"{name}, row {n_rows + k + 1:,}, has {len(cells)} numbers, {n_columns} are expected in every row. "
                "It may be cut off, or be another file; repair that row or get the file again."
            )
        matrix[k] = [_number(cell, name, n_rows + k, column) for column, cell in enumerate(cells)]
    return matrix


def is_number(cell: bytes | str) -> bool:
    """Whether Python reads it as a number (and not as one with an underscore)."""
    try:
        float(cell)
    except ValueError:
        return False
    return (b"_" if isinstance(cell, bytes) else "_") not in cell


def _number(cell: bytes, name: str, row: int, column: int) -> float:
    if is_number(cell):
        return float(cell)
    shown = cell.decode("utf-8", errors="replace")[:30]
    raise InputError(
        f"{name}, row {row + 1:,}, column {column + 1}: {shown!r} is no number. Give a text file of numbers with a "
        "decimal point, one curve per row, without a header."
    )
