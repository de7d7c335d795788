"""Trees of arrays (HDF5, NumPy, MATLAB, Parquet) as measurements."""

from dataclasses import replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, Table, measurement_from
from nmr_core.io.trees import Leaf, Tree
from nmr_core.io.trees.choosing import chosen_records
from nmr_core.io.trees.columns import with_columns
from nmr_core.io.trees.facts import dwell_in, facts_of, swept
from nmr_core.io.trees.records import Record, find_records
from nmr_core.io.units import time_unit_in, unit_key

SHOWN = 4
"""Paths that a note lists."""


def measurements_from(
    tree: Tree, options: ReadOptions, files: MeasurementFiles, kind: str
) -> list[Measurement]:
    """Return the curves of a tree as measurements; only the chosen ones are read.

    Parameters
    ----------
    tree : Tree
        Arrays and values of the file.
    options : ReadOptions
        Columns, units, kind and numbers of the measurements.
    files : MeasurementFiles
        Files of the measurement.
    kind : str
        Key of the reader.
    """
    where = files.name
    needs_times = options.step is None
    notes = _skipped(tree, where)
    if options.columns is None:
        if needs_times:
            tree, table_notes = with_columns(tree)
            notes += table_notes
        records = find_records(tree, where, needs_times=needs_times)
    else:
        records = chosen_records(tree, options.columns, where, needs_times=needs_times)
    _check_pair(records, options, where)
    places = [(record, row) for record in records for row in range(record.n_rows)]
    numbers = options.chosen(len(places), where)
    measurements = []
    for number in numbers:
        record, row = places[number - 1]
        names = _label(record, row, records, where)
        one = _measurement(tree, record, row, options, names, kind, notes)
        measurements.append(replace(one, number=number))
    return measurements


def _check_pair(records: list[Record], options: ReadOptions, where: str) -> None:
    """Ask what two real curves in one array are."""
    [record] = records if len(records) == 1 else [None]
    if record is None or options.columns is not None or options.numbers is not None:
        return
    channels = record.channels
    if channels.kind == "one" and channels.first.is_real and record.n_rows == 2:
        path, time = channels.first.path, record.time.path if record.time else ""
        raise InputError(
            f"{where}: {channels.first.words} holds two real curves, which may be Re and Im or two "
            f"measurements. Choose the arrays {time},{path}[1],{path}[2], or measurement 1 or 2."
        )


def _skipped(tree: Tree, where: str) -> list[str]:
    """A note on what is no number."""
    if not tree.skipped:
        return []
    shown = ", ".join(tree.skipped[:SHOWN])
    more = len(tree.skipped) - SHOWN
    return [f"{where}: not read: {shown}{f' and {more:,} more' if more > 0 else ''}."]


def _label(record: Record, row: int, records: list[Record], where: str) -> str:
    """File, group or array, and number of the curve, as far as they are needed."""
    label = where
    if len(records) > 1:
        groups = [one.path for one in records]
        is_alone = bool(record.path) and groups.count(record.path) == 1
        label += f" {record.path if is_alone else record.channels.first.path}"
    return f"{label} {row + 1}" if record.n_rows > 1 else label


def _measurement(
    tree: Tree,
    record: Record,
    row: int,
    options: ReadOptions,
    name: str,
    kind: str,
    more: list[str],
) -> Measurement:
    """One curve of a record."""
    time = _times(record, row)
    step = None if time is not None or options.step is not None else dwell_in(tree, record)
    re_, im, magnitude = _channels(record, row)
    about, unit, fact_notes = facts_of(tree, record, time, options, name)
    about |= swept(tree, record, row)
    source = record.time.path if record.time else "none"
    if step is not None:
        source = f"the points times {step[0]:g} {step[1]}".strip()
    note = (
        f"The arrays were taken by their names: time = {source}, signal = {record.channels.words}."
    )
    notes = [note] if options.columns is None else []
    table = Table(
        time,
        re_,
        im,
        record.time.name if record.time else "",
        record.channels.first.name,
        [*notes, *record.notes, *fact_notes, *more],
        about,
        _unit(tree, record) or unit,
    )
    if step is not None:
        options = replace(options, step=step[0], time_unit=options.time_unit or _key(step[1]))
    if magnitude and options.magnitude is None:
        options = replace(options, magnitude=True)
    return measurement_from(table, options, name, kind)


def _unit(tree: Tree, record: Record) -> str | None:
    """Unit of the times, as the file gives it."""
    if record.time is None:
        return None
    if record.time.unit:
        return unit_key(record.time.unit)
    return time_unit_in(record.time.name) or tree.unit


def _key(unit: str) -> str | None:
    return unit_key(unit) if unit else None


def _times(record: Record, row: int) -> np.ndarray | None:
    if record.time is None:
        return None
    time = record.time.values
    if time.ndim == 2:
        return time[row]
    return time[: record.n_times]


def _channels(record: Record, row: int) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """(Re, Im or None, whether it is a magnitude) of one curve."""
    channels = record.channels
    curves = [_curve(part.values, record.axis, row) for part in channels.parts]
    if channels.kind == "pair":
        return curves[0].real, curves[1].real, False
    if channels.kind == "polar":
        angle = curves[1].real * _per_radian(channels.parts[1], curves[1].real)
        return curves[0].real * np.cos(angle), curves[0].real * np.sin(angle), False
    signal = curves[0]
    return signal.real, signal.imag if np.iscomplexobj(signal) else None, channels.magnitude


def _curve(values: np.ndarray, axis: int, row: int) -> np.ndarray:
    return np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis])[row]


def _per_radian(leaf: Leaf, phase: np.ndarray) -> float:
    """Radians per unit of a phase."""
    words = f"{leaf.unit} {leaf.name}".lower()
    if "deg" in words or "°" in words:
        return np.pi / 180
    if "rad" in words:
        return 1.0
    if np.abs(phase).max(initial=0) > 2 * np.pi + 0.1:
        return np.pi / 180
    raise InputError(
        f"{leaf.path} does not give the unit of its phases, degrees or radians. Write it into its "
        "name: phase_deg or phase_rad."
    )
