"""A text table of a file, read with one of its readings: numbers, roles, times."""

from dataclasses import dataclass, field, replace

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.tables.amplitudes import factors_of, no_amplitude, scaled
from nmr_core.io.tables.checks import check_groups, check_units
from nmr_core.io.tables.facts import Facts, facts_of
from nmr_core.io.tables.header import Header
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.lost import lost_channel
from nmr_core.io.tables.names import family_of, other_kind
from nmr_core.io.tables.numbers import Numbers, check_rows, numbers_of
from nmr_core.io.tables.parts import Part, parts_of
from nmr_core.io.tables.phases import phase_unit
from nmr_core.io.tables.roles import Pair, Roles, roles_of, with_units
from nmr_core.io.tables.scoring import alternatives, readings
from nmr_core.io.tables.text import Text, text_of
from nmr_core.io.text_options import TextOptions
from nmr_core.io.units import time_unit_in, unit_text

MAX_LISTED = 160


@dataclass(frozen=True, eq=False)
class TableFile:
    """A file with a table.

    Attributes
    ----------
    text : Text
    layouts : list of Layout
        Ways to read it that fit equally well and give different numbers; the first one is the best.
    options : TextOptions
        What was chosen.
    """

    text: Text
    layouts: list[Layout]
    options: TextOptions

    @property
    def layout(self) -> Layout:
        """Return the best reading."""
        return self.layouts[0]


def open_table(files: MeasurementFiles, options: TextOptions | None = None) -> TableFile | None:
    """Return the table of a file; None if it holds none.

    Parameters
    ----------
    files : MeasurementFiles
        Files of the measurement.
    options : TextOptions, optional
        What is not to be recognised.
    """
    options = options or TextOptions()
    if options not in files.memo:
        files.memo[options] = _open(files, options)
    return files.memo[options]


def _open(files: MeasurementFiles, options: TextOptions) -> TableFile | None:
    text = text_of(files)
    layouts = readings(text, options)
    if not layouts:
        return None
    alike = alternatives(layouts)
    named = _lines_above(text, layouts[0])
    decimal = facts_of(named).decimal
    agreeing = [layout for layout in alike if layout.style.decimal == decimal]
    return TableFile(text, agreeing or alike, options)


def _lines_above(text: Text, layout: Layout) -> list[str]:
    """The lines above the names of the columns, or above the rows."""
    first = layout.header_line or layout.first_line
    return [line for line, number in zip(text.lines, text.numbers, strict=True) if number < first]


@dataclass(frozen=True, eq=False)
class OpenTable:
    """Numbers of a table and what its columns are.

    Attributes
    ----------
    layout : Layout
    parts : list of Numbers
        Parts of the table, one below the other.
    roles : Roles
    facts : Facts
        What the lines above say.
    notes : list of str
    """

    layout: Layout
    parts: list[Numbers]
    roles: Roles
    facts: Facts
    notes: list[str] = field(default_factory=list)

    @property
    def values(self) -> np.ndarray:
        """Return the numbers of all parts, (n_rows, n_columns)."""
        return np.concatenate([part.values for part in self.parts])

    @property
    def has_step(self) -> bool:
        """Whether the times follow from a step in the file instead of a column."""
        time = self.roles.time
        if self.facts.step is None:
            return False
        return time is None or (
            other_kind(self.layout.labels[time]) == "index"
            or "sequence" in self.layout.labels[time].lower()
        )

    @property
    def time_unit(self) -> str | None:
        """Return the unit of the times; None if the file does not give it."""
        if self.has_step:
            return self.facts.unit
        if self.roles.time is None:
            return None
        units = self.parts[0].units[self.roles.time]
        return time_unit_in(self.layout.labels[self.roles.time]) or (
            unit_text(units) if units else self.facts.axis_unit or self._unit_of_program
        )

    @property
    def _unit_of_program(self) -> str | None:
        """Unit that a program uses without naming it."""
        return self.facts.unit if self.facts.step is None or self.facts.notes else None


def read_table(table: TableFile, layout: Layout, name: str, options: ReadOptions) -> OpenTable:
    """Return the numbers of a table and what its columns are.

    Parameters
    ----------
    table : TableFile
        File with a table.
    layout : Layout
        One of its readings.
    name : str
        Of the file, for messages.
    options : ReadOptions
        Columns, where they are chosen.

    Raises
    ------
    InputError
        For rows of another length, and for columns that do not exist.
    """
    found = parts_of(table.text, layout, name, table.options.header_line or 0)
    parts = [_numbers(part, layout, name) for part in found.parts]
    header = Header(layout.names, layout.behind, layout.header_line)
    facts = facts_of(_lines_above(table.text, layout), header)
    notes = [_style_note(layout), *found.notes] if _style_note(layout) else found.notes
    n_rows = sum(len(part.values) for part in parts)
    if facts.n_points and n_rows % facts.n_points:
        notes = [
            *notes,
            f"The lines above the table give {facts.n_points:,} points; it has {n_rows:,} rows.",
        ]
    if options.columns is not None:
        roles = _chosen_roles(options, layout, name)
    else:
        roles = roles_of(layout.names, parts[0].values, list(parts[0].units))
        if layout.n_names:
            roles = Roles(question=_another_header(layout))
        labels = layout.names or [""] * layout.n_columns
        question = lost_channel(roles, labels, _unreadable(parts[0], layout))
        if question and _needs_signal(roles):
            roles = Roles(roles.time, question=question)
    check_groups(layout, roles, table.options, name)
    labels = with_units(layout.names, parts[0].units)
    question = no_amplitude(roles, labels)
    if question:
        return OpenTable(layout, parts, Roles(roles.time, question=question), facts, notes)
    check_units(parts, roles.used, name)
    factors, changes = factors_of(roles, labels, name)
    parts = [replace(part, values=scaled(part.values, factors)) for part in parts]
    notes = [*notes, *changes]
    return OpenTable(layout, parts, roles, facts, notes)


def _numbers(part: Part, layout: Layout, name: str) -> Numbers:
    check_rows(len(part.lines), name)
    if part.values is not None:
        return Numbers(part.values, ("",) * layout.n_columns, {})
    numbers = numbers_of(part.lines, layout, name, part.first_row)
    numbers.values[:, list(layout.texts)] = np.nan
    return numbers


def _needs_signal(roles: Roles) -> bool:
    """Whether a column that cannot be read may be what is wanting."""
    return bool(roles.signals) or roles.time is not None


def _unreadable(part: Numbers, layout: Layout) -> dict[int, tuple[int, str]]:
    """Columns without any number -> (row, first cell); without cells: left out."""
    first = layout.rows[0] if layout.rows else ()
    return {
        k: part.wrong.get(k, (1, first[k]))
        for k in range(min(layout.n_columns, len(first)))
        if np.isnan(part.values[:, k]).all()
        and (k in part.wrong or first[k])
        and (layout.names or layout.kinds[k] != "empty")
    }


def _another_header(layout: Layout) -> str:
    """What may be wrong where there are not as many names as columns."""
    reason = f"the line above them has {layout.n_names} names"
    if layout.separator == "," and 2 * layout.n_names == layout.n_columns:
        return (
            f"{reason}: the comma may be both the separator and the decimal sign, which cannot be "
            "read; export the file with semicolons or tabs"
        )
    return reason


def _style_note(layout: Layout) -> str:
    """How the numbers are written, if that is not the usual way; else ""."""
    if layout.style.decimal == "." and not layout.grouped:
        return ""
    groups = " and digit groups" if layout.grouped else ""
    return f"The numbers are read with {layout.style.words}s{groups}."


def _chosen_roles(options: ReadOptions, layout: Layout, name: str) -> Roles:
    """The roles that were chosen."""
    time, re, im = (
        _index(column, layout, name) for column in [*(options.columns or ()), "", ""][:3]
    )
    phase = ""
    if re is not None and im is not None:
        first, second = (family_of(layout.labels[k]) for k in (re, im))
        polar = [mark.place for mark in (*first, *second) if mark.family == "mag/phase"]
        if polar == [0, 1] and not {mark.family for mark in second} & {"re/im", "i/q", "x/y"}:
            phase = phase_unit(layout.labels[im]) or "?"
    return Roles(time, [Pair(re if re is not None else 0, im, phase)])


def _index(column: str, layout: Layout, name: str) -> int | None:
    """Index of a column by its name or its number from 1; None for ""."""
    if not column:
        return None
    if column in layout.names:
        return layout.names.index(column)
    if column.isdigit() and 1 <= int(column) <= layout.n_columns:
        return int(column) - 1
    listed = ", ".join(layout.names) or f"1 to {layout.n_columns}"
    raise InputError(
        f"{name} has no column {column[:40]!r}; it has {listed[:MAX_LISTED]}. Choose one of them, "
        "by name or number."
    )
