"""Read measured echoes from files: recognise the format, preview the content, read it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from nmr_core.errors import DamagedError, InputError
from nmr_core.io.measurement import Measurement, TooLongError
from nmr_core.io.measurement_files import MeasurementFiles, open_measurement
from nmr_core.io.options import ReadOptions, TooManyError, no_measurement
from nmr_core.io.readers import csv
from nmr_core.io.readers.registry import READERS
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.questions import ambiguous, unclear_columns, words_of
from nmr_core.io.tables.table import OpenTable, TableFile, read_table
from nmr_core.io.text_options import TextOptions
from nmr_core.io.units import TIME_UNITS, factor_of
from nmr_core.io.unknown import unknown

SURE = 0.5
"""Confidence below which a file is not read unless its format is given."""
CERTAIN = 0.9
"""Confidence of a format that is known by its first bytes or the names of its files."""
SHOWN = 6
"""Rows that a preview shows."""
MANY = 8
"""Names that a message lists, and notes that a preview shows."""
PREVIEWED = 1000
"""Points that are read for the preview of a measurement with too many."""


@dataclass(frozen=True)
class Recognised:
    """A format that files have.

    Attributes
    ----------
    kind : str
        Key in ``READERS``.
    confidence : float
        From 0 to 1.
    reason : str
    """

    kind: str
    confidence: float
    reason: str


@dataclass(frozen=True)
class TextReading:
    """One of several ways to read a text table.

    Attributes
    ----------
    words : str
        What sets it apart, such as "comma = thousands (21,344 is 21344)".
    text : TextOptions
        Options that choose it.
    columns : list of str
        Names of its columns; "1", "2", ... without a header.
    rows : list of list of str
        Its first rows as numbers.
    """

    words: str
    text: TextOptions
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Peek:
    """Preview of a file, and the options that it leaves open.

    Attributes
    ----------
    kind, label, reason : str
        The reader, its title, and why this one.
    columns : list of str
        Names of the columns; "1", "2", ... without a header.
    rows : list of list of str
        The first rows as texts; [] where the file shows none.
    guessed : tuple of str
        (time, re, im) by name, "" where there is none.
    time_unit : str, optional
        Unit of the times; None: the file does not give it.
    unit_reason : str
        Why that unit, or how long the measurement would be in each.
    asks : list of str
        What is open: of "reading", "time_unit", "columns", "step", "numbers" (more measurements
        than are read at once) and "length" (more points than are read).
    n_rows : int
        Points, where known.
    notes : list of str
    readings : list of TextReading
        Ways to read a text table, where several fit equally well and one has to be chosen; else [].
    text : TextOptions
        How a text table is written, as recognised or chosen.
    step, first : float, optional
        Time between two points and time of the first one, where the file gives them instead of a
        column, in ``time_unit``.
    """

    kind: str
    label: str
    reason: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    guessed: tuple[str, ...] = ("", "", "")
    time_unit: str | None = None
    unit_reason: str = ""
    asks: list[str] = field(default_factory=list)
    n_rows: int = 0
    notes: list[str] = field(default_factory=list)
    readings: list[TextReading] = field(default_factory=list)
    text: TextOptions = field(default_factory=TextOptions)
    step: float | None = None
    first: float | None = None


@np.errstate(all="ignore")  # what is returned is checked to be finite
def read_measurements(
    path: str | Path,
    *,
    kind: str | None = None,
    time_unit: str | None = None,
    columns: str | Sequence[str] | None = None,
    step: float | None = None,
    magnitude: bool | None = None,
    text: TextOptions | None = None,
    numbers: Sequence[int] | None = None,
    first: float | None = None,
) -> list[Measurement]:
    """Read the curves of a file, a vendor's folder, or a zip of it.

    Parameters
    ----------
    path : str or Path
        File, folder or zip archive.
    kind : str, optional
        Key in ``READERS``; default: recognised by content.
    time_unit : str, optional
        s, ms, us or ns, where the file does not give it.
    columns : str or sequence of str, optional
        (time, re, im) of a table by name or number from 1, "" where there is none; default: by
        their names.
    step : float, optional
        Time between two points in ``time_unit``, where no column holds times.
    magnitude : bool, optional
        Whether a single channel is a magnitude; default: recognised.
    text : TextOptions, optional
        Separator, decimal sign and header line of a text file; default: recognised.
    numbers : sequence of int, optional
        Which measurements of a file with several, from 1, in this order; default: all, at most 256.
    first : float, optional
        Time of the first point, in ``time_unit`` or the unit of the file; default: as in the file.

    Returns
    -------
    list of Measurement

    Raises
    ------
    InputError
        If the file cannot be read, or leaves something open that was not given.
    """
    options = ReadOptions.checked(time_unit, columns, step, magnitude, text, numbers, first)
    if kind is not None and kind not in READERS:
        raise InputError(
            f"There is no reader {str(kind)[:40]!r}; there are {', '.join(READERS)}. Leave it out "
            "to have the format recognised."
        )
    with open_measurement(path) as files:
        if kind is None:
            kind = "csv" if options.text.chosen else _recognised(files).kind
        reader = READERS[kind]
        confidence, reason = reader.sniff(files)
        if not confidence and not (kind == "csv" and options.text.chosen):
            raise InputError(
                f"{files.name} is no {reader.label} measurement: {reason}. Leave out the format to "
                "have it recognised."
            )
        return _chosen(reader.read(files, options), options, files.name)


def _chosen(measurements: list[Measurement], options: ReadOptions, name: str) -> list[Measurement]:
    """The measurements with the numbers that were chosen, in their order."""
    by_number = numbered(measurements)
    numbers = options.numbers or tuple(by_number)
    for number in numbers:
        if number not in by_number:
            raise no_measurement(number, list(by_number), name)
    return [_moved(replace(by_number[number], number=number), options) for number in numbers]


def _moved(measurement: Measurement, options: ReadOptions) -> Measurement:
    """The measurement with its first point at the time that was chosen."""
    if options.first is None:
        return measurement
    unit = options.time_unit or measurement.unit.replace("µs", "us")
    first = options.first * (factor_of(unit) or 1.0)
    time = measurement.time - measurement.time[0] + first
    note = f"The first point was put at {first:.6g} µs, as chosen."
    return replace(measurement, time=time, notes=[*measurement.notes, note])


def numbered(measurements: Sequence[Measurement]) -> dict[int, Measurement]:
    """Return measurements by their numbers in their file; of several files, by their places.

    Parameters
    ----------
    measurements : sequence of Measurement
        Of one file, or one after the other of several.
    """
    numbers = [one.number for one in measurements]
    if len(set(numbers)) < len(numbers):
        numbers = list(range(1, len(measurements) + 1))
    return dict(zip(numbers, measurements, strict=True))


def select_measurements(
    measurements: Sequence[Measurement], n: int, numbers: Sequence[int] | None = None
) -> list[Measurement]:
    """Return ``n`` measurements of a file.

    Parameters
    ----------
    measurements : sequence of Measurement
        Measured echoes of one sample.
    n : int
        How many a model takes.
    numbers : sequence of int, optional
        Which ones, as :func:`numbered` numbers them; needed where there are more than ``n``.

    Raises
    ------
    InputError
        For a number that does not exist, and where there are too many to choose without numbers.
    """
    by_number = numbered(measurements)
    if numbers is not None:
        for number in numbers:
            if number not in by_number:
                raise no_measurement(number, list(by_number), "the file")
        return [by_number[number] for number in numbers]
    if len(measurements) > n:
        first = list(by_number.items())[:MANY]
        listed = ", ".join(f"{number} = {one.name}" for number, one in first)
        more = ", ..." if len(measurements) > MANY else ""
        raise InputError(
            f"The file holds {len(measurements)} measurements ({listed}{more}); the run takes {n}. "
            "Choose which."
        )
    return list(measurements)


def sniff_measurement(path: str | Path) -> Recognised:
    """Return the reader that recognises the files at ``path``, and why.

    Raises
    ------
    InputError
        If no reader recognises them.
    """
    with open_measurement(path) as files:
        return _recognised(files)


def _recognised(files: MeasurementFiles) -> Recognised:
    by_signature = [name for name in READERS if name != "csv"]
    guesses = [Recognised(name, *READERS[name].sniff(files)) for name in by_signature]
    best = max(guesses, key=lambda guess: guess.confidence)
    if best.confidence >= CERTAIN:
        return best
    # A table is found by its rows, which takes seconds in a long file
    table = Recognised("csv", *READERS["csv"].sniff(files))
    best = max(table, best, key=lambda guess: guess.confidence)
    if best.confidence < SURE:
        raise unknown(files)
    return best


@np.errstate(all="ignore")  # what is returned is checked to be finite
def peek(path: str | Path, *, kind: str | None = None, text: TextOptions | None = None) -> Peek:
    """Return what a file shows, and what it leaves open, before it is read as a measurement.

    Parameters
    ----------
    path : str or Path
        File, folder or zip archive.
    kind : str, optional
        Key in ``READERS``; default: recognised by content.
    text : TextOptions, optional
        Separator, decimal sign and header line of a text file; default: recognised.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    """
    text = text or TextOptions()
    with open_measurement(path) as files:
        if text.chosen:
            kind = "csv"
        recognised = _recognised(files) if kind is None else Recognised(kind, 1.0, "as chosen")
        if recognised.kind == "csv":
            return _peek_table(files, recognised, text)
        return _peek_other(files, recognised)


def _peek_table(files: MeasurementFiles, recognised: Recognised, text: TextOptions) -> Peek:
    found = csv.opened(files, text)
    layout = found.layout
    reason = recognised.reason
    if reason == "as chosen":
        reason = f"{reason}, {layout.words}"
    if len(found.layouts) > 1:
        return Peek(
            "csv",
            READERS["csv"].label,
            reason,
            layout.labels,
            unit_reason=str(ambiguous(files.name, found.layouts)),
            asks=["reading"],
            n_rows=len(layout.sample),
            readings=[_reading(one, found) for one in found.layouts],
            text=layout.options(text.header_line),
        )
    table = read_table(found, layout, files.name, ReadOptions())
    roles, values = table.roles, table.values
    signal = roles.signals[0] if roles.signals else None
    asks = []
    if signal is None:
        asks.append("columns")
    elif roles.time is None and not table.has_step:
        asks.append("step")
    if table.time_unit is None:
        asks.append("time_unit")
    time = None if table.has_step else roles.time
    guessed = (time, None, None) if signal is None else (time, signal.re, signal.im)
    notes = [*roles.notes, *table.notes, *table.facts.notes * table.has_step]
    return Peek(
        "csv",
        READERS["csv"].label,
        reason,
        layout.labels,
        _shown(values, layout.rows),
        tuple("" if k is None else layout.labels[k] for k in guessed),
        table.time_unit,
        _unit_reason(files.name, table, values),
        asks,
        len(values),
        notes,
        text=layout.options(text.header_line),
        step=table.facts.step if table.has_step else None,
        first=table.facts.start if table.has_step else None,
    )


def _reading(layout: Layout, found: TableFile) -> TextReading:
    """One reading of a table with its first rows."""
    return TextReading(
        words_of(layout, found.layouts),
        layout.options(found.options.header_line),
        layout.labels,
        _shown(layout.sample, layout.rows),
    )


def _shown(values: np.ndarray, cells: Sequence[Sequence[str]]) -> list[list[str]]:
    """The first rows as texts; texts as they are written, as far as they are known."""
    rows = [[_text(value) for value in row] for row in values[:SHOWN]]
    for row, own in zip(rows, cells, strict=False):
        for k, cell in enumerate(own[: len(row)]):
            if row[k] == "nan":
                row[k] = cell[:30]
    return rows


def _text(value: complex) -> str:
    value = complex(value)
    return f"{value:.6g}" if value.imag else f"{value.real:.10g}"


def _unit_reason(name: str, table: OpenTable, values: np.ndarray) -> str:
    time = table.roles.time
    if table.roles.question or not table.roles.signals:
        return str(unclear_columns(name, table))
    if time is None and not table.has_step:
        return "No column holds times: give the time between two points, and its unit."
    if table.time_unit is not None:
        source = (
            "file" if time is None or table.has_step else f"header: {table.layout.labels[time]}"
        )
        return f"Unit of the {source}."
    if table.has_step or time is None:
        return "The file does not give the unit of its time between two points."
    span = abs(values[-1, time].real - values[0, time].real)
    lengths = "; ".join(
        f"in {unit} the measurement would be {factor * span:.3g} µs long"
        for unit, factor in TIME_UNITS.items()
    )
    return f"The file does not give the unit: {lengths}."


def _peek_other(files: MeasurementFiles, recognised: Recognised) -> Peek:
    """Preview of a vendor's file or of named arrays, which may leave unit or arrays open."""
    reader = READERS[recognised.kind]
    options = ReadOptions()
    asks: list[str] = []
    limits: list[str] = []
    n_points = 0
    measurements: list[Measurement] | None = None
    while measurements is None:
        try:
            measurements = reader.read(files, options)
        except TooManyError as error:
            asks.append("numbers")
            limits.append(str(error))
            options = replace(options, numbers=(error.first,))
        except TooLongError as error:
            if options.most is not None:
                return _closed(recognised, error, asks)
            asks.append("length")
            limits.append(str(error))
            n_points = error.n_points
            options = replace(options, most=PREVIEWED)
        except InputError as error:
            if not reader.asks or isinstance(error, DamagedError):
                raise
            asks.append("time_unit" if "unit" in str(error) else "columns")
            return _closed(recognised, error, asks)
    first = measurements[0]
    rows = [
        [f"{t:.6g}", f"{value.real:.6g}", f"{value.imag:.6g}"]
        for t, value in zip(first.time[:SHOWN], first.signal[:SHOWN], strict=True)
    ]
    return Peek(
        recognised.kind,
        reader.label,
        recognised.reason,
        ["time (µs)", "Re", "Im"],
        rows,
        ("time (µs)", "Re", "Im"),
        "us",
        f"Unit of the file: {first.unit}.",
        asks,
        n_points or len(first),
        [*limits, *_first_notes(measurements)],
    )


def _closed(recognised: Recognised, error: InputError, asks: list[str]) -> Peek:
    """Preview of a file that shows no rows before a question is answered."""
    return Peek(
        recognised.kind,
        READERS[recognised.kind].label,
        recognised.reason,
        unit_reason=str(error),
        asks=asks,
    )


def _first_notes(measurements: Sequence[Measurement]) -> list[str]:
    """The notes of all measurements, each once, as many as can be read."""
    notes = list(dict.fromkeys(note for one in measurements for note in one.notes))
    more = len(notes) - MANY
    return notes if more <= 0 else [*notes[:MANY], f"There are {more:,} more notes."]
