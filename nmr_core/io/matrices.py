"""Matrices of numbers in text files: one row per line, white space between the numbers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.fast_numbers import POWERS, parse_rows
from nmr_core.io.lines import blocks, numbered_lines
from nmr_core.io.matrix_style import MatrixStyle, style_in
from nmr_core.io.slow_numbers import explain
from nmr_core.io.source import MAX_NUMBERS, Source, check_numbers
from nmr_core.io.tables.grammar import read_number

MAX_COLUMNS = 200_000


def width(source: Source, name: str) -> int:
    """Return the count of numbers in the first line; 0 if it holds anything else."""
    skipped = source.text.header_line or 0
    rows = [
        line
        for number, line in numbered_lines(source, name)
        if number > skipped and not line.startswith("#")
    ]
    if not rows:
        return 0
    style = style_in(source, name)
    cells = style.cells(rows[0])
    are_numbers = all(read_number(cell, style.numbers) is not None for cell in cells)
    return len(cells) if are_numbers else 0


def _blocks(source: Source, name: str) -> Iterator[bytes]:
    """Whole lines of numbers, below the header line where one is given."""
    skipped = source.text.header_line or 0
    for block in blocks(source, name):
        while skipped and block:
            block = block.partition(b"\n")[2]
            skipped -= 1
        if block:
            yield block


def read_matrix(source: Source, name: str, n_columns: int | None = None) -> np.ndarray:
    """Return all numbers of a file, float64 (n_rows, n_columns)."""
    return np.concatenate(list(matrix_blocks(source, name, np.float64, n_columns)))


def read_curves(source: Source, real: str, imaginary: str) -> np.ndarray:
    """Read real and imaginary parts from two files with one curve per row, side by side.

    Returns
    -------
    complex64 (n_rows, n_times)

    Notes
    -----
    The array is allocated for as many rows as the file can hold, two bytes per number; unused pages
    cost nothing.
    """
    n_times = width(source, real) or len(next(matrix_blocks(source, real, np.float32))[0])
    most = min(source.sizes[real] // (2 * n_times) + 1, MAX_NUMBERS // n_times)
    curves = np.empty((most, n_times), np.complex64)
    with ThreadPoolExecutor(2) as pool:
        n_rows, n_imaginary = pool.map(
            _fill, (source, source), (real, imaginary), (curves.real, curves.imag)
        )
    if n_rows != n_imaginary:
        raise InputError(
            f"{real} has {n_rows:,} rows, {imaginary} has {n_imaginary:,}. Both files must hold "
            "the same curves."
        )
    return curves[:n_rows]


def _fill(source: Source, name: str, target: np.ndarray) -> int:
    """Rows of the file written into ``target``, from its first row on."""
    n_rows = 0
    for block in matrix_blocks(source, name, np.float32):
        if block.shape[1] != target.shape[1]:
            raise InputError(
                f"{name} has {block.shape[1]} points per curve, the file with the real part has "
                f"{target.shape[1]}. Both files must hold the same curves."
            )
        if n_rows + len(block) > len(target):
            check_numbers((n_rows + len(block)) * target.shape[1], name)
            raise InputError(
                f"{name} has more rows than the file with the real part can have. Both files must "
                "hold the same curves."
            )
        target[n_rows : n_rows + len(block)] = block
        n_rows += len(block)
    return n_rows


def matrix_blocks(
    source: Source, name: str, dtype: type, n_columns: int | None = None
) -> Iterator[np.ndarray]:
    """Yield the rows of a file, (rows, n_columns), some at a time.

    Parameters
    ----------
    source : Source
        Files to read.
    name : str
        One of ``source.names``.
    dtype : type
        float64 is exact to the last bit; float32 may be off by one in a number whose further digits
        lie within 1e-16
        of half way.
    n_columns : int, optional
        Numbers per row; default: as in the first row.

    Raises
    ------
    InputError
        For an empty file, rows of unequal length, and what is no finite number.
    """
    n_rows = 0
    style = style_in(source, name)
    for block in _blocks(source, name):
        n_columns = n_columns or _columns(block, style, name)
        if n_columns is None:
            continue
        matrix: np.ndarray = np.empty((block.count(b"\n"), n_columns), dtype)
        n_parsed = _parse(block, style, matrix, exact=dtype is np.float64)
        if n_parsed < 0:
            with np.errstate(over="ignore"):  # infinity, which is refused below
                matrix = explain(block, name, n_rows, n_columns, style).astype(dtype)
            n_parsed = len(matrix)
        matrix = matrix[:n_parsed]
        _check_finite(matrix, name, n_rows)
        n_rows += len(matrix)
        if len(matrix):
            yield matrix
    if not n_rows:
        raise InputError(f"{name} is empty. Give the file with its numbers.")


def _parse(block: bytes, style: MatrixStyle, matrix: np.ndarray, *, exact: bool) -> int:
    """Rows that the compiled parser filled in; -1 for what it does not read."""
    plain = style.plain(block)
    if plain is None:
        return -1
    if style.separator != " " and not _is_full(block, style, matrix):
        return -1
    return parse_rows(np.frombuffer(plain, np.uint8), matrix, POWERS, exact)


def _is_full(block: bytes, style: MatrixStyle, matrix: np.ndarray) -> bool:
    """Whether there are as many separators as cells need: an empty cell would move the next."""
    n_rows, n_columns = matrix.shape
    return block.count(style.separator.encode()) in (n_rows * (n_columns - 1), n_rows * n_columns)


def _columns(block: bytes, style: MatrixStyle, name: str) -> int | None:
    """Numbers in the first row of a block; None if it is all comments."""
    first = next(
        (line for line in block.splitlines() if line.strip() and not line.startswith(b"#")), b""
    )
    n_columns = len(style.cells(first.decode("utf-8", errors="replace")))
    if n_columns > MAX_COLUMNS:
        raise InputError(
            f"{name} has more than {MAX_COLUMNS:,} numbers in a row. Give one curve per row."
        )
    return n_columns if first else None


def _check_finite(matrix: np.ndarray, name: str, n_rows: int) -> None:
    finite = np.isfinite(matrix)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        raise InputError(
            f"{name}, row {n_rows + row + 1:,}, column {column + 1}: {matrix[row, column]} is no "
            "finite number. Remove or repair that curve in all files."
        )
