"""Matrices of numbers as text, fast; digits of a float32 give the same float32 again."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

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
    """Measurement batches as lines, after one with the names of their columns if given."""
    if header is not None:
        file.write((separator.join(header) + "\n").encode())
    options = pacsv.WriteOptions(include_header=False, delimiter=separator, quoting_style="none")
    for batch in batches:
        pacsv.write_csv(batch, file, options)
