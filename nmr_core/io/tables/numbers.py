"""All rows of a table as numbers: fast where they are plain, cell by cell where they are not."""

from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.fast_numbers import POWERS, parse_rows
from nmr_core.io.measurement import MAX_POINTS
from nmr_core.io.tables.cell_units import scale_of
from nmr_core.io.tables.layout import Layout


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers of the rows of one part of a table.

    Attributes
    ----------
    values : float or complex (n_rows, n_columns)
        NaN for texts and empty cells.
    units : tuple of str
        Unit behind the numbers of each column; "" for none.
    wrong : dict of int to (int, str)
        Column -> (row from 1, cell) of its first cell that is no number.
    """

    values: np.ndarray
    units: tuple[str, ...]
    wrong: dict[int, tuple[int, str]]


def numbers_of(lines: list[str], layout: Layout, name: str, first_row: int = 1) -> Numbers:
    """Return the numbers of rows, cell by cell.

    Parameters
    ----------
    lines : list of str
        Rows of the table.
    layout : Layout
        How they are written.
    name : str
        Of the file, for messages.
    first_row : int
        Number of the first of them in the table.

    Raises
    ------
    InputError
        For too many rows, and for a row with another number of cells.
    """
    n = layout.n_columns
    values: list[list[float | complex]] = []
    found: list[set[str]] = [set() for _ in range(n)]
    unit_rows: dict[int, list[str]] = {}
    wrong: dict[int, tuple[int, str]] = {}
    for place, line in enumerate(lines):
        cells = layout.cells(line)
        if len(cells) != n:
            raise another_width(name, first_row + place, len(cells), n)
        row: list[float | complex] = []
        for k, cell in enumerate(cells):
            number = layout.number(cell) if cell else None
            if number is None:
                row.append(np.nan)
                if cell and k not in wrong:
                    wrong[k] = (first_row + place, cell)
                continue
            row.append(number.value)
            found[k].add(number.unit)
            if number.unit or k in unit_rows:
                unit_rows.setdefault(k, [""] * place).append(number.unit)
        values.append(row)
        for units in unit_rows.values():
            units.extend([units[-1]] * (place + 1 - len(units)))
    matrix = np.array(values).reshape(-1, n)
    if np.iscomplexobj(matrix) and not matrix.imag.any():
        matrix = matrix.real
    return _scaled(matrix, found, unit_rows, wrong)


def plain_numbers(lines: list[str], layout: Layout) -> np.ndarray | None:
    """Return the numbers of plain rows, by the compiled parser; None if one is not plain."""
    separator, n = layout.separator, layout.n_columns
    block = "\n".join(lines)
    if layout.texts or layout.grouped or not block.isascii() or '"' in block or "#" in block:
        return None
    sign = separator.strip(" ")
    if sign:
        n_separators = block.count(sign)
        # Exactly one between two cells: an empty cell would move the next ones
        if n_separators != (n - 1) * len(lines) and n_separators != n * len(lines):
            return None
        if any(line.count(sign) != n_separators // len(lines) for line in lines):
            return None
    if layout.style.decimal == ",":
        if "." in block:
            return None
        if separator == ", ":
            block = block.replace(", ", " ")
        elif sign:
            block = block.replace(sign, " ")
        block = block.replace(",", ".")
    elif sign:
        block = block.replace(sign, " ")
    matrix = np.empty((len(lines), n))
    n_rows = parse_rows(np.frombuffer(block.encode(), np.uint8), matrix, POWERS, True)
    return matrix if n_rows == len(lines) else _by_python(block, n)


def _by_python(block: str, n_columns: int) -> np.ndarray | None:
    """Numbers with too many digits for the compiled parser, and nan; None for anything else."""
    if "_" in block:
        return None
    try:
        rows = [list(map(float, line.split())) for line in block.split("\n")]
    except ValueError:
        return None
    if any(len(row) != n_columns for row in rows):
        return None
    return np.array(rows)


def _scaled(
    matrix: np.ndarray,
    found: list[set[str]],
    unit_rows: dict[int, list[str]],
    wrong: dict[int, tuple[int, str]],
) -> Numbers:
    """Numbers in one unit per column, where cells have different ones."""
    units = []
    for k, own in enumerate(found):
        if not own or own == {""}:
            units.append("")
        elif len(own) == 1:
            units.append(next(iter(own)))
        else:
            scales = [scale_of(unit) for unit in unit_rows[k]]
            bases = {scale[1] for scale in scales if scale}
            if None in scales or len(bases) != 1:
                row = next((j for j, scale in enumerate(scales) if scale is None), 0)
                wrong.setdefault(k, (row + 1, "a number without a unit among others with one"))
                units.append("")
                continue
            matrix[:, k] *= np.array([scale[0] for scale in scales if scale])
            units.append(bases.pop())
    return Numbers(matrix, tuple(units), wrong)


def check_rows(n_rows: int, name: str) -> None:
    """Raise :class:`InputError` for more rows than points are read."""
    if n_rows > MAX_POINTS:
        raise InputError(f"{name} has more than {MAX_POINTS:,} points. Cut out one echo.")


def another_width(name: str, row: int, n_cells: int, n_columns: int) -> InputError:
    """Return the error for a row with another number of cells than the first one."""
    cells = "1 cell" if n_cells == 1 else f"{n_cells} cells"
    return InputError(
        f"{name}, row {row:,} of the table, has {cells}, the first has {n_columns}. Repair that "
        "row or get the file again."
    )


def no_number(name: str, row: int, cell: str) -> InputError:
    """Return the error for a cell that is no number."""
    return InputError(
        f"{name}, row {row:,} of the table: {cell[:30]!r} is no number. Repair or remove that row."
    )
