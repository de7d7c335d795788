"""Lines into cells: a separator within quotation marks or brackets separates nothing."""

import csv
import re

COMMENTS = ("#", "%", "!", "//")
COMMA_SPACE = ", "
SEPARATORS = (";", ",", "\t", "|", " ", COMMA_SPACE)
"""In the order in which equal readings are preferred; " " is any white space."""
_TOKEN = re.compile(r'"[^"]*"|\([^()]*\)|\[[^\[\]]*\]|[^ \t]+')
_BRACKETS = re.compile(r"\([^()]*\)")
_HIDDEN = "\x00"


def is_comment(line: str) -> bool:
    """Whether a line is a comment."""
    return line.lstrip().startswith(COMMENTS)


def split(line: str, separator: str) -> list[str]:
    """Return the cells of a line without the spaces and quotation marks around them.

    Parameters
    ----------
    line : str
        Without its end.
    separator : str
        One of :data:`SEPARATORS`.
    """
    if separator == " ":
        return _at_spaces(line)
    hidden = separator in (",", COMMA_SPACE, ";") and "(" in line
    if hidden:
        line = _BRACKETS.sub(lambda match: match[0].replace(separator, _HIDDEN), line)
    if '"' in line:
        cells = _quoted(line, separator)
    else:
        cells = line.split(separator)
    if hidden:
        cells = [cell.replace(_HIDDEN, separator) for cell in cells]
    return [cell.strip() for cell in cells]


def _at_spaces(line: str) -> list[str]:
    if not any(sign in line for sign in '"(['):
        if line.isascii():
            return line.split()
        return [cell for cell in re.split(r"[ \t]+", line) if cell]
    return [cell.strip('"').strip() for cell in _TOKEN.findall(line)]


def _quoted(line: str, separator: str) -> list[str]:
    """Cells of a line with quotation marks."""
    try:
        rows = list(csv.reader([line], delimiter=separator[0], skipinitialspace=True, strict=False))
    except csv.Error:  # a cell of more than 131,072 characters
        return line.split(separator)
    return rows[0] if rows else []


def width(line: str, separator: str) -> int:
    """Return the number of cells of a line."""
    if '"' in line or "(" in line or "[" in line:
        return len(split(line, separator))
    return len(_at_spaces(line)) if separator == " " else line.count(separator) + 1
