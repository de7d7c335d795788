"""CSV with one row per point: sample, setting, time_us, re, im, and the sample's parameters."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from nmr_core.errors import InputError
from nmr_core.experiment import FIELDS
from nmr_core.io.formats import _own_columns
from nmr_core.io.formats._about import About
from nmr_core.io.formats._csv import header, tables
from nmr_core.io.formats._csv_header import csv_header
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.formats._own_columns import TEXTS
from nmr_core.io.source import Source, check_numbers
from nmr_core.io.write_text import write_rows
from nmr_core.presets import written_name

POINT = ("sample", "setting", "time_us", "re", "im")
NEEDED = ("time_us", "re", "im")
SAMPLES = 200
"""Written at a time."""


def sniff(source: Source) -> tuple[float, str]:
    """A header with time_us, re and im."""
    names = header(source, source.single)[0] if source.single else []
    return (
        (0.95, "a header with time_us, re, im")
        if set(NEEDED) <= set(names)
        else (0.0, "no header with time_us, re and im")
    )


def read(source: Source) -> Foreign:
    """Rows in any order of samples and settings (each curve's own points in order of time); without
    the columns sample
    and setting it is one curve."""
    parts, n_rows = [], 0
    for table in tables(source, source.only):
        n_rows += table.num_rows
        check_numbers(n_rows, source.only)
        parts.append(table)
    frame = pa.concat_tables(parts).to_pandas()
    for name in ("sample", "setting"):
        if name not in frame:
            frame[name] = 0.0
    frame = frame.sort_values(["sample", "setting"], kind="stable", ignore_index=True)
    n_samples, n_settings = frame["sample"].nunique(), frame["setting"].nunique()
    n_times = len(frame) // (n_samples * n_settings)
    if not _complete(frame, n_samples, n_settings, n_times):
        raise InputError(
            f"{source.only} has {len(frame):,} rows for {n_samples:,} samples and {n_settings} "
            "settings: every curve needs the same number of points. Look for rows that are "
            "missing or twice."
        )
    found = csv_header(source, source.only)
    left_out = sorted(found.texts & set(frame) - TEXTS)
    notes = [f"The column {name} holds texts and is left out." for name in left_out]
    frame = frame.drop(columns=left_out)
    missing = [name for name in POINT if name not in frame]
    if missing:
        raise InputError(
            f"{source.only} has no numbers in a column {missing[0]}; each point needs time_us, "
            "re and im. Name the columns so."
        )
    foreign = _foreign(frame, (n_samples, n_settings, n_times), source.only)
    return replace(foreign, notes=[*found.notes, *notes, *foreign.notes])


def _complete(frame: pd.DataFrame, *shape: int) -> bool:
    n_samples, n_settings, n_times = shape
    if len(frame) != n_samples * n_settings * n_times:
        return False
    sample, setting = (frame[name].to_numpy().reshape(shape) for name in ("sample", "setting"))
    return bool((sample == sample[:, :1, :1]).all() and (setting == setting[:1, :, :1]).all())


def _foreign(frame: pd.DataFrame, shape: tuple[int, int, int], file: str) -> Foreign:
    time = frame["time_us"].to_numpy().reshape(shape)
    if (time != time[0, 0]).any():
        raise InputError(
            f"{file}: the curves have different times, first in sample "
            f"{int(np.argwhere(time != time[0, 0])[0][0]) + 1}. Put them on the same times, in "
            "increasing order."
        )
    signals = np.empty(shape, complex)
    signals.real = frame["re"].to_numpy().reshape(shape)
    signals.imag = frame["im"].to_numpy().reshape(shape)
    columns: dict[str, np.ndarray] = {}
    settings: list[dict[str, float]] = [{} for _ in range(shape[1])]
    for name in frame.columns.drop(list(POINT)):
        values = frame[name].to_numpy().reshape(shape)
        if (values == values[:, :1, :1]).all():
            columns[name] = values[:, 0, 0]
        elif FIELDS.get(name) == "protocol" and (values == values[:1, :, :1]).all():
            for setting, value in zip(settings, values[0, :, 0], strict=True):
                setting[name] = float(value)
        else:
            raise InputError(
                f"{file}: {name} changes from point to point of a sample. It must be the same in "
                "all rows of a sample, or be a field of the protocol that differs from setting to "
                "setting."
            )
    preset = columns.pop("preset", np.array([""], dtype=object))
    about = About.checked(str(preset[0]), settings, shape[1])
    parameters, notes = _own_columns.parameters(columns, shape[0])
    return about.foreign(parameters, signals, time[0, 0], None, notes)


def write(foreign: Foreign, path: Path) -> None:
    """n_samples × n_settings × n_times rows below one header."""
    fields = list(foreign.settings[0])
    names = [*POINT, *fields, *foreign.parameters, *(["preset"] if foreign.preset else [])]
    with path.open("wb") as file:
        batches = (
            _batch(foreign, fields, slice(k, min(k + SAMPLES, len(foreign))))
            for k in range(0, len(foreign), SAMPLES)
        )
        write_rows(file, batches, ",", names)


def _batch(foreign: Foreign, fields: list[str], rows: slice) -> pa.RecordBatch:
    curves, (n_settings, n_times) = foreign.signals[rows], foreign.signals.shape[1:]
    n = len(curves)
    by_setting = [
        np.tile(np.repeat([float(setting[name]) for setting in foreign.settings], n_times), n)
        for name in fields
    ]
    frame = foreign.parameters.iloc[rows]
    repeats = n_settings * n_times
    columns = [
        np.repeat(np.arange(rows.start, rows.stop), repeats),
        np.tile(np.repeat(np.arange(n_settings), n_times), n),
        np.tile(foreign.time, n * n_settings),
        np.ascontiguousarray(curves.real).ravel(),
        np.ascontiguousarray(curves.imag).ravel(),
        *by_setting,
        *(np.repeat(frame[name].to_numpy(), repeats) for name in frame),
    ]
    arrays = [pa.array(column.tolist() if column.dtype == object else column) for column in columns]
    arrays += [pa.array([written_name(foreign.preset)] * (n * repeats))] if foreign.preset else []
    return pa.RecordBatch.from_arrays(arrays, [str(k) for k in range(len(arrays))])


FORMAT = Format(
    "csv_long",
    "CSV, one row per point",
    "A header, then one row per point: sample, setting, time_us, re, im, the setting's fields, "
    "the sample's parameters.",
    "one .csv file",
    sniff,
    read,
    write,
    check=lambda foreign: ["Mz is left out."] if foreign.mz is not None else [],
    ending=".csv",
)
