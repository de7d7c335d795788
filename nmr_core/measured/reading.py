"""Files -> measurements: which reader, what can be seen before, and what must be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles, open_measurement
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers import csv
from nmr_core.io.readers.registry import READERS
from nmr_core.io.units import TIME_UNITS, unit_in

SURE = 0.5
"""Confidence below which a file is not read without being told what it is."""
SHOWN = 6
"""Rows that are looked at before a file is accepted."""


@dataclass(frozen=True)
class Recognised:
    """kind: key in ``READERS``; confidence from 0 to 1; reason, for people."""

    kind: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class Peek:
    """What a file shows before it is read.

    kind, label, reason : the reader, and why
    columns, rows       : names of the columns ("1", "2", ... without a header) and the first rows as texts; [] for a vendor's
                          file
    guessed             : (time, re, im) by name, "" where there is none
    time_unit           : what the file says; None: it must be asked
    unit_reason         : why that, or what each unit would mean
    asks                : what must be asked: of "time_unit", "columns", "step"
    n_rows              : points, where known (0: not yet)
    notes               : sentences
    """

    kind: str
    label: str
    reason: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    guessed: tuple[str, str, str] = ("", "", "")
    time_unit: str | None = None
    unit_reason: str = ""
    asks: list[str] = field(default_factory=list)
    n_rows: int = 0
    notes: list[str] = field(default_factory=list)


def read_measurements(
    path: str | Path,
    *,
    kind: str | None = None,
    time_unit: str | None = None,
    columns: str | Sequence[str] | None = None,
    step: float | None = None,
    magnitude: bool | None = None,
) -> list[Measurement]:
    """The curves of a file, a vendor's folder, or a zip of it.

    kind      : key in ``READERS``; None: recognised by content
    time_unit : s, ms, us or ns, where the file does not say it
    columns   : (time, re, im) of a table by name or number from 1, "" where there is none; None: by their names
    step      : distance of the points in ``time_unit``, where no column holds times
    magnitude : whether a single channel is a magnitude; None: recognised

    InputError : one sentence: what is wrong, what it got, what to do
    """
    asked = ReadOptions.checked(time_unit, columns, step, magnitude)
    if kind is not None and kind not in READERS:
        raise InputError(
            f"There is no reader {str(kind)[:40]!r}; there are {', '.join(READERS)}. Leave it out to have "
            f"it recognised."
        )
    with open_measurement(path) as files:
        reader = READERS[kind or _recognised(files).kind]
        confidence, reason = reader.sniff(files)
        if not confidence:
            raise InputError(
                f"{files.name} is no {reader.label} measurement: {reason}. Leave out the kind to have it "
                f"recognised."
            )
        return reader.read(files, asked)


def sniff_measurement(path: str | Path) -> Recognised:
    """What the files at ``path`` are; :class:`InputError` if nothing fits."""
    with open_measurement(path) as files:
        return _recognised(files)


def _recognised(files: MeasurementFiles) -> Recognised:
    guesses = [Recognised(name, *reader.sniff(files)) for name, reader in READERS.items()]
    best = max(guesses, key=lambda guess: guess.confidence)
    if best.confidence < SURE:
        raise InputError(
            f"{files.name} is no measurement that can be read here. There are "
            f"{', '.join(reader.label for reader in READERS.values())}. Export the echo as CSV: time, Re, "
            f"Im."
        )
    return best


def peek(path: str | Path, *, kind: str | None = None) -> Peek:
    """What a file is and holds, and what must be asked before it is read; reads little of a table."""
    with open_measurement(path) as files:
        found = _recognised(files) if kind is None else Recognised(kind, 1.0, "as you wish")
        label = READERS[found.kind].label
        if found.kind == "csv":
            return _peek_table(files, found, label)
        return _peek_other(files, found, label)


def _peek_table(files: MeasurementFiles, found: Recognised, label: str) -> Peek:
    laid = csv.layout(files)
    if laid is None:
        raise InputError(
            f"{files.name} holds no table of numbers. Give a text file with one row per point: time, Re, Im."
        )
    numbers = csv.read_numbers(files, laid)
    names = laid.names or [str(k) for k in range(1, laid.n_columns + 1)]
    rows = [[f"{value:.6g}" for value in row] for row in numbers[:SHOWN]]
    picked, notes = csv.guess(laid.names, numbers)
    guessed = tuple("" if k is None else names[k] for k in picked)
    time = picked[0]
    unit = unit_in(laid.names[time]) if laid.names and time is not None else None
    asks = (
        ([] if picked[1] is not None else ["columns"])
        + (["step"] if picked[1] is not None and time is None else [])
        + ([] if unit else ["time_unit"])
    )
    return Peek(
        "csv",
        label,
        found.reason,
        names,
        rows,
        guessed,
        unit,
        _unit_reason(numbers, time, names, unit),
        asks,
        len(numbers),
        notes,
    )


def _unit_reason(numbers: np.ndarray, time: int | None, names: list[str], unit: str | None) -> str:
    if time is None:
        return "No column holds times: say how far apart the points are, and in which unit."
    if unit is not None:
        return f"The header says it: {names[time]}."
    span = abs(numbers[-1, time] - numbers[0, time])
    return (
        "Nothing says the unit. "
        + "; ".join(
            f"in {name} the measurement would be {by * span:.3g} µs long"
            for name, by in TIME_UNITS.items()
        )
        + "."
    )


def _peek_other(files: MeasurementFiles, found: Recognised, label: str) -> Peek:
    """A vendor's file says all by itself; arrays may have to be asked about."""
    try:
        measurements = READERS[found.kind].read(files, ReadOptions())
    except InputError as error:
        if not READERS[found.kind].asks:
            raise
        asks = ["time_unit"] if "unit" in str(error) else ["columns"]
        return Peek(found.kind, label, found.reason, unit_reason=str(error), asks=asks)
    first = measurements[0]
    rows = [
        [f"{t:.6g}", f"{value.real:.6g}", f"{value.imag:.6g}"]
        for t, value in zip(first.time[:SHOWN], first.signal[:SHOWN], strict=True)
    ]
    return Peek(
        found.kind,
        label,
        found.reason,
        ["time (µs)", "Re", "Im"],
        rows,
        ("time (µs)", "Re", "Im"),
        "us",
        f"The file says it: {first.unit}.",
        [],
        len(first),
        list(dict.fromkeys(note for measurement in measurements for note in measurement.notes)),
    )
