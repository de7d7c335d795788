"""A table of numbers as text: any separator, any columns, whatever stands above it."""

import csv as _csv
import re
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.lines import blocks, numbered_lines
from nmr_core.io.measurement import MAX_POINTS, Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import MAX_MEASUREMENTS, ReadOptions, Table, measurement_from
from nmr_core.io.readers._reader import Reader
from nmr_core.io.slow_numbers import is_number
from nmr_core.io.text_options import SEPARATORS, TextOptions

ROWS = 3
"""Rows of equally many numbers, one below the other, that begin a table."""
MAX_COLUMNS = 64
MAX_LINES = 400
"""Lines above a table."""
NAMES_ABOVE = 3
"""Lines above a table in which the names of its columns are looked for."""
COMMENTS = ("#", "%")
READINGS = ((";", "."), (",", "."), ("\t", "."), (" ", "."), (";", ","), ("\t", ","), (" ", ","))
"""(separator, decimal sign) in the order in which they are tried."""
_TIME = re.compile(
    r"^\W*(t|time|zeit|tau|delay|x)(?![a-z])|time|second|\b(s|ms|us|µs|ns)\b", re.IGNORECASE
)
_RE = re.compile(
    r"^\W*(re|real|in.?phase|i|x|ch(annel)?.?(1|a)|m_?x|signal|y|intensity|voltage|v|amplitude|"
    r"magnitude|mag|abs|\|)(?![a-z])|real|magnitude",
    re.IGNORECASE,
)
_X, _Y = (re.compile(rf"^\W*{sign}(?![a-z])", re.IGNORECASE) for sign in "xy")
_IM = re.compile(
    r"^\W*(im|imag|quad|q|ch(annel)?.?(2|b)|m_?y)(?![a-z])|imag|quadrature", re.IGNORECASE
)


@dataclass(frozen=True)
class Layout:
    """How a table is written.

    Attributes
    ----------
    separator : str
        Key of ``SEPARATORS``.
    decimal : str
        "." or ",".
    first_line : int
        Number of its first row in the file, from 1.
    names : list of str
        Names of the columns; [] where there are none.
    n_columns : int
    texts : tuple of int
        Columns that hold texts.
    """

    separator: str
    decimal: str
    first_line: int
    names: list[str]
    n_columns: int
    texts: tuple[int, ...] = ()

    def cells(self, line: str) -> list[str]:
        """Return the cells of one line, numbers with a decimal point."""
        cells = _split(line, self.separator)
        if len(cells) == self.n_columns + 1 and not cells[-1]:
            cells = cells[:-1]
        return [_with_point(cell, self.decimal) for cell in cells]

    @property
    def words(self) -> str:
        """How it is written, in words."""
        sign = "comma" if self.decimal == "," else "point"
        return f"separated by {SEPARATORS[self.separator]}, decimal {sign}"


def _split(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    return [cell.strip().strip('"') for cell in line.split(separator)]


def _with_point(cell: str, decimal: str) -> str:
    return cell.replace(",", ".") if decimal == "," else cell


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith(COMMENTS)


def layout(files: MeasurementFiles, text: TextOptions | None = None) -> Layout | None:
    """Return how the table of a file is written; None if there is none in its first 64 kB.

    Parameters
    ----------
    files : MeasurementFiles
        Files of the measurement.
    text : TextOptions, optional
        Separator, decimal sign and header line that are not to be recognised.

    Notes
    -----
    A table begins where :data:`ROWS` lines have equally many numbers. Columns of texts are allowed
    only where no reading makes all columns numbers. Comments are no rows and no header; one
    directly above the table may name its columns if a time and a signal are among them, as
    ``numpy.savetxt`` writes it.
    """
    if not files.source.single:
        return None
    text = text or TextOptions()
    numbered = numbered_lines(files.source, files.source.single)
    header = ""
    if text.header_line is not None:
        header = next((line for k, line in numbered if k == text.header_line), "")
    # Rows stand below the header line, where one is given
    rows = [
        (k, line)
        for k, line in numbered
        if not _is_comment(line) and (text.header_line is None or k > text.header_line)
    ]
    for with_texts in (False, True):
        for start in range(min(len(rows), MAX_LINES)):
            for separator, decimal in _readings(text):
                table = _table_at(rows[start : start + ROWS], separator, decimal)
                if table is None:
                    continue
                names = _names(numbered, table, header, text.header_line)
                if _acceptable(table, names, with_texts, rows[start : start + ROWS]):
                    return Layout(
                        separator, decimal, table.first_line, names, table.n_columns, table.texts
                    )
    return None


def _readings(text: TextOptions) -> list[tuple[str, str]]:
    """The (separator, decimal sign) that are tried."""
    return [
        (separator, decimal)
        for separator, decimal in READINGS
        if text.separator in (None, separator) and text.decimal in (None, decimal)
    ]


def _table_at(rows: list[tuple[int, str]], separator: str, decimal: str) -> Layout | None:
    """A table that begins with these rows, without names; None if they have different widths."""
    if len(rows) < ROWS:
        return None
    cells = [_split(line, separator) for _, line in rows]
    cells = [row[:-1] if len(row) > 1 and row[-1] == "" else row for row in cells]
    n = len(cells[0])
    if not 1 <= n <= MAX_COLUMNS or any(len(row) != n for row in cells):
        return None
    if n == 1 and separator != " ":
        return None
    numbers = [[is_number(_with_point(cell, decimal)) for cell in row] for row in cells]
    texts = tuple(j for j in range(n) if not all(row[j] for row in numbers))
    return Layout(separator, decimal, rows[0][0], [], n, texts)


def _acceptable(
    table: Layout, names: list[str], with_texts: bool, rows: list[tuple[int, str]]
) -> bool:
    """Whether the columns are all numbers, or some of them texts throughout below a header."""
    if not table.texts:
        return True
    if not with_texts or not names or table.separator == " ":
        return False
    if table.n_columns - len(table.texts) < 2:
        return False
    mixed = any(is_number(table.cells(line)[j]) for _, line in rows for j in table.texts)
    return not mixed


def _names(
    numbered: list[tuple[int, str]], table: Layout, header: str, header_line: int | None
) -> list[str]:
    """Names of the columns, from the header line or else from the nearest line above."""
    if header_line is not None:
        return _header_cells(header, table, (table.separator, ",", ";", "\t", "  ", " "))
    above = [line for k, line in numbered if k < table.first_line]
    plain = [line for line in above if not _is_comment(line)]
    for line in reversed(plain[-NAMES_ABOVE:]):
        cells = _header_cells(line, table, (table.separator, ",", ";", "\t", "  ", " "))
        if cells:
            return cells
    if above and _is_comment(above[-1]):
        own = (table.separator, "  ") if table.separator == " " else (table.separator,)
        for separator in own[::-1]:
            cells = _header_cells(above[-1], table, (separator,))
            if any(map(_TIME.search, cells)) and any(map(_RE.search, cells)):
                return cells
    return []


def _header_cells(line: str, table: Layout, separators: tuple[str, ...]) -> list[str]:
    """The cells of a header with one name per column, none of them a number; [] if it is none."""
    line = line.lstrip("#%!; ")
    for separator in dict.fromkeys(separators):
        if separator == " ":
            cells = line.split()
        elif separator == "  ":
            cells = re.split(r"\s{2,}", line.strip())
        else:
            try:
                cells = next(_csv.reader([line], delimiter=separator), [])
            except _csv.Error:
                continue
        cells = [cell.strip() for cell in cells]
        if len(cells) == table.n_columns + 1 and not cells[-1]:
            cells = cells[:-1]
        if len(cells) == table.n_columns and not any(map(_is_value, cells)):
            return cells
    return []


def _is_value(cell: str) -> bool:
    """Whether a cell is a number, with a point or a comma, so that it names no column."""
    return is_number(cell.replace(",", ".")) and cell.lower() not in ("nan", "inf")


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a text table of numbers, and the reason."""
    if files.source.single is None:
        return 0.0, "no single file"
    table = layout(files)
    if table is None:
        return 0.0, "no table of numbers"
    columns = f"{table.n_columns} columns without names"
    if table.names:
        columns = f"columns {', '.join(table.names)[:60]}"
    return 0.6, f"a text table, {columns}, {table.words}"


def guess_columns(names: list[str], numbers: np.ndarray) -> tuple[list[int | None], list[str]]:
    """Return which columns are time, Re and Im, by their names or by which of them runs one way.

    Parameters
    ----------
    names : list of str
        [] where there are none.
    numbers : float (n_rows, n_columns)
        Numbers of the table.

    Returns
    -------
    columns : [time, re, im]
        Indices; None where there is none, all None where it is open.
    notes : list of str
    """
    if names:
        columns = _columns_by_name(names)
        if columns[1] is not None:
            roles = zip(("time", "Re", "Im"), columns, strict=True)
            shown = ", ".join(f"{role} = {names[k]}" for role, k in roles if k is not None)
            return columns, [f"The columns were taken by their names: {shown}."]
    n = numbers.shape[1]
    steps = np.diff(numbers[:, 0])
    monotonic = n > 1 and bool((steps > 0).all() or (steps < 0).all())
    reason = "have no known names" if names else "have no names"
    if monotonic and n == 3:
        return [0, 1, 2], [
            f"The columns {reason}: the first one is monotonic and was taken as time, then Re and "
            "Im."
        ]
    if monotonic and n == 2:
        return [0, 1, None], [
            f"The columns {reason}: the first one is monotonic and was taken as time, then Re."
        ]
    if not monotonic and n == 2:
        return [None, 0, 1], ["No column is monotonic, as times are: they were taken as Re and Im."]
    if not monotonic and n == 1:
        return [None, 0, None], ["The column is not monotonic, as times are: it was taken as Re."]
    return [None, None, None], []


def _columns_by_name(names: list[str]) -> list[int | None]:
    numbered = list(enumerate(names))
    time = next((k for k, name in numbered if _TIME.search(name) and not _IM.search(name)), None)
    im = next((k for k, name in numbered if _IM.search(name) and k != time), None)
    re_ = next((k for k, name in numbered if _RE.search(name) and k not in (time, im)), None)
    if im is None and re_ is not None and _X.search(names[re_]):  # X and Y of a lock-in amplifier
        im = next((k for k, name in numbered if _Y.search(name)), None)
    return [time, re_, im]


def read_numbers(files: MeasurementFiles, table: Layout) -> np.ndarray:
    """Return the numbers of a table, float64 (n_rows, n_columns); columns of texts are NaN.

    Raises
    ------
    InputError
        With the row for what is no number and for a row of another length; for more than
        ``MAX_POINTS`` rows.
    """
    _check_lines(files)
    rows: list[list[float]] = []
    number = 0
    for block in blocks(files.source, files.source.only):
        for line in block.decode("utf-8", errors="replace").removesuffix("\n").split("\n"):
            number += 1
            if number < table.first_line or not line.strip() or _is_comment(line):
                continue
            rows.append(_row(table, line, files, len(rows) + 1))
            if len(rows) > MAX_POINTS:
                raise InputError(
                    f"{files.name} has more than {MAX_POINTS:,} points. Cut out one echo."
                )
    return np.array(rows, float).reshape(-1, table.n_columns)


def _check_lines(files: MeasurementFiles) -> None:
    """Refuse a file of far too many lines before any of its numbers is read."""
    n_lines = sum(block.count(b"\n") for block in blocks(files.source, files.source.only))
    if n_lines > 2 * MAX_POINTS:
        raise InputError(
            f"{files.name} has {n_lines:,} lines, at most {MAX_POINTS:,} points are read. Cut out "
            "one echo."
        )


def _row(table: Layout, line: str, files: MeasurementFiles, row: int) -> list[float]:
    cells = table.cells(line)
    if len(cells) != table.n_columns:
        raise InputError(
            f"{files.name}, row {row:,} of the table, has {len(cells)} cells, the first has "
            f"{table.n_columns}. Repair that row or get the file again."
        )
    for k in table.texts:
        cells[k] = "nan"
    # Empty cells become NaN, which the measurement refuses with the number of the point
    wrong = next((cell for cell in cells if cell and not is_number(cell)), None)
    if wrong is not None:
        raise InputError(
            f"{files.name}, row {row:,} of the table: {wrong[:30]!r} is no number. Repair or "
            "remove that row."
        )
    return [float(cell) if cell else np.nan for cell in cells]


def choose_columns(
    options: ReadOptions, names: list[str], numbers: np.ndarray, where: str
) -> tuple[list[int | None], list[str]]:
    """Return ([time, re, im] as indices, notes): as ``options`` say, else as guessed.

    Raises
    ------
    InputError
        If a column does not exist, or no guess can be made.
    """
    if options.columns is None:
        columns, notes = guess_columns(names, numbers)
        if columns[1] is None:
            listed = ", ".join(
                f"{k} = {name}" for k, name in enumerate(names or ["?"] * numbers.shape[1], 1)
            )
            raise InputError(
                f"{where} has {numbers.shape[1]} columns ({listed[:160]}), and it is not clear "
                "which are time, Re and Im. Choose the columns."
            )
        if options.step is not None:
            columns = [None, *columns[1:]]
        return columns, notes
    chosen = [*options.columns, "", ""][:3]
    return [_index(column, names, numbers.shape[1], where) for column in chosen], []


def _index(column: str, names: list[str], n_columns: int, where: str) -> int | None:
    """Index of a column by its name or its number from 1; None for ""."""
    if not column:
        return None
    if column in names:
        return names.index(column)
    if column.isdigit() and 1 <= int(column) <= n_columns:
        return int(column) - 1
    listed = ", ".join(names) or f"1 to {n_columns}"
    raise InputError(
        f"{where} has no column {column[:40]!r}; it has {listed[:160]}. Choose one of them, by "
        "name or number."
    )


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return one measurement, or one per curve if there are columns sample or setting."""
    table = layout(files, options.text)
    if table is None:
        raise InputError(no_table(files.name, options.text))
    numbers = read_numbers(files, table)
    (time, re_, im), notes = choose_columns(options, table.names, numbers, files.name)
    parts = _parts(table.names, numbers)
    names = table.names or [""] * table.n_columns
    measurements = []
    for k, part in enumerate(parts, 1):
        curve = Table(
            None if time is None else part[:, time],
            part[:, re_],
            None if im is None else part[:, im],
            "" if time is None else names[time],
            names[re_],
            notes,
        )
        name = f"{files.name} {k}" if len(parts) > 1 else files.name
        measurements.append(measurement_from(curve, options, name, "csv"))
    return measurements


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


def _parts(names: list[str], numbers: np.ndarray) -> list[np.ndarray]:
    """The table, or its parts by the columns sample and setting."""
    groups = [k for k, name in enumerate(names) if name in ("sample", "setting")]
    if not groups or not len(numbers):
        return [numbers]
    keys = np.unique(numbers[:, groups], axis=0)
    return [numbers[(numbers[:, groups] == key).all(1)] for key in keys[:MAX_MEASUREMENTS]]


READER = Reader(
    "csv",
    "Text table (CSV)",
    "one text file, one row per point: time, Re, Im",
    sniff,
    read,
    asks=True,
)
