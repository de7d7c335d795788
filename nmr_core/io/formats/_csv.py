"""CSV files with a header: separator, columns and values."""

import csv
from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pacsv

from nmr_core.errors import InputError
from nmr_core.io import budget
from nmr_core.io.formats._own_columns import TEXTS
from nmr_core.io.lines import blocks, numbered_lines
from nmr_core.io.slow_numbers import is_number
from nmr_core.io.source import Source

MAX_COLUMNS = 200_000
BYTES_PER_COLUMN = 5000
"""Of the tables that are made of a column, however short it is."""


def header(source: Source, name: str) -> tuple[list[str], str]:
    """Return (column names, separator) of the header line; ([], "") if there is none."""
    number = source.text.header_line
    lines = numbered_lines(source, name)
    if number is not None:
        lines = [(k, line) for k, line in lines if k == number]
    if not lines:
        return [], ""
    line = lines[0][1]
    separator = source.text.separator or max(",;\t", key=line.count)
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:  # a "field" of more than 131,072 characters
        return [], ""
    return (cells, separator) if 1 < len(cells) <= MAX_COLUMNS else ([], "")


def tables(source: Source, name: str, numbers: pa.DataType = None) -> Iterator[pa.Table]:
    """Return the rows below the header, block by block.

    Parameters
    ----------
    source : Source
        File, folder or zip.
    name : str
        File in it.
    numbers : pyarrow type, optional
        Of the columns re_* and im_*; default: float64, as of all other numbers.

    Raises
    ------
    InputError
        For columns of the same name, no rows, and the first row that does not fit the header.
    """
    names, separator = header(source, name)
    if len(set(names)) < len(names):
        repeated = sorted(column for column, n in Counter(names).items() if n > 1)
        raise InputError(
            f"{name} has two columns {repeated[0][:40]!r}. Give each column a name of its own."
        )
    budget.check(BYTES_PER_COLUMN * len(names), f"A table of {len(names):,} columns")
    kinds = {column: _kind(column, numbers or pa.float64()) for column in names}
    skipped, n_rows = source.text.header_line, 0
    for block in blocks(source, name):
        if skipped is None:  # the header is the first line that is not empty
            block, skipped = block.lstrip(b"\n"), 1
        while skipped and block:
            block = block.partition(b"\n")[2]
            skipped -= 1
        if not block.strip():
            continue
        try:
            table = _parsed(block, separator, kinds, source.text.decimal or ".")
        except pa.ArrowException as error:
            raise InputError(
                _explained(block, separator, names, name, n_rows, str(error), source.text.decimal)
            ) from None
        n_rows += table.num_rows
        yield table
    if not n_rows:
        raise InputError(f"{name} has no rows below its header. Give the file with its curves.")


def _kind(column: str, numbers: pa.DataType) -> pa.DataType:
    if column in TEXTS:
        return pa.string()
    return numbers if column.startswith(("re_", "im_")) else pa.float64()


def _parsed(block: bytes, separator: str, kinds: dict[str, pa.DataType], decimal: str) -> pa.Table:
    return pacsv.read_csv(
        pa.BufferReader(block),
        pacsv.ReadOptions(column_names=list(kinds), block_size=len(block) + 1),
        pacsv.ParseOptions(delimiter=separator),
        pacsv.ConvertOptions(
            column_types=kinds, null_values=[], strings_can_be_null=False, decimal_point=decimal
        ),
    )


def _explained(
    block: bytes,
    separator: str,
    names: list[str],
    name: str,
    n_rows: int,
    error: str,
    decimal: str | None,
) -> str:
    """The first row that does not fit, in a sentence."""
    rows = csv.reader(block.decode("utf-8", errors="replace").splitlines(), delimiter=separator)
    for k, cells in enumerate(filter(None, rows)):
        where = f"{name}, row {n_rows + k + 1:,} below the header,"
        if len(cells) != len(names):
            return (
                f"{where} has {len(cells)} cells, the header has {len(names)}. Repair that row or "
                "get the file again."
            )
        for column, cell in zip(names, cells, strict=True):
            number = cell.replace(",", ".") if decimal == "," else cell
            if column not in TEXTS and (not is_number(number) or cell.strip().startswith("+")):
                return (
                    f"{where} column {column}: {cell[:30]!r} is no number. Write numbers with a "
                    "decimal point, and fill empty cells or remove those rows."
                )
    return (
        f"{name} cannot be read as CSV ({error.splitlines()[0][:100]}). Write it again, with a "
        "header and plain numbers."
    )
