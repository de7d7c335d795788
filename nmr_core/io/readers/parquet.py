"""Parquet: a table with columns time, Re and Im, or one curve per row as lists."""

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from nmr_core.errors import DamagedError, InputError
from nmr_core.io import budget
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.parquet_footer import Chunk, chunks
from nmr_core.io.readers._arrays import measurements_from
from nmr_core.io.readers._reader import Reader
from nmr_core.io.source import check_numbers
from nmr_core.io.trees import Leaf, Tree

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

MAX_COLUMNS = 1000


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a Parquet file, and the reason."""
    if files.head(4) == b"PAR1":
        return 0.95, "a Parquet file"
    return 0.0, "no Parquet file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the measurements among the columns of numbers and of lists of numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with files.source.seekable(files.source.only) as opened:
        try:
            stored = chunks(opened, files.name)
            with pq.ParquetFile(opened, page_checksum_verification=True) as file:
                tree = _tree(file, stored, files.name)
                return measurements_from(tree, options, files, "parquet")
        except InputError:
            raise
        except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError, TypeError):
            raise DamagedError(
                f"{files.name} is a damaged Parquet file: its columns cannot be read. Get it again."
            ) from None


def _tree(file: "pq.ParquetFile", stored: list[Chunk], where: str) -> Tree:
    import pyarrow as pa

    schema = file.schema_arrow
    if len(schema) > MAX_COLUMNS:
        raise InputError(
            f"{where} has {len(schema):,} columns, at most {MAX_COLUMNS:,} are read. Write the "
            "columns of the echo alone."
        )
    tree = Tree()
    for field in schema:
        column = partial(_column, file, stored, field.name, where)
        is_decimal = pa.types.is_decimal(field.type)
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type) or is_decimal:
            leaf = Leaf(field.name, (file.metadata.num_rows,), np.dtype(float), column)
            tree.add(leaf, where)
        elif pa.types.is_duration(field.type):
            leaf = Leaf(field.name, (file.metadata.num_rows,), np.dtype("m8[ns]"), column)
            tree.add(leaf, where)
        elif pa.types.is_list(field.type) or pa.types.is_fixed_size_list(field.type):
            curves = column()
            load = partial(np.asarray, curves)
            leaf = Leaf(field.name, curves.shape, curves.dtype, load, time_axis=1)
            tree.add(leaf, where)
        else:
            tree.skipped.append(f"{field.name} ({_kind(field.type)})")
    _add_times(tree, schema.metadata or {})
    return tree


def _kind(kind: "pa.DataType") -> str:
    import pyarrow as pa

    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "text"
    return "dates" if pa.types.is_temporal(kind) else "no numbers"


def _column(file: "pq.ParquetFile", stored: list[Chunk], name: str, where: str) -> np.ndarray:
    """Numbers (n_rows,) of a column, or (n_rows, n) of lists of equal length."""
    import pyarrow as pa
    import pyarrow.compute as pc

    _spend(stored, name, where)
    column = file.read([name], use_threads=False).column(0)
    if not (pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type)):
        return _plain(column)
    lengths = {
        int(length) for length in pc.unique(pc.list_value_length(column)).to_pylist() if length
    }
    flat = np.concatenate(
        [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks]
    )
    if len(lengths) != 1 or flat.dtype.kind not in "fiu":
        raise InputError(
            f"{where}: the lists of {name} differ in length or hold no numbers. Write lists of "
            "equal length."
        )
    return flat.astype(float).reshape(-1, lengths.pop())


def _plain(column: "pa.ChunkedArray") -> np.ndarray:
    """Numbers of a column, or spans of time; NaN where there is none."""
    import pyarrow as pa

    if pa.types.is_duration(column.type):
        return column.to_numpy().astype("m8[ns]")
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    return column.to_numpy().astype(float)


def _spend(stored: list[Chunk], name: str, where: str) -> None:
    """Count a column by what the footer declares, before it is decoded."""
    own = [chunk for chunk in stored if chunk.column == name]
    n_values = sum(chunk.n_values for chunk in own)
    n_bytes = sum(chunk.n_bytes for chunk in own)
    check_numbers(n_values, f"{name} in {where}")
    budget.spend(max(n_bytes, 8 * n_values), f"{name} in {where}")


def _add_times(tree: Tree, metadata: dict[bytes, bytes]) -> None:
    """The times of our own files, which stand in the metadata."""
    try:
        times: Any = json.loads(metadata[b"time"])
        time = np.array(times, dtype=float)
    except (KeyError, ValueError, TypeError, RecursionError):
        return
    if time.ndim == 1 and time.size:
        tree.leaves.setdefault("time", Leaf("time", time.shape, time.dtype, lambda: time, "us"))


READER = Reader(
    "parquet",
    "Parquet (.parquet)",
    "one .parquet file with columns time, re and im",
    sniff,
    read,
    asks=True,
)
