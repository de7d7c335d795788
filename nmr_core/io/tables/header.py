"""The names of columns: from the line above the rows, with the units below them."""

import re
from dataclasses import dataclass, field

from nmr_core.errors import printable
from nmr_core.io.tables.beginning import cells_of
from nmr_core.io.tables.cell_units import is_unit
from nmr_core.io.tables.grammar import COMMA, POINT, read_number
from nmr_core.io.tables.names import family_of, is_signal_name, is_time_name
from nmr_core.io.tables.splitting import is_comment
from nmr_core.io.tables.text import Text
from nmr_core.io.text_options import TextOptions

NAMES_ABOVE = 3
"""Lines above the rows in which the names are looked for."""
LONGEST, END = 80, 20
"""Signs of a name that are kept in all, and at its end."""
_BEHIND = ("comment", "start", "increment", "")
"""Names of columns that may be empty in all rows."""


@dataclass(frozen=True)
class Header:
    """What stands directly above the rows.

    Attributes
    ----------
    names : list of str
        One per column, with its unit; [] if there are none.
    behind : dict of str to str
        Cells to the right of the columns: name -> cell below it.
    line : int
        Number of the line of the names; 0 if there is none.
    n_names : int
        Names in the line above the rows, if there are not as many as columns; else 0.
    """

    names: list[str] = field(default_factory=list)
    behind: dict[str, str] = field(default_factory=dict)
    line: int = 0
    n_names: int = 0


def header_of(
    text: Text, first: int, shape: tuple[int, bool], separator: str, options: TextOptions
) -> Header:
    """Return the names of the columns.

    Parameters
    ----------
    text : Text
        Lines of the file.
    first : int
        Number of the line of the first row.
    shape : (int, bool)
        Columns of the rows, and whether the first one numbers them, so that it may lack a name.
    separator : str
        Of the rows; the header may have another one.
    options : TextOptions
        Header line, where it is given.

    Notes
    -----
    A comment directly above the rows names them if a time and a signal are among its cells, as
    ``numpy.savetxt`` writes it; other comments do not.
    """
    n_columns, is_indexed = shape
    if options.header_line is not None:
        if not options.header_line:
            return Header()
        line = next(
            (
                line
                for number, line in zip(text.numbers, text.lines, strict=True)
                if number == options.header_line
            ),
            "",
        )
        cells = _cells(line, n_columns, separator, numbers=False)
        return Header(_unique(cells[:n_columns]), line=options.header_line) if cells else Header()
    above = [
        (number, line)
        for number, line in zip(text.numbers, text.lines, strict=True)
        if number < first
    ]
    plain = [pair for pair in above if not is_comment(pair[1])]
    for k, (number, line) in enumerate(reversed(plain[-NAMES_ABOVE:]), 1):
        cells = _cells(line, n_columns, separator, numbers=False)
        units = _cells(line, n_columns, separator, numbers=True)
        if units and _are_units(units[:n_columns]) and len(plain) > k:
            above_number, above_line = plain[-k - 1]
            names = _cells(above_line, n_columns, separator, numbers=True)
            if names:
                return _with_units(names, units, n_columns, above_number)
        if cells:
            return _header(cells, n_columns, number)
        if is_indexed and k == 1:
            cells = _cells(line, n_columns - 1, separator, numbers=False)
            if len(cells) == n_columns - 1 > 0:
                return Header(_unique(["index", *cells]), line=number)
    if above and is_comment(above[-1][1]):
        number, line = above[-1]
        for sign in ("  ", separator) if separator == " " else (separator,):
            cells = _split_header(line.lstrip("#%!/; "), sign)
            if len(cells) == n_columns and not any(map(_is_value, cells)):
                signals = [name for name in cells if is_signal_name(name) or family_of(name)]
                if signals and any(map(is_time_name, cells)):
                    return Header(_unique(cells), line=number)
    return Header(n_names=_n_names(plain[-1][1], separator) if plain else 0)


def _n_names(line: str, separator: str) -> int:
    """Names in a line that holds no numbers; 0 if it may be a sentence."""
    cells = cells_of(line, separator)
    if separator == " " or len(cells) < 2 or any(map(_is_value, cells)) or not all(cells):
        return 0
    return len(cells)


def _header(cells: list[str], n_columns: int, number: int) -> Header:
    behind = {name.lower(): "" for name in cells[n_columns:]}
    return Header(_unique(cells[:n_columns]), behind, number)


def _with_units(names: list[str], units: list[str], n_columns: int, number: int) -> Header:
    """Names merged with the units below them."""
    merged = []
    for name, unit in zip(names[:n_columns], units[:n_columns], strict=True):
        unit = unit.strip().strip("()[]{}").strip()
        merged.append(f"{name} ({unit})" if unit and unit != "-" else name)
    cells = [*units[n_columns:], *[""] * len(names)]
    behind = {
        name.lower(): cell for name, cell in zip(names[n_columns:], cells, strict=False) if name
    }
    return Header(_unique(merged), behind, number)


def _are_units(cells: list[str]) -> bool:
    """Whether a row holds units only."""
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and all(map(is_unit, filled)) and not any(map(_is_value, filled))


def _cells(line: str, n_columns: int, separator: str, *, numbers: bool) -> list[str]:
    """The cells of a header with a name per column; [] if it is none.

    There may be more names than columns if those columns may be empty; no name is a number unless
    ``numbers``.
    """
    line = line.lstrip("#%!; ")
    for sign in dict.fromkeys((separator, ",", ";", "\t", "|", "  ", " ")):
        cells = _split_header(line, sign)
        behind = cells[n_columns:]
        if len(cells) < n_columns or not all(map(_may_be_empty, behind)):
            continue
        if numbers or not any(map(_is_value, cells[:n_columns])):
            return cells if any(cells) else []
    return []


def _may_be_empty(cell: str) -> bool:
    return cell.strip().lower() in _BEHIND or _is_value(cell)


def _split_header(line: str, separator: str) -> list[str]:
    if separator == "  ":
        return [cell for cell in re.split(r"\s{2,}|\t", line.strip()) if cell]
    if separator == " ":
        joined = re.sub(r"\s+(?=[(\[])|(?<=/)\s+|\s+(?=/)", "", line)
        return [cell.strip('"') for cell in joined.split()]
    return cells_of(line, separator)


def _is_value(cell: str) -> bool:
    """Whether a cell is a number, so that it names no column."""
    if cell.strip().lower() in ("nan", "inf"):
        return False
    return any(
        number is not None and not number.unit
        for number in (read_number(cell, POINT), read_number(cell, COMMA))
    )


def _unique(names: list[str]) -> list[str]:
    """Names with a number behind those that stand there already."""
    names = [_shortened(" ".join(printable(name).split())) for name in names]
    return [
        f"{name} #{n + 1}" if (n := names[:k].count(name)) else name for k, name in enumerate(names)
    ]


def _shortened(name: str) -> str:
    """A name without its middle where no sentence has room for all; the unit is at its end."""
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - END - 3]}...{name[-END:]}"
