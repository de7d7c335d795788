"""The header of a CSV file: where it stands, its names, and how the numbers below are written."""

import csv
import re
from dataclasses import dataclass

from nmr_core.errors import InputError, printable
from nmr_core.io.formats._own_columns import TEXTS, defined_names
from nmr_core.io.lines import numbered_lines
from nmr_core.io.source import Source
from nmr_core.io.tables.grammar import COMMA, POINT, read_number, style_of
from nmr_core.io.tables.splitting import split

MAX_COLUMNS = 200_000
SEPARATORS = ",;\t|"
SAMPLED = 50
"""Rows below the header that decide how numbers are written, as far as 64 kB hold them."""
LEADING = 400
"""Cells of a row that are looked at."""
_INDEX = re.compile(r"|Unnamed.*", re.IGNORECASE)
_POINTS = re.compile(r"(re|im)_\d{1,3}@.*")
_LONG = ("sample", "setting", "time_us", "re", "im")


@dataclass(frozen=True)
class CsvHeader:
    """What the first lines of a CSV file show.

    Attributes
    ----------
    names : list of str
        Of all columns; [] if there is no header.
    separator : str
    line : int
        Number of the line of the names in the file.
    decimal : str
        "." or ",".
    texts : frozenset of str
        Columns of texts.
    """

    names: list[str]
    separator: str = ""
    line: int = 0
    decimal: str = "."
    texts: frozenset[str] = frozenset()

    @property
    def has_index(self) -> bool:
        """Whether the first column has no name: it numbers the rows, as pandas writes it."""
        return len(self.names) > 1 and _INDEX.fullmatch(self.names[0]) is not None

    @property
    def own(self) -> list[str]:
        """Return the names without the one of an index."""
        return self.names[1:] if self.has_index else self.names

    @property
    def notes(self) -> list[str]:
        """Return sentences on columns that are left out."""
        return ["The first column has no name and is left out."] if self.has_index else []


def csv_header(source: Source, name: str) -> CsvHeader:
    """Return the header of a file; without names if there is none.

    Parameters
    ----------
    source : Source
        File, folder or zip; ``source.text`` holds what was chosen.
    name : str
        File in it.

    Notes
    -----
    Comments and a line ``sep=;`` may stand above the header.

    Raises
    ------
    InputError
        If the numbers may have decimal points or decimal commas.
    """
    chosen = source.text
    lines = numbered_lines(source, name)
    if chosen.header_line is None:
        lines = [(k, line) for k, line in lines if not line.lstrip().startswith(("#", "sep="))]
    else:
        lines = [(k, line) for k, line in lines if k >= chosen.header_line]
    if not lines or (chosen.header_line is not None and lines[0][0] != chosen.header_line):
        return CsvHeader([])
    number, line = lines[0]
    separator = chosen.separator or max(SEPARATORS, key=line.count)
    try:
        names = [
            printable(cell).strip() for cell in next(csv.reader([line], delimiter=separator[0]), [])
        ]
    except csv.Error:  # a "field" of more than 131,072 characters
        return CsvHeader([])
    if not 1 < len(names) <= MAX_COLUMNS:
        return CsvHeader([])
    rows = [split(row, separator)[:LEADING] for _, row in lines[1 : SAMPLED + 1]]
    rows = [row for row in rows if len(row) == min(len(names), LEADING)]
    decimal = chosen.decimal or _decimal(rows, separator, name)
    texts = _texts(names, rows, decimal)
    return CsvHeader(names, separator, number, decimal, frozenset(texts))


def _decimal(rows: list[list[str]], separator: str, name: str) -> str:
    """The decimal sign of sampled rows."""
    cells = [cell for row in rows for cell in row if "," in cell or "." in cell]
    if separator == "," or not any("," in cell for cell in cells):
        return "."
    points = [read_number(cell, POINT) for cell in cells]
    commas = [read_number(cell, COMMA) for cell in cells]
    n_points = sum(number is not None for number in points)
    n_commas = sum(number is not None for number in commas)
    if n_points == n_commas > 0:
        k = next(k for k, number in enumerate(points) if number is not None)
        raise InputError(
            f"{name}: {cells[k][:30]!r} may be a number with a decimal comma, or with a comma "
            "between its thousands. Choose the decimal sign."
        )
    return "," if n_commas > n_points else "."


def _texts(names: list[str], rows: list[list[str]], decimal: str) -> set[str]:
    """Columns of texts: the fields that may hold them, and others that hold no number at all."""
    style = style_of(decimal)
    known = defined_names() | set(_LONG)
    texts = {name for name in names if name in TEXTS}
    for k, name in enumerate(names[:LEADING]):
        if name in known or _POINTS.fullmatch(name) or not rows:
            continue
        cells = [row[k] for row in rows]
        if any(cells) and not any(cell and read_number(cell, style) for cell in cells):
            texts.add(name)
    return texts
