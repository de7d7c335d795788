"""CSV with one row per sample: parameters, then its curves, whose times stand in the header."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa

from nmr_core.errors import InputError
from nmr_core.io.formats import _own_columns
from nmr_core.io.formats._about import About
from nmr_core.io.formats._csv import header, tables
from nmr_core.io.formats._csv_header import csv_header
from nmr_core.io.formats._format import Foreign, Format
from nmr_core.io.source import Source, check_numbers
from nmr_core.io.write_text import ROWS, write_rows
from nmr_core.presets import written_name

_POINT = re.compile(r"(re|im)_(\d{1,3})@([0-9.eE+-]{1,40}(#\d+)?)")
_SETTING = re.compile(r"([A-Za-z_0-9]{1,40})@(\d{1,3})")


def sniff(source: Source) -> tuple[float, str]:
    """A header with columns like ``re_0@0.318``."""
    names = header(source, source.single)[0] if source.single else []
    points = sum(_POINT.fullmatch(name) is not None for name in names)
    return (
        (0.95, f"a header with {points:,} points re_k@time, im_k@time")
        if points
        else (0.0, "no header with columns like re_0@0.318")
    )


def read(source: Source) -> Foreign:
    """Columns ``re_k@t`` and ``im_k@t`` are setting k at t µs, ``angle_2@k`` a field of setting k,
    the others parameters.
    """
    file = source.only
    names = header(source, file)[0]
    time, points, n_settings = _grid(names, file)
    parts: list[np.ndarray] = []
    others: list[pa.Table] = []
    own = [name for name in names if name not in points]
    _own_columns.check_number(len(own))
    own_places = [k for k, name in enumerate(names) if name not in points]
    places = [(k, points[name]) for k, name in enumerate(names) if name in points]
    for table in tables(source, file, pa.float32()):
        signals = np.empty((table.num_rows, n_settings, len(time)), np.complex64)
        for place, (part, setting, k) in places:
            values = table.column(place).to_numpy()
            (signals.real if part == "re" else signals.imag)[:, setting, k] = values
        check_numbers((len(parts) + 1) * signals.size, file)
        parts.append(signals)
        others.append(table.select(own_places))
    columns: dict[str, np.ndarray] = {}
    if own:
        rest = pa.concat_tables(others)
        columns = {name: np.asarray(rest[name].to_pandas()) for name in own}
    fields = {name: columns.pop(name)[0] for name in own if _SETTING.fullmatch(name)}
    settings: list[dict[str, float]] = [{} for _ in range(n_settings)]
    for name, value in fields.items():
        field, _, number = name.rpartition("@")
        k = int(number)
        if k >= n_settings:
            raise InputError(
                f"{file} has the column {name}, but no curves of setting {k}. Rename it, or add "
                f"re_{k}@... and im_{k}@..."
            )
        settings[k][field] = float(value)
    about = About.checked(str(columns.pop("preset", [""])[0]), settings, n_settings)
    signals = np.concatenate(parts)
    parameters, notes = _own_columns.parameters(columns, len(signals))
    return about.foreign(parameters, signals, time, None, csv_header(source, file).notes + notes)


def _grid(names: list[str], file: str) -> tuple[np.ndarray, dict[str, tuple[str, int, int]], int]:
    """(time, column -> (part, setting, point), n_settings); all settings have the same times."""
    grids: dict[tuple[str, int], list[str]] = {}
    points = {}
    for name in names:
        if match := _POINT.fullmatch(name):
            grid = grids.setdefault((match[1], int(match[2])), [])
            points[name] = match[1], int(match[2]), len(grid)
            grid.append(match[3])
    n_settings = len(grids) // 2
    wanted = {(part, k) for part in ("re", "im") for k in range(n_settings)}
    if not grids or set(grids) != wanted or any(grid != grids["re", 0] for grid in grids.values()):
        raise InputError(
            f"{file}: every setting needs re_k@t and im_k@t for the same times t, k = 0, 1, ... "
            "Repair the header."
        )
    try:
        return (
            np.array([float(text.partition("#")[0]) for text in grids["re", 0]]),
            points,
            n_settings,
        )
    except ValueError:
        raise InputError(
            f"{file}: the times in the header (re_0@TIME, in µs) must be numbers. Repair the "
            "header."
        ) from None


def time_labels(time: np.ndarray) -> list[str]:
    """Texts that give the same numbers again; a repeated time (the instant of a pulse) gets #2."""
    labels = [repr(float(value)) for value in time]
    return [
        label if label not in labels[:k] else f"{label}#{labels[:k].count(label) + 1}"
        for k, label in enumerate(labels)
    ]


def write(foreign: Foreign, path: Path) -> None:
    """One header, then one row per sample."""
    labels = time_labels(foreign.time)
    curves = [
        f"{part}_{k}@{label}"
        for k in range(len(foreign.settings))
        for part in ("re", "im")
        for label in labels
    ]
    fields = {
        f"{name}@{k}": value
        for k, setting in enumerate(foreign.settings)
        for name, value in setting.items()
    }
    names = (
        [*foreign.parameters, "preset", *fields, *curves]
        if foreign.preset
        else [*foreign.parameters, *fields, *curves]
    )
    with path.open("wb") as file:
        write_rows(
            file,
            (
                _batch(foreign, fields, slice(k, k + ROWS), names)
                for k in range(0, len(foreign), ROWS)
            ),
            ",",
            names,
        )


def _batch(
    foreign: Foreign, fields: dict[str, float], rows: slice, names: list[str]
) -> pa.RecordBatch:
    frame, curves = foreign.parameters.iloc[rows], foreign.signals[rows]
    columns = [pa.array(frame[name].tolist()) for name in frame]
    columns += [pa.array([written_name(foreign.preset)] * len(frame))] if foreign.preset else []
    columns += [pa.array(np.full(len(frame), float(value))) for value in fields.values()]
    columns += [
        pa.array(np.ascontiguousarray(part[:, k, j]))
        for k in range(curves.shape[1])
        for part in (curves.real, curves.imag)
        for j in range(curves.shape[2])
    ]
    return pa.RecordBatch.from_arrays(columns, [str(k) for k in range(len(names))])


FORMAT = Format(
    "csv_wide",
    "CSV, one row per sample",
    "A header, then one row per sample: parameters, preset, settings (angle_2@0, ...), the points "
    "re_0@t, im_0@t (t in µs).",
    "one .csv file",
    sniff,
    read,
    write,
    check=lambda foreign: ["Mz is left out."] if foreign.mz is not None else [],
    ending=".csv",
)
