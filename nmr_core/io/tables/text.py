"""The text of a file as numbered lines, read once, in bounded memory."""

from dataclasses import dataclass

from nmr_core.errors import InputError
from nmr_core.io.lines import blocks, encoding_of
from nmr_core.io.measurement import MAX_POINTS
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.tables.splitting import is_comment

MAX_BYTES = 150_000_000
"""Of a table: 1,000,000 points of 150 characters."""
HEAD = 1 << 16


@dataclass(frozen=True, eq=False)
class Text:
    """Lines of a file that are not empty.

    Attributes
    ----------
    lines : list of str
    numbers : list of int
        Their numbers in the file, from 1.
    """

    lines: list[str]
    numbers: list[int]

    def plain(self, below: int = 0) -> tuple[list[str], list[int]]:
        """Return the lines that are no comments, and their numbers, below a line."""
        pairs = [
            (line, number)
            for line, number in zip(self.lines, self.numbers, strict=True)
            if number > below and not is_comment(line)
        ]
        return [line for line, _ in pairs], [number for _, number in pairs]


def text_of(files: MeasurementFiles) -> Text:
    """Return the lines of a measurement's only file; none for a file that is no text.

    Raises
    ------
    InputError
        For more lines than points are read.
    """
    name = files.source.single
    if name is None or is_binary(files.head(HEAD)):
        return Text([], [])
    size = files.source.sizes[name]
    if size > MAX_BYTES:
        raise InputError(
            f"{files.name} holds {size / 1e6:,.0f} MB of text, at most {MAX_BYTES / 1e6:.0f} MB "
            "are read as one measurement. Cut out one echo."
        )
    lines: list[str] = []
    for block in blocks(files.source, name):
        lines += block.decode().removesuffix("\n").split("\n")
        if len(lines) > 2 * MAX_POINTS:
            raise InputError(
                f"{files.name} has more than {2 * MAX_POINTS:,} lines, at most {MAX_POINTS:,} "
                "points are read. Cut out one echo."
            )
    numbers = [number for number, line in enumerate(lines, 1) if line and not line.isspace()]
    return Text([lines[number - 1] for number in numbers], numbers)


def is_binary(head: bytes) -> bool:
    """Whether bytes are no text: zeros, but not those of UTF-16."""
    return b"\0" in head and encoding_of(head)[0] is None
