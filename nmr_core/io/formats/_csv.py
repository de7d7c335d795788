"""CSV files with a header: separator, columns and values."""

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pacsv

from nmr_core.errors import InputError
from nmr_core.io import budget
from nmr_core.io.formats._csv_cells import read_cells
from nmr_core.io.formats._csv_header import csv_header
from nmr_core.io.lines import blocks
from nmr_core.io.source import Source

BYTES_PER_COLUMN = 5000
"""Of the tables that are made of a column, however short it is."""


def header(source: Source, name: str) -> tuple[list[str], str]:
    """Return (column names, separator) of the header line; ([], "") if there is none.

    A first column without a name is left out, as :func:`tables` leaves it out.
    """
    found = csv_header(source, name)
    return found.own, found.separator


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
    found = csv_header(source, name)
    names = found.own
    if not names:
        raise InputError(
            f"{name} does not begin with a header of several columns. Write one, separated by "
            "commas, semicolons or tabs."
        )
    if len(set(names)) < len(names):
        repeated = sorted(column for column, n in Counter(names).items() if n > 1)
        raise InputError(
            f"{name} has two columns {repeated[0][:40]!r}. Give each column a name of its own."
        )
    budget.check(BYTES_PER_COLUMN * len(names), f"A table of {len(names):,} columns")
    kinds = {column: _kind(column, found.texts, numbers or pa.float64()) for column in names}
    if found.has_index:
        kinds = {found.names[0]: pa.string()} | kinds
    skipped, n_rows = found.line, 0
    for block in blocks(source, name):
        while skipped and block:
            block = block.partition(b"\n")[2]
            skipped -= 1
        if not block.strip():
            continue
        try:
            table = _parsed(block, found.separator, kinds, found.decimal)
        except pa.ArrowException as error:
            table = read_cells(block, found, kinds, (name, n_rows), str(error))
        n_rows += table.num_rows
        yield table.select(names)
    if not n_rows:
        raise InputError(f"{name} has no rows below its header. Give the file with its curves.")


def _kind(column: str, texts: frozenset[str], numbers: pa.DataType) -> pa.DataType:
    if column in texts:
        return pa.string()
    return numbers if column.startswith(("re_", "im_")) else pa.float64()


def _parsed(block: bytes, separator: str, kinds: dict[str, pa.DataType], decimal: str) -> pa.Table:
    return pacsv.read_csv(
        pa.BufferReader(block),
        pacsv.ReadOptions(column_names=list(kinds), block_size=len(block) + 1),
        pacsv.ParseOptions(delimiter=separator[0]),
        pacsv.ConvertOptions(
            column_types=kinds, null_values=[], strings_can_be_null=False, decimal_point=decimal
        ),
    )
