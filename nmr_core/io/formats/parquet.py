"""One Parquet file: one row per sample, parameters as columns, the curves of setting k as lists
re_k and im_k.
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nmr_core.errors import InputError
from nmr_core.io import budget
from nmr_core.io.formats import _about, _own_columns
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._own_columns import TEXTS
from nmr_core.io.parquet_footer import Chunk, chunks
from nmr_core.io.source import Source, check_numbers

ROWS = 1000
MAX_COLUMNS = 5000


def sniff(source: Source) -> tuple[float, str]:
    """Parquet's first bytes."""
    if source.single is None or source.head(source.single, 4) != b"PAR1":
        return 0.0, "no single Parquet file"
    return 0.9, "a Parquet file"


def read(source: Source) -> Foreign:
    """Columns re_0, im_0, ... of lists, parameters, and the times from the file's metadata."""
    name = source.only
    with source.seekable(name) as opened:
        try:
            schema = pq.read_schema(opened)
            _check_columns(schema, name)
            texts = [column for column in _texts(schema) if column in TEXTS]
            stored = chunks(opened, name)
            opened.seek(0)
            # Texts as dictionaries: one that a file refers to many times is decoded once
            with pq.ParquetFile(
                opened, page_checksum_verification=True, read_dictionary=texts
            ) as file:
                n_settings, metadata = _checked(file, stored, name)
                names = file.schema_arrow.names
                read_names = [column for column in names if _is_read(file.schema_arrow, column)]
                _check_size(stored, set(read_names), name)
                table = file.read(read_names, use_threads=False)
        except InputError:
            raise
        except (pa.ArrowException, OSError, ValueError, OverflowError):
            raise InputError(
                f"{name} is a Parquet file that is damaged or cut off. Get it again."
            ) from None
    time = _time(metadata, name)
    signals = np.empty((table.num_rows, n_settings, len(time)), np.complex64)
    for k in range(n_settings):
        for part, target in (("re", signals.real), ("im", signals.imag)):
            target[:, k] = _curves(table[f"{part}_{k}"], len(time), f"{part}_{k}")
    # What is not read counts as texts, which are left out with a note
    unread = np.broadcast_to(np.array("", object), (table.num_rows,))
    columns = {
        column: _plain(table[column]) if column in read_names else unread
        for column in names
        if not is_curve(column)
    }
    parameters, notes = _own_columns.parameters(columns, table.num_rows)
    about = _about.About.read(metadata.get(b"about"), n_settings)
    return about.foreign(parameters, signals, time, None, notes)


def _texts(schema: pa.Schema) -> list[str]:
    """Names of the columns of texts."""
    kinds = (pa.types.is_string, pa.types.is_large_string)
    return [field.name for field in schema if any(kind(field.type) for kind in kinds)]


def _check_columns(schema: pa.Schema, name: str) -> None:
    """Refuse more columns than any data set has."""
    if len(schema) > MAX_COLUMNS:
        raise InputError(
            f"{name} has {len(schema):,} columns, at most {MAX_COLUMNS:,} are read. Leave out what "
            "is no curve and no parameter."
        )


def _is_read(schema: pa.Schema, column: str) -> bool:
    """Whether a column is a curve, a number, or a text that has a meaning."""
    if is_curve(column):
        return True
    kind = schema.field(column).type
    numbers = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean)
    if any(test(kind) for test in numbers):
        return True
    return column in TEXTS and pa.types.is_dictionary(kind)


def _check_size(stored: list[Chunk], columns: set[str], name: str) -> None:
    """Refuse more than may be decoded, by what the file's footer declares."""
    read = [chunk for chunk in stored if chunk.column in columns]
    budget.spend(sum(max(chunk.n_bytes, 8 * chunk.n_values) for chunk in read), name)


def is_curve(column: str) -> bool:
    """Whether a column is part of a curve."""
    return column[:3] in ("re_", "im_") and column[3:].isdigit()


def _checked(
    file: pq.ParquetFile, stored: list[Chunk], name: str
) -> tuple[int, dict[bytes, bytes]]:
    """(n_settings, metadata), after a look at how much there is."""
    names = file.schema_arrow.names
    check_numbers(sum(chunk.n_values for chunk in stored) // 2, name)
    n_settings = sum(column.startswith("re_") for column in filter(is_curve, names))
    wanted = {f"{part}_{k}" for part in ("re", "im") for k in range(n_settings)}
    if not n_settings or wanted != set(filter(is_curve, names)):
        raise InputError(
            f"{name} has the columns {', '.join(names)[:200]}; curves are lists in re_0, im_0, "
            "re_1, im_1, ... Rename them."
        )
    return n_settings, file.schema_arrow.metadata or {}


def _time(metadata: dict[bytes, bytes], name: str) -> np.ndarray:
    try:
        time = np.array(json.loads(metadata[b"time"]), dtype=float)
    except (KeyError, ValueError, TypeError, RecursionError):
        time = np.empty(0)
    if time.ndim != 1 or not len(time):
        raise InputError(
            f"{name} holds no times. Add them to the file's metadata: time = a JSON list in µs. A "
            "part of a data set of ours is exported with: python -m nmr_core export ID --format "
            "parquet --out FILE."
        )
    return time


def _curves(column: pa.ChunkedArray, n_times: int, name: str) -> np.ndarray:
    try:
        flat = np.concatenate(
            [chunk.flatten().to_numpy(zero_copy_only=False) for chunk in column.chunks]
        )
        if flat.dtype.kind not in "fiu":
            raise ValueError
        lengths = column.combine_chunks().value_lengths().to_numpy(zero_copy_only=False)
    except (pa.ArrowException, AttributeError, ValueError):
        raise InputError(
            f"The column {name} should hold a list of numbers per row. Write it again."
        ) from None
    if (lengths != n_times).any():
        raise InputError(
            f"The column {name} has lists of other lengths than the {n_times} times of the file. "
            "Make them agree."
        )
    return flat.reshape(-1, n_times)


def _plain(column: pa.ChunkedArray) -> np.ndarray:
    if column.null_count:
        raise InputError(
            "A column of parameters has empty cells. Fill them, or remove those samples."
        )
    if not pa.types.is_dictionary(column.type):
        return np.asarray(column.to_pandas())
    parts = [_decoded(chunk) for chunk in column.chunks]
    return np.concatenate(parts) if parts else np.empty(0, object)


def _decoded(chunk: pa.DictionaryArray) -> np.ndarray:
    """Texts; equal ones are one object."""
    texts = chunk.dictionary.to_pylist()
    budget.check_text(max(map(len, filter(None, texts)), default=0), "A column of texts")
    return np.array([*texts, ""], object)[:-1][chunk.indices.to_numpy(zero_copy_only=False)]


def write(foreign: Foreign, path: Path) -> None:
    """The same layout as the parts of our data sets, in one file that says its times and preset."""
    frame, n_times = foreign.parameters, len(foreign.time)
    lists = [f"{part}_{k}" for k in range(len(foreign.settings)) for part in ("re", "im")]
    numbers = [
        pa.field(name, pa.float64() if frame[name].dtype.kind in "fiub" else pa.string())
        for name in frame
    ]
    schema = pa.schema(
        numbers + [pa.field(name, pa.list_(pa.float32(), n_times)) for name in lists],
        {"time": json.dumps(foreign.time.tolist()), "about": _about.written(foreign)},
    )
    with (
        path.open("wb") as file,
        pq.ParquetWriter(
            file,
            schema,
            compression="zstd",
            use_dictionary=False,
            write_page_checksum=True,
            write_statistics=False,
        ) as writer,
    ):
        for start in range(0, len(foreign), ROWS):
            rows, curves = frame.iloc[start : start + ROWS], foreign.signals[start : start + ROWS]
            columns = [pa.array(rows[own.name].tolist(), own.type) for own in numbers]
            flat = (
                part[:, k].ravel()
                for k in range(curves.shape[1])
                for part in (curves.real, curves.imag)
            )
            columns += [
                pa.FixedSizeListArray.from_arrays(pa.array(values), n_times) for values in flat
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


FORMAT = Format(
    "parquet",
    "Parquet (.parquet)",
    "One row per sample: parameters as columns, curves as lists re_0, im_0, ...; times (µs), "
    "preset and settings in the file's metadata.",
    "one .parquet file",
    sniff,
    read,
    write,
    check=lambda foreign: ["Mz is left out."] if foreign.mz is not None else [],
    ending=".parquet",
)
