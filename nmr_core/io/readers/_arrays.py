"""Trees of arrays (HDF5, NumPy, MATLAB, Parquet) as measurements."""

from bisect import bisect_left
from collections import Counter
from dataclasses import replace
from itertools import accumulate

import numpy as np

from nmr_core.errors import DamagedError, InputError, printable
from nmr_core.io.measurement import MAX_POINTS, Measurement, TooLongError
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, Table, measurement_from
from nmr_core.io.trees import Leaf, Tree
from nmr_core.io.trees.choosing import chosen_records
from nmr_core.io.trees.columns import with_columns
from nmr_core.io.trees.contradictions import check_unit, other_step
from nmr_core.io.trees.facts import facts_of, steps_in, swept, time_unit_of
from nmr_core.io.trees.names import parsed
from nmr_core.io.trees.records import Record, find_records, split_where_times_restart
from nmr_core.io.units import unit_text

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
    _check_pairs(records, options, where)
    if len(records) == 1:
        records = [split_where_times_restart(records[0], where)]
    # A damaged file may claim more rows than could be counted one by one
    ends = list(accumulate(record.n_rows for record in records))
    numbers = options.chosen(ends[-1], where)
    per_group = Counter(record.path for record in records)
    measurements: list[Measurement] = []
    problems: list[InputError] = []
    for number in numbers:
        group = bisect_left(ends, number)
        record = records[group]
        row = number - 1 - ends[group] + record.n_rows
        name = _label(record, row, per_group, where)
        try:
            one = _measurement(tree, record, row, options, name, kind, notes)
        except DamagedError:
            raise
        except InputError as problem:
            if options.numbers is not None:
                raise
            problems.append(problem)
            continue
        measurements.append(replace(one, number=number))
    if not measurements:
        raise problems[0]
    if problems:
        for one in measurements:
            one.notes.append(
                f"{where}: {len(problems):,} of {len(numbers):,} measurements are left out. "
                f"{problems[0]}"
            )
    return measurements


def _check_pairs(records: list[Record], options: ReadOptions, where: str) -> None:
    """Ask what pairs of real curves in one array are."""
    if options.columns is not None or options.numbers is not None:
        return
    for record in records:
        channels = record.channels
        others = [n for k, n in enumerate(channels.first.lengths) if k != record.axis]
        if channels.kind != "one" or not channels.first.is_real or 2 not in others:
            continue
        path, time = channels.first.path, record.time.path if record.time else ""
        raise InputError(
            f"{where}: {channels.first.words} holds pairs of real curves, which may be Re and Im "
            f"or two measurements. Choose the arrays {time},{path}[1],{path}[2], or measurements "
            "by their numbers."
        )


def _skipped(tree: Tree, where: str) -> list[str]:
    """A note on what is no number."""
    if not tree.skipped:
        return []
    shown = printable(", ".join(tree.skipped[:SHOWN]))
    more = len(tree.skipped) - SHOWN
    return [f"{where}: not read: {shown}{f' and {more:,} more' if more > 0 else ''}."]


def _label(record: Record, row: int, per_group: Counter[str], where: str) -> str:
    """File, group or array, and number of the curve, as far as they are needed."""
    label = where
    if per_group.total() > 1:
        is_alone = bool(record.path) and per_group[record.path] == 1
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
    if record.n_times > MAX_POINTS and not record.starts and options.most is None:
        raise TooLongError(
            f"{name} has {record.n_times:,} points, at most {MAX_POINTS:,} are read. Cut out one "
            "echo.",
            record.n_times,
        )
    time = _times(record, row)
    steps = None
    if time is None and options.step is None:
        steps = steps_in(tree, record)
        if steps is None:
            _check_skipped_times(tree, name)
    re_, im, magnitude = _channels(record, row)
    about, unit, fact_notes = facts_of(tree, record, time, options, name)
    about |= swept(tree, record, row)
    leaves = record.channels.parts if record.time is None else (record.time, *record.channels.parts)
    fact_notes += [tree.remarks[leaf.path] for leaf in leaves if leaf.path in tree.remarks]
    source = record.time.path if record.time else "none"
    given = time_unit_of(tree, record) or unit
    if record.time is not None and options.time_unit is None:
        check_unit(record.time, name)
    fact_notes += _step_notes(tree, record, time, options, given, name)
    if steps is not None:
        time = steps.first + np.arange(len(re_)) * steps.step
        given = unit_text(steps.unit) if steps.unit else None
        source = f"the points times {steps.step:g} {steps.unit}".strip()
    note = (
        f"The arrays were taken by their names: time = {source}, signal = {record.channels.words}."
    )
    notes = [note] if options.columns is None else []
    if options.most is not None:
        time = None if time is None else time[: options.most]
        re_, im = re_[: options.most], None if im is None else im[: options.most]
    time, re_, im, missing = _without_missing(record, time, re_, im, name)
    notes += missing
    table = Table(
        time,
        re_,
        im,
        record.time.name if record.time else "",
        record.channels.first.name,
        [*notes, *record.notes, *fact_notes, *more],
        about,
        given,
    )
    if magnitude and options.magnitude is None:
        options = replace(options, magnitude=True)
    return measurement_from(table, options, name, kind)


def _check_skipped_times(tree: Tree, name: str) -> None:
    """Name the times that the file has, but not as numbers."""
    for skipped in tree.skipped:
        path, _, what = skipped.rpartition(" (")
        if parsed(path.rpartition("/")[2]).role == "time":
            raise InputError(
                f"{name}: {printable(path[:80])} holds {what.rstrip(')')}, so it gives no times. "
                "Write them as numbers, or give the time between two points (step) and its unit."
            )


def _step_notes(
    tree: Tree,
    record: Record,
    time: np.ndarray | None,
    options: ReadOptions,
    unit: str | None,
    name: str,
) -> list[str]:
    """A note, or an error unless the arrays were chosen, where a value gives another step."""
    unit = options.time_unit or unit
    sentence = "" if time is None or unit is None else other_step(tree, record, time, unit)
    if sentence and options.columns is None:
        raise InputError(
            f"{name}: {sentence}. Choose the arrays of time and signal to use their times, or give "
            "the step that holds."
        )
    return [f"{name}: {sentence}; the times are used."] if sentence else []


def _without_missing(
    record: Record, time: np.ndarray | None, re_: np.ndarray, im: np.ndarray | None, name: str
) -> tuple[np.ndarray | None, np.ndarray, np.ndarray | None, list[str]]:
    """(times, Re, Im, notes) without the points that hold no value by the file's own mark."""
    marks = {part.missing for part in record.channels.parts if part.missing}
    bad = np.isnan(re_) if im is None else np.isnan(re_) | np.isnan(im)
    if not marks or not bad.any():
        return time, re_, im, []
    if time is None:
        raise InputError(
            f"{name}: {bad.sum():,} of {len(bad):,} points hold {', '.join(sorted(marks))}, which "
            "means that they were not measured. Write the times beside the points, or whole curves."
        )
    note = (
        f"{name}: {bad.sum():,} of {len(bad):,} points hold {', '.join(sorted(marks))}, which the "
        "file calls no value; they are left out."
    )
    return time[~bad], re_[~bad], None if im is None else im[~bad], [note]


def _times(record: Record, row: int) -> np.ndarray | None:
    if record.time is None:
        return None
    time = record.time.values
    return time[row] if time.ndim == 2 else time[record.part(row)]


def _channels(record: Record, row: int) -> tuple[np.ndarray, np.ndarray | None, bool]:
    """(Re, Im or None, whether it is a magnitude) of one curve."""
    channels = record.channels
    curves = [_curve(part, record, row) for part in channels.parts]
    if channels.kind == "pair":
        return curves[0].real, curves[1].real, False
    if channels.kind == "polar":
        angle = curves[1].real * _per_radian(channels.parts[1], curves[1].real)
        return curves[0].real * np.cos(angle), curves[0].real * np.sin(angle), False
    signal = curves[0]
    return signal.real, signal.imag if np.iscomplexobj(signal) else None, channels.magnitude


def _curve(leaf: Leaf, record: Record, row: int) -> np.ndarray:
    return leaf.values[record.part(row)] if record.starts else leaf.curve(record.axis, row)


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
