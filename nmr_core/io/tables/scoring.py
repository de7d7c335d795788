"""All ways to read a table, and how well each of them fits the rows.

The score of a reading is

    rows / most rows x (numbers / cells + .3 header + .2 one way - .5 mixed - odd),

where *header* is 1 if the line above has a name per column, *one way* if a column only rises or
only falls, *mixed* if a column of numbers holds cells that are none, and *odd* the fraction of
columns with numbers that such a writer would not write. Two readings that give different numbers
and differ by less than :data:`ALIKE` are alike: then it is asked.
"""

from dataclasses import replace

import numpy as np

from nmr_core.io.tables.beginning import Run, cells_of, runs_of, widths_of
from nmr_core.io.tables.column import SampledColumn, sampled
from nmr_core.io.tables.grammar import NumberStyle, style_of
from nmr_core.io.tables.header import Header, header_of
from nmr_core.io.tables.layout import Layout
from nmr_core.io.tables.names import is_time_name
from nmr_core.io.tables.splitting import SEPARATORS
from nmr_core.io.tables.text import Text
from nmr_core.io.text_options import TextOptions

SAMPLED = 1500
"""Rows that are read to decide, from everywhere in the table."""
ALIKE = 0.1
HEADER, ONE_WAY, MIXED = 0.3, 0.2, 0.5
TOP = 40
"""Lines at the top of a run among which the first row is looked for."""
FEWEST_NUMBERS = 2
"""Columns of numbers beside columns of texts."""
SHOWN = 3


def readings(text: Text, options: TextOptions) -> list[Layout]:
    """Return the ways to read the table of a text, the best first; [] if there is no table.

    Parameters
    ----------
    text : Text
        Lines of the file.
    options : TextOptions
        What is not to be recognised.
    """
    lines, numbers = text.plain(below=options.header_line or 0)
    layouts: list[tuple[int, Layout]] = []
    for separator in SEPARATORS:
        if options.separator not in (None, separator):
            continue
        if not any(separator.strip(" ") in line for line in lines):
            continue
        fewest = 1 if separator == " " else 2
        for run in runs_of(widths_of(lines, separator), fewest):
            for style in _styles(options):
                layout = _layout(text, lines, numbers, run, separator, style, options)
                if layout is not None:
                    layouts.append((len(run), layout))
    most = max((n for n, _ in layouts), default=1)
    scored = [replace(layout, score=layout.score * n / most) for n, layout in layouts]
    return sorted(scored, key=lambda layout: -layout.score)


def alternatives(layouts: list[Layout]) -> list[Layout]:
    """Return the readings that fit as well as the best, itself first, with other numbers each."""
    alike: list[Layout] = []
    for layout in layouts:
        if layout.score <= layouts[0].score - ALIKE:
            break
        if not any(layout.same_numbers(other) for other in alike):
            alike.append(layout)
    return alike


def _styles(options: TextOptions) -> list[NumberStyle]:
    """The styles that are tried."""
    return [style_of(sign, options.group) for sign in ".," if options.decimal in (None, sign)]


def _layout(
    text: Text,
    lines: list[str],
    numbers: list[int],
    run: Run,
    separator: str,
    style: NumberStyle,
    options: TextOptions,
) -> Layout | None:
    """A run of lines read in one style; None if it holds no table."""
    places = np.unique(np.linspace(run.first, run.last - 1, min(len(run), SAMPLED)).astype(int))
    cells = [cells_of(lines[place], separator) for place in places]
    if style.decimal in separator and separator == "," and '"' not in lines[run.last - 1]:
        return None
    # Quotation marks that a line lacks: its rows are none
    if len({len(row) for row in cells}) > 1:
        return None
    columns = [sampled(column, style) for column in zip(*cells, strict=True)]
    # Columns without any cell at the right end are none
    while columns and columns[-1].kind == "empty":
        columns.pop()
    kinds = tuple(column.kind for column in columns)
    if "number" not in kinds:
        return None
    first = _first_row(lines, run, separator, style, kinds)
    # Names and units above the first row have the same number of cells
    cells = [row[: len(kinds)] for row, place in zip(cells, places, strict=True) if place >= first]
    columns = [sampled(column, style) for column in zip(*cells, strict=True)]
    kinds = tuple(column.kind for column in columns)
    if "number" not in kinds:
        return None
    is_indexed = len(columns[0].numbers) > 1 and _counts(columns[0])
    header = header_of(text, numbers[first], (len(kinds), is_indexed), separator, options)
    may_hold_texts = header.names and separator != " " and kinds.count("number") >= FEWEST_NUMBERS
    if "text" in kinds and not may_hold_texts:
        return None
    width = max(len(columns), 1)
    rows = tuple(tuple(cells_of(line, separator)[:width]) for line in lines[first : first + SHOWN])
    return Layout(
        separator,
        style,
        numbers[first],
        header.names,
        kinds,
        header.behind,
        _score(columns, header),
        np.column_stack([column.values for column in columns]),
        rows,
        any(column.n_grouped for column in columns),
        header.line,
        header.n_names,
        {k: column.doubt for k, column in enumerate(columns) if column.doubt},
    )


def _first_row(
    lines: list[str], run: Run, separator: str, style: NumberStyle, kinds: tuple[str, ...]
) -> int:
    """Index of the first line of a run that is a row.

    That is the first one with numbers in all columns of numbers, or one above it with numbers in
    half of them that stands below a line without any: a row with an error, below the header.
    """
    numeric = [k for k, kind in enumerate(kinds) if kind == "number"]
    is_below_names = False
    for place in range(run.first, min(run.first + TOP, run.last)):
        cells = cells_of(lines[place], separator)
        found = [sampled([cells[k]], style) for k in numeric]
        n_right = sum(column.kind == "number" for column in found)
        n_filled = sum(column.kind != "empty" for column in found)
        if n_filled and n_right == n_filled:
            return place
        if is_below_names and 2 * n_right >= len(numeric):
            return place
        is_below_names = is_below_names or not n_right
    return run.first


def _score(columns: list[SampledColumn], header: Header) -> float:
    """How well columns fit, without the number of their rows."""
    filled = [column for column in columns if column.kind != "empty"]
    numeric = [column for column in filled if column.kind == "number"]
    n_cells = sum(len(column.numbers) for column in filled)
    n_numbers = sum(sum(cell is not None for cell in column.numbers) for column in numeric)
    mixed = any(column.wrong for column in numeric)
    odd = sum(column.n_padded > 0 for column in numeric) / len(filled)
    if any(column.n_grouped for column in numeric) and any(column.n_long for column in numeric):
        odd += 0.5
    # Of columns with names, the times have to run one way
    times = [k for k, name in enumerate(header.names) if is_time_name(name)]
    times = [k for k in times if columns[k].kind == "number"]
    candidates = [columns[k] for k in times] or numeric
    one_way = any(_runs_one_way(column.values) for column in candidates)
    return (
        n_numbers / n_cells + HEADER * bool(header.names) + ONE_WAY * one_way - MIXED * mixed - odd
    )


def _counts(column: SampledColumn) -> bool:
    """Whether the first rows of a column are numbered."""
    values = column.values[:2]
    return not np.iscomplexobj(values) and values.tolist() in ([0.0, 1.0], [1.0, 2.0])


def _runs_one_way(values: np.ndarray) -> bool:
    """Whether numbers only rise or only fall."""
    if np.iscomplexobj(values) or len(values) < 3:
        return False
    steps = np.diff(values)
    return bool((steps > 0).all() or (steps < 0).all())
