"""A part of a data set: a Parquet file with one row per sample, its parameters and signals."""

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
    """Path of a part, ``folder/part-00000.parquet``."""
    return folder / f"part-{index:05d}.parquet"


def write_part(path: Path, parameters: pd.DataFrame, signals: np.ndarray) -> None:
    """Write a part.

    Parameters
    ----------
    path : Path
        Path of the part.
    parameters : DataFrame
        One row per sample; float64 columns, or text for names, as of kernels.
    signals : complex64 array, (n_samples, n_settings, n_times)
        Acquisition k becomes the columns ``re_k`` and ``im_k`` of fixed-size lists.

    Notes
    -----
    Pages carry checksums, so that damage is detected on reading.
    """
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
    """SHA-256 of the footer of a part (names, types, offsets), 16 hexadecimal digits.

    The checksums of Parquet cover the pages, not the footer.
    """
    with path.open("rb") as file:
        file.seek(-8, 2)
        tail = file.read(8)
        file.seek(-8 - int.from_bytes(tail[:4], "little"), 2)
        return hashlib.sha256(file.read()).hexdigest()[:16]


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Convert errors of reading to a :class:`FailedError` with the path and advice."""
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
            f"{path} is damaged ({detail}). Delete that file and generate the data set again with "
            "the same id: only missing parts are made."
        ) from None


def _read(path: Path, columns: list[str] | None, expected: str) -> pa.Table:
    with _readable(path):
        if expected and fingerprint(path) != expected:
            raise OSError("its footer is not the one that was written")
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            if columns is None:
                columns = [name for name in file.schema_arrow.names if not _is_curve(name)]
            return file.read(columns=columns, use_threads=False)


def _is_curve(column: str) -> bool:
    return column.startswith(("re_", "im_")) and column[3:].isdigit()


def column_names(path: Path) -> list[str]:
    """Names of the parameters in a part."""
    with _readable(path):
        return [name for name in pq.read_schema(path).names if not _is_curve(name)]


def read_parameters(
    path: Path, expected: str = "", columns: list[str] | None = None
) -> pd.DataFrame:
    """Read the parameters of a part.

    Parameters
    ----------
    path : Path
        Path of the part.
    expected : str
        Its :func:`fingerprint`, "" if unknown.
    columns : list of str, optional
        Default: all parameters.

    Returns
    -------
    DataFrame

    Raises
    ------
    FailedError
        If the file is missing or damaged.
    """
    table = _read(path, columns, expected)
    return (table if columns is None else table.select(columns)).to_pandas()


def read_signals(path: Path, n_settings: int, n_times: int, expected: str = "") -> np.ndarray:
    """Read the signals of a part.

    Returns
    -------
    complex64 array, (n_samples, n_settings, n_times)

    Raises
    ------
    FailedError
        If the file is missing or damaged, or has other settings or points.
    """
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
            f"{path} does not hold {n_settings} settings of {n_times} points, as its manifest "
            "says. Delete that file and generate the data set again with the same id."
        ) from None
    return signals


def is_sound(path: Path, n_samples: int, n_settings: int, n_times: int, expected: str = "") -> bool:
    """Whether a part can be read in full and has the expected size."""
    try:
        return (
            len(read_parameters(path, expected)) == n_samples
            and len(read_signals(path, n_settings, n_times, expected)) == n_samples
        )
    except FailedError:
        return False
