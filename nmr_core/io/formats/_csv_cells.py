"""Rows of a CSV file cell by cell: numbers in any form, and a sentence for the first wrong cell."""

import csv

import pyarrow as pa

from nmr_core.errors import InputError
from nmr_core.io.formats._csv_header import CsvHeader
from nmr_core.io.tables.grammar import NumberStyle, read_number, style_of


def read_cells(
    block: bytes,
    header: CsvHeader,
    kinds: dict[str, pa.DataType],
    where: tuple[str, int],
    error: str,
) -> pa.Table:
    """Return the rows of a block that the fast reader refused.

    Parameters
    ----------
    block : bytes
        Whole lines.
    header : CsvHeader
        Names and signs.
    kinds : dict of str to pyarrow type
        Of each column.
    where : (str, int)
        Name of the file, and its rows before this block.
    error : str
        What the fast reader reported.

    Raises
    ------
    InputError
        With the first row that does not fit.
    """
    name, n_rows = where
    style = style_of(header.decimal, None if header.decimal == "," else "")
    texts = [kind == pa.string() for kind in kinds.values()]
    columns: list[list[str | float]] = [[] for _ in kinds]
    try:
        lines = block.decode("utf-8", errors="replace").splitlines()
        rows = list(filter(None, csv.reader(lines, delimiter=header.separator[0])))
    except csv.Error:
        rows = []
    for k, cells in enumerate(rows, n_rows + 1):
        place = f"{name}, row {k:,} below the header,"
        if len(cells) != len(kinds):
            raise InputError(
                f"{place} has {len(cells)} cells, the header has {len(kinds)}. Repair that row or "
                "get the file again."
            )
        for column, cell, label, is_text in zip(columns, cells, kinds, texts, strict=True):
            column.append(cell if is_text else _number(cell, style, f"{place} column {label}"))
    if not rows:
        raise InputError(
            f"{name} cannot be read as CSV ({error.splitlines()[0][:100]}). Write it again, with a "
            "header and plain numbers."
        )
    arrays = [pa.array(column, kind) for column, kind in zip(columns, kinds.values(), strict=True)]
    return pa.Table.from_arrays(arrays, list(kinds))


def _number(cell: str, style: NumberStyle, place: str) -> float:
    number = read_number(cell, style)
    if number is None or number.plain is None:
        raise InputError(
            f"{place}: {cell[:30]!r} is no number. Write numbers with a {style.words}, and fill "
            "empty cells or remove those rows."
        )
    return number.plain
