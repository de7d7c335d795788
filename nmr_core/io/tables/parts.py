"""The rows of a table: all of them, in parts where headers stand between; no row is lost."""

from dataclasses import dataclass, field

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.measurement import MIN_POINTS
from nmr_core.io.tables.beginning import ROWS, cells_of
from nmr_core.io.tables.grammar import COMMA, POINT, read_number
from nmr_core.io.tables.header import NAMES_ABOVE
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.numbers import another_width, plain_numbers
from nmr_core.io.tables.text import Text
from nmr_core.io.text_options import SEPARATORS


@dataclass(frozen=True, eq=False)
class Part:
    """Rows one below the other.

    Attributes
    ----------
    lines : list of str
    first_row : int
        Number of the first of them in the table, from 1.
    first_line : int
        Number of its line in the file.
    values : float (n_rows, n_columns), optional
        Their numbers, if they are plain.
    """

    lines: list[str]
    first_row: int = 1
    first_line: int = 1
    values: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Parts:
    """All parts of a table.

    Attributes
    ----------
    parts : list of Part
    notes : list of str
        What stands between and below them and is not read.
    """

    parts: list[Part]
    notes: list[str] = field(default_factory=list)


def parts_of(text: Text, layout: Layout, name: str, below: int = 0) -> Parts:
    """Return the rows of a table.

    Parameters
    ----------
    text : Text
        Lines of the file.
    layout : Layout
        How the table is written.
    name : str
        Of the file, for messages.
    below : int
        Number of the header line, where it is given; rows stand below it.

    Raises
    ------
    InputError
        For a line among the rows that has numbers, but not as many as the others, and for rows with
        another separator.

    Notes
    -----
    The header again, or a text with another number of cells, ends a part; comments and empty lines
    do not. Parts too short for an echo are left out if there is a longer one.
    """
    lines, numbers = text.plain(below)
    main = numbers.index(layout.first_line)
    headers = {line.strip() for line in lines[max(0, main - NAMES_ABOVE) : main]}
    start = _first(lines, layout, main)
    _check_above(lines, numbers, start, layout, name)
    plain = plain_numbers(lines[main:], layout) if start == main else None
    if plain is not None:
        return Parts([Part(lines[main:], 1, layout.first_line, plain)])
    parts: list[Part] = []
    rows: list[str] = []
    ignored: list[int] = []
    row = first_row = first_line = 1
    for line, number in zip(lines[start:], numbers[start:], strict=True):
        cells = layout.cells(line)
        shape = _shape(cells, layout)
        if shape == "text" and len(cells) == layout.n_columns and rows:
            shape = "header" if line.strip() in headers else "row"
        if shape == "broken":
            raise another_width(name, row, len(cells), layout.n_columns)
        if shape == "row":
            if not rows:
                first_row, first_line = row, number
            rows.append(line)
            row += 1
            continue
        separator = _other_separator(line, layout)
        if separator:
            raise another_separator(name, number, separator, layout)
        ignored.append(number)
        if rows:
            parts.append(Part(rows, first_row, first_line))
            rows = []
    if rows:
        parts.append(Part(rows, first_row, first_line))
    return Parts(*_long_enough(parts, ignored))


def _check_above(
    lines: list[str], numbers: list[int], start: int, layout: Layout, name: str
) -> None:
    """Raise where rows with another separator stand directly above the rows."""
    above = range(max(0, start - ROWS), start)
    separators = {_other_separator(lines[place], layout) for place in above}
    if len(above) == ROWS and len(separators) == 1 and "" not in separators:
        raise another_separator(name, numbers[start], layout.separator, layout, separators.pop())


def _other_separator(line: str, layout: Layout) -> str:
    """The separator with which a line is a row of as many numbers; "" if there is none."""
    if layout.n_columns < 2:
        return ""
    for separator in SEPARATORS:
        if separator == layout.separator:
            continue
        cells = cells_of(line, separator)
        if len(cells) == layout.n_columns and all(map(_is_number, cells)):
            return separator
    return ""


def _is_number(cell: str) -> bool:
    return any(read_number(cell, style) is not None for style in (POINT, COMMA))


def another_separator(
    name: str, line: int, separator: str, layout: Layout, before: str = ""
) -> InputError:
    """Return the error for rows whose separator changes.

    Parameters
    ----------
    name : str
        Of the file.
    line : int
        Number of the first line with the other separator.
    separator : str
        The separator from there on.
    layout : Layout
        How the table is written.
    before : str
        Separator above that line; default: that of the table.
    """
    words = SEPARATORS[before or layout.separator], SEPARATORS[separator]
    return InputError(
        f"{name}: the separator changes from {words[0]} to {words[1]} in line {line:,}. Write all "
        "rows with one separator."
    )


def _shape(cells: list[str], layout: Layout) -> str:
    """Whether a line is a row, a broken row (numbers, but another count of them), or a text."""
    n_numbers = sum(bool(cell) and layout.number(cell) is not None for cell in cells)
    if len(cells) == layout.n_columns and (n_numbers or not any(cells)):
        return "row"
    return "broken" if n_numbers and 2 * n_numbers >= len(cells) else "text"


def _first(lines: list[str], layout: Layout, main: int) -> int:
    """Index of the first row: of the longest run, or of a part or a broken row above it."""
    first = main
    if main > 1 and len(layout.cells(lines[main - 1])) > 1:
        shapes = [_shape(layout.cells(lines[main - k]), layout) for k in (1, 2)]
        is_below_names = len(layout.cells(lines[main - 2])) == layout.n_columns
        if shapes[0] == "broken" and (shapes[1] == "row" or is_below_names):
            first = main - 2 if shapes[1] == "row" else main - 1
    run = 0
    for place in range(main - 1, -1, -1):
        cells = layout.cells(lines[place])
        is_row = len(cells) == layout.n_columns and _shape(cells, layout) == "row"
        run = run + 1 if is_row else 0
        if run >= MIN_POINTS:
            first = min(first, place)
    return first


def _long_enough(parts: list[Part], ignored: list[int]) -> tuple[list[Part], list[str]]:
    """The parts that may be an echo, and notes on what is left out."""
    notes = []
    longest = max(len(part.lines) for part in parts)
    if longest >= MIN_POINTS:
        short = [part for part in parts if len(part.lines) < MIN_POINTS]
        parts = [part for part in parts if len(part.lines) >= MIN_POINTS]
        for part in short[:3]:
            last = part.first_line + len(part.lines) - 1
            notes.append(f"Not read: {len(part.lines)} rows, lines {part.first_line} to {last}.")
    if ignored:
        shown = ", ".join(map(str, ignored[:5])) + (", ..." if len(ignored) > 5 else "")
        word = "line" if len(ignored) == 1 else "lines"
        notes.append(f"Not read, as it holds no row of numbers: {word} {shown}.")
    return parts, notes
