"""A table of numbers as text: any separator, any columns, whatever stands above it."""

from dataclasses import replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, Table, measurement_from
from nmr_core.io.readers._reader import Reader
from nmr_core.io.tables.beginning import ROWS
from nmr_core.io.tables.checks import check_cells, check_step
from nmr_core.io.tables.curves import Curve, curves_of
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.questions import ambiguous, unclear_columns
from nmr_core.io.tables.rounded import restored
from nmr_core.io.tables.table import (
    OpenTable,
    TableFile,
    open_table,
    read_table,
)
from nmr_core.io.tables.times import check_times, gap, polar
from nmr_core.io.text_options import TextOptions


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a text table of numbers, and the reason."""
    if files.source.single is None:
        return 0.0, "no single file"
    table = open_table(files)
    if table is None:
        return 0.0, "no table of numbers"
    return 0.6, f"a text table, {described(table.layout)}"


def described(layout: Layout) -> str:
    """Return the columns and the way of writing, in words."""
    columns = f"{layout.n_columns} columns without names"
    if layout.names:
        columns = f"columns {', '.join(layout.names)[:60]}"
    return f"{columns}, {layout.words}"


def opened(files: MeasurementFiles, text: TextOptions) -> TableFile:
    """Return the table of a file.

    Raises
    ------
    InputError
        If there is none, or none that is written as chosen.
    """
    table = open_table(files, text)
    if table is None:
        raise InputError(no_table(files.name, text))
    return table


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return one measurement, or one per curve of a table that holds several."""
    found = opened(files, options.text)
    if len(found.layouts) > 1:
        raise ambiguous(files.name, found.layouts)
    table = read_table(found, found.layout, files.name, options)
    if table.roles.question or not table.roles.signals:
        raise unclear_columns(files.name, table)
    check_cells(table.parts, table.roles, files.name)
    if options.time_unit is None and options.step is None:
        _check_step(table, files.name)
    numbers, curves, n_curves = curves_of(table, files.name, options.chosen)
    names = [f"{files.name} {k}" if n_curves > 1 else files.name for k in numbers]
    return [
        replace(_measurement(table, curve, options, name), number=number)
        for number, curve, name in zip(numbers, curves, names, strict=True)
    ]


def _check_step(table: OpenTable, name: str) -> None:
    """Raise where the lines above a table contradict each other or its times."""
    column = None if table.has_step else table.roles.time
    if column is None and not table.has_step:
        return
    time = None if column is None else table.parts[0].values[:, column].real
    label = "" if column is None else table.layout.labels[column]
    check_step(table.facts, time, label, table.time_unit, name)


def _measurement(table: OpenTable, curve: Curve, options: ReadOptions, name: str) -> Measurement:
    """One curve of a table as a measurement."""
    labels, roles = table.layout.labels, table.roles
    unit = options.time_unit or table.time_unit
    notes = [*roles.notes, *table.notes, *([curve.note] if curve.note else [])]
    values = curve.values
    time = None if roles.time is None or options.step is not None else values[:, roles.time].real
    if options.step is None and table.has_step and table.facts.step is not None:
        time = (table.facts.start or 0.0) + table.facts.step * np.arange(len(values))
        notes += table.facts.notes
    elif time is not None:
        time, note = restored(time, name, unit or "units")
        notes += [note] if note else []
        check_times(time, name)
        hole = gap(time, name)
        notes += [hole] if hole else []
    pair = curve.pair
    re = values[:, pair.re]
    im = None if pair.im is None else values[:, pair.im].real
    if np.iscomplexobj(re) and pair.im is None:
        re, im = re.real, re.imag
    re = re.real
    if pair.phase and im is not None:
        re, im, note = polar(re, im, pair.phase, labels[pair.im or 0], name)
        notes.append(note)
    return measurement_from(
        Table(
            time,
            re,
            im,
            "" if roles.time is None else labels[roles.time],
            labels[pair.re],
            notes,
            table.facts.about | curve.about,
            unit=table.time_unit,
        ),
        options,
        name,
        "csv",
    )


def no_table(name: str, text: TextOptions) -> str:
    """Say that a file holds no table, written as it should be if that was chosen."""
    if text.chosen:
        return (
            f"{name} holds no table of numbers that is written like this. Choose another "
            "separator, decimal sign or header line."
        )
    return (
        f"{name} holds no table of numbers: no {ROWS} rows of equally many numbers stand below "
        "each other. Give a text file with one row per point: time, Re, Im."
    )


READER = Reader(
    "csv",
    "Text table (CSV)",
    "one text file, one row per point: time, Re, Im",
    sniff,
    read,
    asks=True,
)
