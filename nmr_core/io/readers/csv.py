"""A table of numbers as text: any separator, any columns, whatever stands above it."""

import csv as _csv
import re
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.lines import blocks, first_lines
from nmr_core.io.measurement import MAX_POINTS, Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions, Table, measurement_of
from nmr_core.io.readers._reader import Reader
from nmr_core.io.slow_numbers import is_number

TABLE = 3
"""Rows of numbers of the same length, one below the other, that begin a table."""
MAX_COLUMNS = 64
_TIME = re.compile(
    r"^\W*(t|time|zeit|tau|delay|x)(?![a-z])|time|second|\b(s|ms|us|µs|ns)\b", re.IGNORECASE
)
_RE = re.compile(
    r"^\W*(re|real|in.?phase|i|x|ch(annel)?.?(1|a)|m_?x|signal|y|intensity|voltage|v|amplitude|"
    r"magnitude|mag|abs|\|)(?![a-z])|real|magnitude",
    re.IGNORECASE,
)
_IM = re.compile(
    r"^\W*(im|imag|quad|q|ch(annel)?.?(2|b)|m_?y)(?![a-z])|imag|quadrature", re.IGNORECASE
)


@dataclass(frozen=True)
class Layout:
    """separator (None: white space), decimal comma, lines above the table, names of the columns ([]: none are files), which
    columns
    hold texts (only below names)."""

    separator: str | None
    comma: bool
    skipped: int
    names: list[str]
    n_columns: int
    texts: tuple[int, ...] = ()

    def cells(self, line: str) -> list[str]:
        """One line as texts of numbers."""
        cells = (
            line.split()
            if self.separator is None
            else [cell.strip().strip('"') for cell in line.split(self.separator)]
        )
        cells = cells[:-1] if len(cells) == self.n_columns + 1 and not cells[-1] else cells
        return [cell.replace(",", ".") for cell in cells] if self.comma else cells


def layout(files: MeasurementFiles) -> Layout | None:
    """How the table is written; None if there is none in the first 64 kB."""
    lines = first_lines(files.source, files.source.single) if files.source.single else []
    for k in range(min(len(lines), 400)):
        for separator, comma in (
            (";", False),
            (",", False),
            ("\t", False),
            (None, False),
            (";", True),
            ("\t", True),
            (None, True),
        ):
            found = _starts(lines, k, separator, comma)
            if found is not None:
                return found
    return None


def _starts(lines: list[str], k: int, separator: str | None, comma: bool) -> Layout | None:
    trial = Layout(separator, comma, k, [], 0)
    rows = [trial.cells(line) for line in lines[k : k + TABLE]]
    rows = [row[:-1] if len(row) > 1 and row[-1] == "" else row for row in rows]
    n = len(rows[0])
    if len(rows) < TABLE or not 1 <= n <= MAX_COLUMNS or (n == 1 and separator is not None):
        return None
    if any(len(row) != n for row in rows):
        return None
    texts = tuple(j for j in range(n) if not all(is_number(row[j]) for row in rows))
    names = _names(lines[:k], separator, n)
    if texts and (
        not names
        or separator is None
        or n - len(texts) < 2
        or any(is_number(row[j]) for row in rows for j in texts)
    ):
        return None
    return Layout(separator, comma, k, names, n, texts)


def _names(above: list[str], separator: str | None, n: int) -> list[str]:
    """The nearest line above the table that has as many cells, none of them a number."""
    for line in reversed(above[-3:]):
        line = line.lstrip("#%!; ")
        for cut in dict.fromkeys((separator, ",", ";", "\t", "  ", None)):
            try:
                cells = (
                    line.split()
                    if cut is None
                    else re.split(r"\s{2,}", line.strip())
                    if cut == "  "
                    else next(_csv.reader([line], delimiter=cut), [])
                )
            except _csv.Error:
                continue
            cells = [cell.strip() for cell in cells]
            cells = cells[:-1] if len(cells) == n + 1 and not cells[-1] else cells
            if len(cells) == n and not any(
                is_number(cell) and cell.lower() not in ("nan", "inf") for cell in cells
            ):
                return cells
    return []


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Text with a table of numbers."""
    if files.source.single is None:
        return 0.0, "no single file"
    found = layout(files)
    if found is None:
        return 0.0, "no table of numbers"
    what = (
        f"columns {', '.join(found.names)[:60]}"
        if found.names
        else f"{found.n_columns} columns without names"
    )
    return 0.6, f"a text table, {what}"


def guess(names: list[str], numbers: np.ndarray) -> tuple[list[int | None], list[str]]:
    """([time, re, im] as column numbers, reasons) from names, and from what can be a time."""
    n = numbers.shape[1]
    if names:
        time = next(
            (k for k, name in enumerate(names) if _TIME.search(name) and not _IM.search(name)), None
        )
        im = next((k for k, name in enumerate(names) if _IM.search(name) and k != time), None)
        re_ = next(
            (k for k, name in enumerate(names) if _RE.search(name) and k not in (time, im)), None
        )
        if re_ is not None:
            shown = [
                f"{role} = {names[k]}"
                for role, k in (("time", time), ("Re", re_), ("Im", im))
                if k is not None
            ]
            return [time, re_, im], [f"The columns were taken by their names: {', '.join(shown)}."]
    rising = n > 1 and bool(
        (np.diff(numbers[:, 0]) > 0).all() or (np.diff(numbers[:, 0]) < 0).all()
    )
    if rising and n in (2, 3):
        return [0, 1, 2 if n == 3 else None], [
            f"The columns {'say nothing by their names' if names else 'have no names'}: the "
            f"first "
            f"runs one way and was taken as time, then Re{' and Im' * (n == 3)}."
        ]
    if not rising and n in (1, 2):
        return [None, 0, 1 if n == 2 else None], [
            f"No column runs one way as times do: {'the two are' if n == 2 else 'it is'} "
            f"taken as "
            f"Re{' and Im' * (n == 2)}."
        ]
    return [None, None, None], []


def read_numbers(files: MeasurementFiles, found: Layout) -> np.ndarray:
    """The table, float64 (n_rows, n_columns); it ends at the end of the file."""
    rows: list[list[float]] = []
    seen = 0
    for block in blocks(files.source, files.source.single):
        for line in block.decode("utf-8", errors="replace").split("\n"):
            if not line.strip():
                continue
            seen += 1
            if seen <= found.skipped or line.lstrip()[0] in "#%":
                continue
            cells = found.cells(line)
            for k in found.texts if len(cells) == found.n_columns else ():
                cells[k] = "nan"
            try:
                rows.append([float(cell) for cell in cells])
            except ValueError:
                rows.append(_cells(cells, files, len(rows) + 1))
            if len(rows[-1]) != found.n_columns:
                raise InputError(
                    f"{files.name}, row {len(rows):,} of the table, has {len(rows[-1])} numbers, the first has "
                    f"{found.n_columns}. Repair that row or get the file again."
                )
            if len(rows) > MAX_POINTS:
                raise InputError(
                    f"{files.name} has more than {MAX_POINTS:,} points. Cut out one echo."
                )
    return np.array(rows, float).reshape(-1, found.n_columns)


def _cells(cells: list[str], files: MeasurementFiles, row: int) -> list[float]:
    """Empty cells are NaN (and refused later, with their number); anything else that is no number is named here."""
    wrong = next((cell for cell in cells if cell and not is_number(cell)), None)
    if wrong is not None:
        raise InputError(
            f"{files.name}, row {row:,} of the table: {wrong[:30]!r} is no number. Repair or remove that row."
        )
    return [float(cell) if cell else np.nan for cell in cells]


def chosen(
    options: ReadOptions, names: list[str], numbers: np.ndarray, where: str
) -> tuple[list[int | None], list[str]]:
    """[time, re, im] as column numbers: as options, else as guessed."""
    if options.columns is None:
        found, reasons = guess(names, numbers)
        if found[1] is None:
            listed = ", ".join(
                f"{k} = {name}" for k, name in enumerate(names or ["?"] * numbers.shape[1], 1)
            )
            raise InputError(
                f"{where} has {numbers.shape[1]} columns ({listed[:160]}), and it is not clear which are time, Re "
                f"and Im. "
                "Choose the columns."
            )
        if options.step is not None:
            found = [None, *found[1:]]
        return found, reasons
    found = []
    for column in (*options.columns, "", "")[:3]:
        if column in names:
            found.append(names.index(column))
        elif column.isdigit() and 1 <= int(column) <= numbers.shape[1]:
            found.append(int(column) - 1)
        elif column:
            listed = ", ".join(names) or f"1 to {numbers.shape[1]}"
            raise InputError(
                f"{where} has no column {column[:40]!r}; it has {listed[:160]}. Choose one of them, by name or "
                f"number."
            )
        else:
            found.append(None)
    return found, []


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """One measurement; of a file with the columns sample or setting, as this program writes them, one a curve."""
    found = layout(files)
    if found is None:
        raise InputError(
            f"{files.name} holds no table of numbers: no {TABLE} rows of as many numbers stand below each other. "
            f"Give a text "
            "file with one row per point: time, Re, Im."
        )
    numbers = read_numbers(files, found)
    (time, re_, im), notes = chosen(options, found.names, numbers, files.name)
    parts = _parts(found.names, numbers)
    measurements = []
    for k, part in enumerate(parts, 1):
        table = Table(
            None if time is None else part[:, time],
            part[:, re_],
            None if im is None else part[:, im],
            found.names[time] if found.names and time is not None else "",
            found.names[re_] if found.names else "",
            notes,
            {},
            None,
        )
        measurements.append(
            measurement_of(
                table, options, f"{files.name} {k}" if len(parts) > 1 else files.name, "csv"
            )
        )
    return measurements


def _parts(names: list[str], numbers: np.ndarray) -> list[np.ndarray]:
    groups = [k for k, name in enumerate(names) if name in ("sample", "setting")]
    if not groups or not len(numbers):
        return [numbers]
    keys = np.unique(numbers[:, groups], axis=0)
    return [numbers[(numbers[:, groups] == key).all(1)] for key in keys[:256]]


READER = Reader(
    "csv",
    "Text table (CSV)",
    "one text file, one row per point: time, Re, Im",
    sniff,
    read,
    asks=True,
)
