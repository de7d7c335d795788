"""The last sentence on files that no reader recognises: what is there, and what to do."""

import re

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.magic import kind_of, office_kind
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.vendor_folders import incomplete, lone_file

HEAD = 1 << 16
MIN_ROWS = 3
"""Rows of numbers, one below the other, that are a table."""
SHOWN = 40
"""Characters of a line that a sentence shows."""
_CELLS = re.compile(r"[\t;,|]+|\s+")
_NUMBER = re.compile(r"[-+\u2212]?(\d[\d'\u00a0\u202f]*\.?\d*|\.\d+)([eEdD][-+]?\d+)?")


def unknown(files: MeasurementFiles) -> InputError:
    """Return the error for files in no known format, by what they hold.

    Parameters
    ----------
    files : MeasurementFiles
        Files that no reader recognises.
    """
    if files.file is None:
        return InputError(_folder(files))
    name = files.file.name
    if not files.source.sizes[name]:
        return InputError(f"{files.name} is empty. Choose the file with the echo.")
    head = files.head(HEAD)
    kind = kind_of(head[:4096])
    if head[:2] == b"PK":
        with files.source.seekable(name) as opened:
            kind = office_kind(opened) or kind
    if kind is not None:
        what, advice = kind
        return InputError(f"{files.name} is {what}. {advice}.")
    alone = lone_file(name)
    if alone:
        return InputError(alone)
    if _is_binary(head):
        return InputError(
            f"{files.name} is a binary file of a program that is not known here (its first bytes "
            f"are {head[:8].hex(' ')}). Export the echo as CSV: time, Re, Im."
        )
    return InputError(no_table(files.name, decoded(head)))


def _folder(files: MeasurementFiles) -> str:
    """The sentence on a folder, or a zip of one, with several files."""
    names = files.source.names
    lacking = incomplete(names, files.name)
    if lacking:
        return lacking
    shown = ", ".join(name[:SHOWN] for name in names[:4])
    more = f" and {len(names) - 4:,} more" if len(names) > 4 else ""
    return (
        f"{files.name} holds {len(names):,} files ({shown}{more}), which are no measurement of one "
        "vendor. Give one file, or the folder of one measurement, or read them as a series."
    )


def _is_binary(head: bytes) -> bool:
    """Whether bytes are no text in UTF-8, UTF-16 with a mark, or Windows-1252."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    controls = sum(byte < 9 or 13 < byte < 26 or 26 < byte < 32 for byte in head)
    return controls > len(head) / 200


def no_table(name: str, text: str) -> str:
    """Return a sentence on a text without a table of an echo, with the line that stopped it.

    Parameters
    ----------
    name : str
        Of the file.
    text : str
        Its beginning.
    """
    lines = [
        (number, line)
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip() and not line.lstrip().startswith(("#", "%"))
    ]
    if not lines:
        return f"{name} holds no lines but comments. Choose the file with the echo."
    runs = _runs([_width(line) for _, line in lines])
    start, end = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
    if end - start < 2:
        number, line = lines[0]
        return (
            f"{name} is a text without a table of numbers; line {number} is "
            f"{_quoted(line)}. Choose the file with the echo, or write time, Re and Im as columns."
        )
    number, line = lines[end] if end < len(lines) else lines[start - 1]
    if end == len(lines) and end - start < MIN_ROWS:
        return (
            f"{name} holds only {end - start} rows of numbers. Give the whole measurement of one "
            "echo."
        )
    return (
        f"{name}: a table of numbers begins in line {lines[start][0]}, but line {number} is "
        f"{_quoted(line)}. Repair or remove that line, or write time, Re and Im as columns."
    )


def _width(line: str) -> int:
    """Count of the numbers in a line of numbers; 0 where anything else stands in it."""
    cells = [cell for cell in _CELLS.split(line.strip()) if cell]
    return len(cells) if cells and all(map(_NUMBER.fullmatch, cells)) else 0


def _runs(widths: list[int]) -> list[tuple[int, int]]:
    """(first, end) of the lines of equally many numbers."""
    runs = []
    start = 0
    for k in range(1, len(widths) + 1):
        if k == len(widths) or widths[k] != widths[start]:
            if widths[start]:
                runs.append((start, k))
            start = k
    return runs


def _quoted(line: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in line.strip())
    shown = f"{plain[:SHOWN]}..." if len(plain) > SHOWN else plain
    return f"'{shown}'" if '"' in shown else f'"{shown}"'
