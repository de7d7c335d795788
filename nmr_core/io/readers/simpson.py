"""SIMPSON, text form: SIMP, NP=, SW=, TYPE=FID, DATA, one point per line, END.

``fsave -xreim`` writes a table of text instead, which the CSV reader reads.

References
----------
Bak, Rasmussen & Nielsen, J. Magn. Reson. 147, 296 (2000).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nmr_core.errors import InputError
from nmr_core.io.encodings import decoded
from nmr_core.io.measurement import Measurement
from nmr_core.io.measurement_files import MeasurementFiles
from nmr_core.io.options import ReadOptions
from nmr_core.io.readers._reader import Reader
from nmr_core.io.readers.damage import damaged, number_in, parsing, whole_text
from nmr_core.io.readers.records import Records, Told, interleaved, measurements
from nmr_core.io.readers.redundancies import Redundancy, check
from nmr_core.io.tables.grammar import read_number, style_of

LABEL = "SIMPSON"
_DATA = re.compile(r"^[ \t]*DATA[ \t]*$", re.MULTILINE)
_END = re.compile(r"^[ \t]*END[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Header:
    """Lines ``NAME=value`` before the data, and the numbers behind them.

    Attributes
    ----------
    values : mapping of str to str
    numbers : float (n,)
        All numbers, Re and Im in turn.
    """

    values: Mapping[str, str]
    numbers: np.ndarray

    def number(self, name: str) -> float | None:
        """Return a value as a number; None where it is missing or none."""
        return number_in(self.values.get(name))

    @property
    def n_records(self) -> float:
        """Curves: NI, or as many as the numbers fill."""
        stated = self.number("NI")
        n = self.number("NP") or 0
        return stated if stated else max(1, round(len(self.numbers) / 2 / n)) if n else 0


SAID_TWICE = (
    Redundancy(
        "number of points",
        {
            "NP and NI": lambda h: (h.number("NP") or 0) * h.n_records,
            "the lines between DATA and END": lambda h: len(h.numbers) / 2,
        },
    ),
)


def sniff(files: MeasurementFiles) -> tuple[float, str]:
    """Confidence that the file is a SIMPSON file, and the reason."""
    first_line = decoded(files.head(64)).split("\n")[0]
    if first_line.strip() == "SIMP":
        return 0.95, "a SIMPSON file"
    return 0.0, "no SIMPSON file"


def read(files: MeasurementFiles, options: ReadOptions) -> list[Measurement]:
    """Return the curves between DATA and END, of NP points each."""
    with parsing(files, LABEL):
        text = whole_text(files, files.source.only)
        head, *data = _DATA.split(text, 1)
        if not data:
            raise damaged(files.name, LABEL, "it has no line DATA")
        values = {
            name.strip(): value.strip()
            for name, _, value in (line.partition("=") for line in head.split("\n") if "=" in line)
        }
        _check_kind(values, files.name)
        header = Header(values, _numbers(_END.split(data[0], 1)[0], files.name))
        n, width = header.number("NP"), header.number("SW")
        if not n or n < 1 or n != int(n) or not width or width <= 0:
            raise damaged(files.name, LABEL, "its header gives no NP and SW")
        check(header, SAID_TWICE, files.name)
        dwell = 1e6 / width
        points = interleaved(header.numbers)
        records = Records(points.reshape(-1, int(n)), lambda row: row, int(n), dwell)
        return measurements(records, Told(files.name, "simpson", {"dwell_us": dwell}), options)


def _check_kind(values: Mapping[str, str], name: str) -> None:
    if "FORMAT" in values:
        raise InputError(
            f"{name} is packed (FORMAT={values['FORMAT'][:20]}). Save it with fsave as text, "
            "without -binary."
        )
    if values.get("TYPE", "FID") != "FID":
        raise InputError(f"{name} holds a spectrum (TYPE={values['TYPE'][:20]}). Save the FID.")


def _numbers(text: str, name: str) -> np.ndarray:
    """Numbers of the lines, two each."""
    lines = [line for line in text.split("\n") if line.strip()]
    counts = [len(line.split()) for line in lines]
    odd = next((k for k, count in enumerate(counts, 1) if count != 2), None)
    if odd is not None:
        raise damaged(name, LABEL, f"line {odd:,} of its data has {counts[odd - 1]} numbers")
    try:
        return np.array(list(map(float, text.split())))
    except ValueError:
        return np.array([_number(word, name) for word in text.split()])


def _number(word: str, name: str) -> float:
    """A number in any form without digit groups, such as 2.47D-03."""
    number = read_number(word, style_of(".", ""))
    if number is None or number.plain is None:
        raise damaged(name, LABEL, "its data hold text among the numbers")
    return number.plain


READER = Reader("simpson", "SIMPSON (text)", "one .fid file", sniff, read)
