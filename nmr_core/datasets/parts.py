"""One part of a data set: a Parquet file with a row per sample, its parameters and its curves."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_numeric_dtype

from nmr_core.errors import FailedError
from nmr_core.storage.files import write_file


def part_path(folder: Path, index: int) -> Path:
    """``folder/part-00000.parquet``."""
    return folder / f"part-{index:05d}.parquet"


def write_part(path: Path, parameters: pd.DataFrame, signals: np.ndarray) -> None:
    """Parameters as float64 columns (names, as of kernels, as text); setting k of the complex64 (n_samples, n_settings,
    n_times) signals as the fixed-size lists ``re_k`` and ``im_k``. Pages carry checksums: damage is found on reading."""
    columns = {
        name: pa.array(
            values.to_numpy(float) if is_numeric_dtype(values) else values.astype(str).tolist()
        )
        for name, values in parameters.items()
    }
    for k in range(signals.shape[1]):
        for name, values in (("re", signals[:, k].real), ("im", signals[:, k].imag)):
            flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
            columns[f"{name}_{k}"] = pa.FixedSizeListArray.from_arrays(flat, signals.shape[2])
    table = pa.table(columns)
    write_file(
        path,
        lambda temporary: pq.write_table(
            table,
            temporary,
            compression="zstd",
            use_dictionary=False,
            write_page_checksum=True,
            write_statistics=False,
        ),
    )


def fingerprint(path: Path) -> str:
    """SHA-256 of a part's footer (names, types, offsets), which no checksum of Parquet covers; pages carry their own."""
    with path.open("rb") as file:
        file.seek(-8, 2)
        tail = file.read(8)
        file.seek(-8 - int.from_bytes(tail[:4], "little"), 2)
        return hashlib.sha256(file.read()).hexdigest()[:16]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What goes wrong inside says which file it is, and what to do."""
    try:
        yield
    except FileNotFoundError:
        raise FailedError(
            f"{path} is missing. Generate the data set again with the same id: only missing parts "
            "are made."
        ) from None
    except (pa.ArrowException, OSError, KeyError, ValueError, OverflowError) as error:
        detail = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise FailedError(
            f"{path} is damaged ({detail}). Delete that file and generate the data set again with the "
            "same id: only missing parts are made."
        ) from None


def _read(path: Path, columns: list[str] | None, expected: str) -> pa.Table:
    with _readable(path):
        if expected and fingerprint(path) != expected:
            raise OSError("its footer is not the one that was written")
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            wanted = (
                columns
                if columns is not None
                else [c for c in file.schema_arrow.names if not _is_curve(c)]
            )
            return file.read(columns=wanted, use_threads=False)


def _is_curve(column: str) -> bool:
    return column.startswith(("re_", "im_")) and column[3:].isdigit()


def column_names(path: Path) -> list[str]:
    """The parameter and derived columns of a part."""
    with _readable(path):
        return [name for name in pq.read_schema(path).names if not _is_curve(name)]


def read_parameters(
    path: Path, expected: str = "", columns: list[str] | None = None
) -> pd.DataFrame:
    """Parameters and derived values of a part (or some ``columns``), float64; ``expected``: its :func:`fingerprint`, if known."""
    table = _read(path, columns, expected)
    return (table if columns is None else table.select(columns)).to_pandas()


def read_signals(path: Path, n_settings: int, n_times: int, expected: str = "") -> np.ndarray:
    """The curves of a part, complex64 (n_samples, n_settings, n_times)."""
    table = _read(
        path, [f"{name}_{k}" for k in range(n_settings) for name in ("re", "im")], expected
    )
    signals = np.empty((table.num_rows, n_settings, n_times), np.complex64)
    try:
        for k in range(n_settings):
            for name, target in (("re", signals.real), ("im", signals.imag)):
                column = table[f"{name}_{k}"].combine_chunks()
                target[:, k] = column.flatten().to_numpy().reshape(-1, n_times)
    except (KeyError, ValueError):
        raise FailedError(
            f"{path} does not hold {n_settings} settings of {n_times} points, as its manifest says. "
            "Delete that file and generate the data set again with the same id."
        ) from None
    return signals


def is_sound(path: Path, n_samples: int, n_settings: int, n_times: int, expected: str = "") -> bool:
    """Whether a part can be read in full and has the right size; what resuming relies on."""
    try:
        return (
            len(read_parameters(path, expected)) == n_samples
            and len(read_signals(path, n_settings, n_times, expected)) == n_samples
        )
    except FailedError:
        return False
