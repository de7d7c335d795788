"""Matrices of numbers as text, fast; digits of a float32 give the same float32 again."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from nmr_core.glossary.csv_text import guarded

ROWS = 500


def write_matrix(path: Path, matrix: np.ndarray, separator: str) -> None:
    """(n_rows, n_columns) numbers, one row per line."""
    with path.open("wb") as file:
        write_rows(
            file,
            (
                pa.RecordBatch.from_arrays(
                    [pa.array(np.ascontiguousarray(column)) for column in matrix[k : k + ROWS].T],
                    [str(j) for j in range(matrix.shape[1])],
                )
                for k in range(0, len(matrix), ROWS)
            ),
            separator,
        )


def write_rows(
    file: Any, batches: Iterable[pa.RecordBatch], separator: str, header: list[str] | None = None
) -> None:
    """Write batches as lines, after one with the names of their columns if given.

    Texts that a spreadsheet would run as formulas are quoted, and so are texts with separators,
    quotes and line ends.

    Parameters
    ----------
    file : binary file
        Open for writing.
    batches : iterable of RecordBatch
        Numbers and texts.
    separator : str
        Between two values.
    header : list of str, optional
        Names of the columns.
    """
    if header is not None:
        file.write((separator.join(header) + "\n").encode())
    for batch in batches:
        columns = [_guarded(column) for column in batch.columns]
        quotes = any(_needs_quotes(column, separator) for column in columns)
        options = pacsv.WriteOptions(
            include_header=False,
            delimiter=separator,
            quoting_style="needed" if quotes else "none",
        )
        pacsv.write_csv(pa.RecordBatch.from_arrays(columns, batch.schema.names), file, options)


def _guarded(column: pa.Array) -> pa.Array:
    """A column of texts without formulas; any other column as it is."""
    if not pa.types.is_string(column.type):
        return column
    return pa.array(map(guarded, column.to_pylist()), pa.string())


def _needs_quotes(column: pa.Array, separator: str) -> bool:
    """Whether a text would end its cell or its line."""
    if not pa.types.is_string(column.type):
        return False
    signs = f'[{re.escape(separator)}"\r\n]'
    return bool(pc.any(pc.match_substring_regex(column, signs)).as_py())
